using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.RegistryViews;

/// <summary>What one provider and one model tell.</summary>
public sealed class GetProviderSpecs(Service service)
{
    private static JsonObject Service(string type, string country, string name, string occurred = "2024-05-01") => new()
    {
        ["type"] = type,
        ["country"] = country,
        ["provider"] = "Telling AI",
        ["service"] = name,
        ["occurred"] = occurred,
        ["source"] = A.Source(),
        ["tier"] = "B",
    };

    private async Task<Reply> RecordAsync(JsonObject fact) => (await service.PostAsync("/v1/facts", fact)).Is(HttpStatusCode.Created);

    [Fact]
    public async Task a_provider_tells_what_it_offers_withholds_and_suspends_and_where()
    {
        await RecordAsync(Service("service_offered", "ME", "Chat").With("route", "direct").With("audience", "public"));
        await RecordAsync(Service("service_offered", "ME", "Chat").With("route", "partner").With("audience", "business").With("via", "Selling Partner"));
        await RecordAsync(Service("service_withheld", "MG", "Chat"));
        // Withdrawn from its direct and its partner route alike.
        await RecordAsync(Service("service_offered", "MG", "Draw").With("route", "partner").With("audience", "business"));
        await RecordAsync(Service("service_withheld", "MG", "Draw", "2024-05-02"));
        var last = await RecordAsync(A.Suspension("MG", "Telling AI", "A Lab"));

        var provider = (await service.GetAfterAsync(last, "/v1/providers/telling-ai")).Is(HttpStatusCode.OK);
        Assert.Equal(["ME", "MG"], provider["countries"].AsArray().Select(c => c!["country"]!.GetValue<string>()));
        Assert.Equal(["telling-ai/chat offered direct public", "telling-ai/chat offered partner business"], Services(provider["countries"][0]!["services"]!["items"]!).Order());
        Assert.Equal(["telling-ai/chat withheld direct ", "telling-ai/draw withheld direct "], Services(provider["countries"][1]!["services"]!["items"]!).Order());
        Assert.Equal("A Lab", provider["countries"][1]!["accounts"]!["items"]!.AsArray().Single()!["holder"]!.GetValue<string>());
        Assert.Equal(["telling-ai/chat", "telling-ai/draw"], provider["models"]["items"]!.AsArray().Select(m => m!["id"]!.GetValue<string>()));
        Assert.Empty((await service.GetAsync("/v1/providers/telling-ai?asOf=2024-04-30"))["countries"].AsArray());
        Assert.Empty((await service.GetAsync("/v1/providers/selling-partner"))["countries"].AsArray());

        var draw = await service.GetAsync($"/v1/models/telling-ai/draw?asOf=2024-05-01&knownAt={last.Sequence - 1}");
        Assert.Equal(["telling-ai/draw offered partner business"], Services(draw["countries"].AsArray().Single()!["services"]!));
        var lineage = (await service.GetAsync(draw.Text("lineage"))).Is(HttpStatusCode.OK);
        Assert.Equal(("telling-ai/draw", draw.Text("asOf"), draw["knownAt"].ToJsonString()), (lineage.Text("id"), lineage.Text("asOf"), lineage["knownAt"].ToJsonString()));
    }

    [Fact]
    public async Task a_list_carries_twenty_and_tells_where_all_are()
    {
        // Every service is told by two reports, and another provider's is to be had through this one; one of each counts from a later day only.
        const int many = 21;
        await RecordAllAsync([.. Enumerable.Range(1, many).SelectMany(i => Both(i, "2024-05-01")), .. Enumerable.Range(1, many).Select(i => Offer(i, "2024-05-01", "Another report")), .. Both(many + 1, "2024-05-08")]);
        var last = await RecordAsync(Offer(99, "2024-05-01").With("provider", "Offers Through Many").With("via", "Does Many"));

        var provider = (await service.GetAfterAsync(last, "/v1/providers/does-many?asOf=2024-05-05")).Is(HttpStatusCode.OK);
        await service.GetAfterAsync(await RecordAllAsync(Both(many + 2, "2024-05-01")), "/v1/providers/does-many");

        var country = provider["countries"].AsArray().Single()!;
        await LeadsToAllAsync(country["services"]!, many, s => $"{s["service"]} {s["route"]} {s["fact"]}", inOrder: true);
        await LeadsToAllAsync(country["accounts"]!, many, a => $"{a["holder"]} {a["fact"]}", inOrder: false);
        // An entry of the registry holds on any day.
        await LeadsToAllAsync(provider["models"], many + 1, m => m["id"]!.GetValue<string>(), inOrder: true);
        Assert.Equal(many, (await service.AllAsync($"/v1/providers/does-many/services?asOf=2024-05-05&knownAt={provider["knownAt"]["sequence"]}")).Count);
        Assert.Empty(await service.AllAsync("/v1/providers/does-many/services?country=MH"));

        static JsonObject[] Both(int i, string day) => [Offer(i, day), A.Suspension("GA", "Does Many", $"Lab {i:00}", day)];

        static JsonObject Offer(int i, string day, string report = "A report") =>
            Service("service_offered", "GA", $"Service {i:00}", day).With("provider", "Does Many").With("source", A.Source(report)).With("route", "direct").With("audience", "public");

        async Task<Reply> RecordAllAsync(JsonObject[] facts) => (await service.PostAsync("/v1/facts/batch", new JsonArray([.. facts]))).Is(HttpStatusCode.OK);

        async Task LeadsToAllAsync(JsonNode list, int total, Func<JsonNode, string> told, bool inOrder)
        {
            var shown = list["items"]!.AsArray().Select(i => told(i!)).ToList();
            var all = (await service.AllAsync(list["more"]!.GetValue<string>())).Select(told).ToList();
            Assert.True(shown.Count == 20 && list["total"]!.GetValue<int>() == total && total == all.Count && total == all.Distinct().Count(), $"{shown.Count} are shown of {list["total"]}; all are {string.Join(", ", all)}");
            Assert.Equal(shown, inOrder ? all.Take(20) : shown.Intersect(all));
        }
    }

    [Fact]
    public async Task a_model_tells_where_it_is_approved_until_the_approval_is_revoked()
    {
        JsonObject Approval(string type, string occurred) => new()
        {
            ["type"] = type,
            ["country"] = "MK",
            ["authority"] = "The Authority",
            ["provider"] = "Approved AI",
            ["model"] = "Ernie",
            ["occurred"] = occurred,
            ["source"] = A.Source(),
            ["tier"] = "A",
        };
        var approved = await RecordAsync(Approval("model_approved", "2024-01-10"));
        var revoked = await RecordAsync(Approval("approval_revoked", "2024-02-10"));
        Assert.Empty((await service.GetAfterAsync(revoked, "/v1/models/approved-ai/ernie"))["countries"].AsArray());
        var approval = (await service.GetAsync("/v1/models/approved-ai/ernie?asOf=2024-02-09"))["countries"][0]!["approvals"]!.AsArray().Single()!;
        Assert.Equal(("The Authority", "2024-01-10", approved.Text("id")), (approval["authority"]!.GetValue<string>(), approval["since"]!.GetValue<string>(), approval["fact"]!.GetValue<string>()));
    }

    [Fact]
    public async Task foreign_approvals_are_counted_by_the_models_that_are_named()
    {
        (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = "Foreign Approved", ["home"] = "US" })).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = "Domestic Approved", ["home"] = "ML" })).Is(HttpStatusCode.Created);
        var last = 0L;
        foreach (var (provider, model) in new[] { ("Foreign Approved", "One"), ("Foreign Approved", "Two"), ("Domestic Approved", "Three"), ("Nowhere Approved", "Four") })
        {
            last = (await RecordAsync(new JsonObject
            {
                ["type"] = "model_approved",
                ["country"] = "ML",
                ["authority"] = "The Authority",
                ["provider"] = provider,
                ["model"] = model,
                ["occurred"] = "2024-05-01",
                ["source"] = A.Source(),
                ["tier"] = "A",
            })).Sequence;
        }

        var current = await service.GetAsync($"/v1/countries/ML?atLeast={last}");
        foreach (var approvals in new[] { current["approvals"], (await service.GetAsync($"/v1/countries/ML?knownAt={last}&asOf=2024-05-02"))["approvals"] })
            Assert.Equal((1, 2, 4), (approvals["domestic"]!["atLeast"]!.GetValue<int>(), approvals["foreign"]!["atLeast"]!.GetValue<int>(), approvals["total"]!.GetValue<int>()));
    }

    private static IEnumerable<string> Services(JsonNode items) => items.AsArray().Select(s => $"{s!["service"]} {s["status"]} {s["route"]} {s["audience"]}");
}
