using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Registry;

public sealed class GetRegistrySpecs(Service service)
{
    private static IEnumerable<string> Ids(Reply page) => page["items"].AsArray().Select(item => item!["id"]!.GetValue<string>());

    private async Task<Reply> RegisterAsync(string name, string? home, bool reviewed, params string[] aliases) => (await service.PostAsync("/v1/providers", new JsonObject
    {
        ["name"] = name,
        ["home"] = home,
        ["reviewed"] = reviewed,
        ["aliases"] = new JsonArray([.. aliases.Select(a => (JsonNode)a)]),
    })).Is(HttpStatusCode.Created);

    [Fact]
    public async Task providers_are_filtered_and_paged_in_the_order_of_their_ids()
    {
        await RegisterAsync("Zed Labs", "ZM", true, "Élan Zed");
        await RegisterAsync("Zed Works", "ZM", false);
        var last = await RegisterAsync("Zed House", null, false);

        Assert.Equal(["zed-house", "zed-labs", "zed-works"], Ids(await service.GetAfterAsync(last, "/v1/providers?text=ZED")));
        Assert.Equal(["zed-labs", "zed-works"], Ids(await service.GetAsync("/v1/providers?home=ZM")));
        Assert.Equal(["zed-labs"], Ids(await service.GetAsync("/v1/providers?home=ZM&reviewed=true")));
        Assert.Equal(["zed-labs"], Ids(await service.GetAsync("/v1/providers?text=%C3%A9lan")));
        var first = await service.GetAsync("/v1/providers?text=zed&limit=2");
        Assert.Equal(["zed-works"], Ids(await service.GetAsync($"/v1/providers?text=zed&limit=2&next={first.Text("next")}")));
        (await service.GetAsync("/v1/providers?reviewed=yes")).IsProblem(Codes.UnknownValue);
        (await service.GetAsync("/v1/providers?name=zed")).IsProblem(Codes.UnknownParameter);
    }

    [Fact]
    public async Task a_provider_tells_what_was_known_of_it()
    {
        var registered = await RegisterAsync("Yon Labs", "YE", false);
        var fact = (await service.PostAsync("/v1/facts", A.Suspension("CC", "Yon Labs"))).Is(HttpStatusCode.Created);
        var retracted = (await service.PostAsync($"{fact.Location}/retract", A.Change())).Is(HttpStatusCode.OK);
        var provider = (await service.GetAfterAsync(retracted, "/v1/providers/yon-labs")).Is(HttpStatusCode.OK);
        Assert.Equal(("Yon Labs", "YE", 0), (provider.Text("name"), provider.Text("home"), provider["facts"].GetValue<int>()));
        Assert.Equal(1, (await service.GetAsync($"/v1/providers/yon-labs?knownAt={fact.Sequence}"))["facts"].GetValue<int>());
        (await service.GetAsync($"/v1/providers/yon-labs?knownAt={registered.Sequence - 1}")).IsProblem(Codes.NotFound);
    }

    [Fact]
    public async Task a_name_finds_an_entry_from_the_moment_at_which_it_was_known()
    {
        var registered = await RegisterAsync("Wen Labs", "US", true);
        var named = (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Wen 1", ["provider"] = "Wen Labs" })).Is(HttpStatusCode.Created);
        JsonObject Renamed(string name) => new() { ["name"] = name, ["aliases"] = new JsonArray("Vix-Then") };
        var provider = (await service.PostAsync("/v1/providers/wen-labs/correct", A.Why().With("entry", Renamed("Wen Renamed")))).Is(HttpStatusCode.OK);
        var model = (await service.PostAsync("/v1/models/wen-labs/wen-1/correct", A.Why().With("entry", Renamed("Wen Model").With("provider", "Wen Labs")))).Is(HttpStatusCode.OK);
        await service.GetAfterAsync(model, "/v1/models");

        foreach (var (list, id, text, from) in new[]
        {
            ("providers", "wen-labs", "wen%20labs", registered), ("providers", "wen-labs", "VIX%20then", provider),
            ("models", "wen-labs/wen-1", "wen-1", named), ("models", "wen-labs/wen-1", "ixthe", model),
        })
        {
            Assert.Empty(Ids(await service.GetAsync($"/v1/{list}?text={text}&knownAt={from.Sequence - 1}")));
            Assert.Equal([id], Ids(await service.GetAsync($"/v1/{list}?text={text}&knownAt={from.Sequence}")));
            Assert.Equal([id], Ids(await service.GetAsync($"/v1/{list}?text={text}")));
        }
    }

    [Theory, InlineData("facts"), InlineData("accounts"), InlineData("models")]
    public async Task a_provider_is_unknown_to_the_moments_before_it_was_registered(string list)
    {
        var before = await RegisterAsync($"Ulm {list}", "US", true);
        var typo = $"/v1/{list}?provider=uln%20{list}&knownAt={before.Sequence}";
        await service.GetAfterAsync(before, $"/v1/{list}");
        var nearest = (await service.GetAsync(typo)).IsProblem(Codes.UnknownProvider).Body!.ToJsonString();
        var registered = await RegisterAsync($"Uln {list} Ltd", "US", true, $"Uln {list}");
        await service.GetAfterAsync(registered, $"/v1/{list}");

        foreach (var name in new[] { $"uln-{list}-ltd", $"Uln%20{list}%20Ltd", $"uln-{list}" })
        {
            (await service.GetAsync($"/v1/{list}?provider={name}&knownAt={before.Sequence}")).IsProblem(Codes.UnknownProvider);
            Assert.Empty(Ids(await service.GetAsync($"/v1/{list}?provider={name}&knownAt={registered.Sequence}")));
        }

        Assert.Contains($"Ulm {list}", nearest, StringComparison.Ordinal);
        await service.GetAfterAsync(await RegisterAsync($"Uln {list[..^1]}", "US", true), $"/v1/{list}");
        Assert.Equal(nearest, (await service.GetAsync(typo)).Body!.ToJsonString());
    }

    [Fact]
    public async Task facts_are_counted_that_count_by_the_day()
    {
        await RegisterAsync("Tally Labs", "US", true);
        foreach (var day in new[] { "2024-03-01", "2024-04-01" })
        {
            (await service.PostAsync("/v1/facts", new JsonObject
            {
                ["type"] = "service_withheld",
                ["country"] = "SB",
                ["provider"] = "Tally Labs",
                ["service"] = "Tally Chat",
                ["occurred"] = day,
                ["source"] = A.Source(),
                ["tier"] = "B",
            })).Is(HttpStatusCode.Created);
        }

        var last = (await service.PostAsync("/v1/facts", A.Suspension("SB", "Tally Labs", occurred: "2024-05-01"))).Is(HttpStatusCode.Created);
        await service.GetAfterAsync(last, "/v1/facts");
        foreach (var (day, provider, model) in new[] { ("2024-02-29", 0, 0), ("2024-03-31", 1, 1), ("2024-04-30", 2, 2), ("2024-05-01", 3, 2) })
        {
            foreach (var (path, facts) in new[] { ("/v1/providers?text=tallylabs", provider), ("/v1/models?text=tallychat", model) })
            {
                var page = await service.GetAsync($"{path}&asOf={day}");
                Assert.Equal((day, facts), (page.Text("asOf"), page["items"].AsArray().Single()!["facts"]!.GetValue<int>()));
            }

            foreach (var (path, facts) in new[] { ("/v1/providers/tally-labs", provider), ("/v1/models/tally-labs/tally-chat", model) })
            {
                var entry = await service.GetAsync($"{path}?asOf={day}");
                Assert.Equal((day, facts), (entry.Text("asOf"), entry["facts"].GetValue<int>()));
            }
        }
    }

    [Fact]
    public async Task models_are_found_by_provider_and_by_text()
    {
        await RegisterAsync("Xen Labs", "US", true);
        foreach (var name in new[] { "Xen 1", "Xen 2" })
            (await service.PostAsync("/v1/models", new JsonObject { ["name"] = name, ["provider"] = "Xen Labs" })).Is(HttpStatusCode.Created);
        var last = (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Xen 2 Alone" })).Is(HttpStatusCode.Created);

        Assert.Equal(["xen-labs/xen-1", "xen-labs/xen-2"], Ids(await service.GetAfterAsync(last, "/v1/models?provider=xen-labs")));
        Assert.Equal(["xen-labs/xen-1", "xen-labs/xen-2"], Ids(await service.GetAsync("/v1/models?provider=XEN%20LABS")));
        Assert.Equal(["xen-2-alone", "xen-labs/xen-2"], Ids(await service.GetAsync("/v1/models?text=xen-2")).Order(StringComparer.Ordinal));
        (await service.GetAsync("/v1/models?provider=nobody")).IsProblem(Codes.UnknownProvider);
        (await service.GetAsync("/v1/models/xen-labs/xen-3")).IsProblem(Codes.NotFound);
    }
}
