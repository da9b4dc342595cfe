using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Impact;

/// <summary>The impact goes by what the other reads say: how an account stands, whom a name stands for, which day is meant.</summary>
public sealed class ImpactOfRecordSpecs(Service service)
{
    private const string LongAfter = "2099-01-01";

    [Fact]
    public async Task an_account_stands_as_the_list_of_accounts_says()
    {
        await RegisterAsync("Impact Keeper");
        // A rumour ends no better report; what a reinstatement presupposes may be of its own day, whichever is recorded first.
        await RecordAsync(A.Suspension("TV", "Impact Keeper", "Rumoured Lab"));
        await RecordAsync(Reinstatement("Rumoured Lab", "2024-05-03").With("tier", "C"));
        await RecordAsync(Reinstatement("Same Day Lab", "2024-05-01"));
        await RecordAsync(A.Suspension("TV", "Impact Keeper", "Same Day Lab"));
        await RecordAsync(A.Suspension("TV", "Impact Keeper", "Open Lab"));
        var last = await RecordAsync(Reinstatement("Open Lab", "2024-05-03"));

        var target = Target(await AskAsync(last, Control("TV", "hosted_closed_models")));
        Assert.Equal(["impact-keeper Rumoured Lab suspended"], Accounts(target["left"]!));
        Assert.Equal(["impact-keeper Open Lab reinstated", "impact-keeper Same Day Lab reinstated"], Accounts(target["cut"]!));

        var listed = (await service.GetAsync("/v1/accounts?country=TV"))["items"].AsArray();
        Assert.Equal(
            listed.Select(a => $"{a!["provider"]} {a["holder"]} {a["status"]} {a["fact"]}").Order(),
            Items(target["left"]!, "accounts").Concat(Items(target["cut"]!, "accounts")).Select(a => $"{Account(a)} {a["fact"]}").Order());

        static JsonObject Reinstatement(string holder, string occurred) => A.Suspension("TV", "Impact Keeper", holder, occurred).With("type", "account_reinstated");
    }

    [Fact]
    public async Task a_technology_or_provider_of_several_names_is_one()
    {
        await RegisterAsync("Herd One");
        await RegisterAsync("Herd Two");
        await RecordAsync(Assessment("First Assessor", "Llamoid 2"));
        await RecordAsync(Assessment("Second Assessor", "LLaMoid  2"));
        await RecordAsync(Access("NR", "Herd One"));
        var last = await RecordAsync(Access("NR", "Herd Two"));
        var control = Control("NR", "hosted_closed_models");

        var target = Target(await AskAsync(last, control));
        Assert.Equal(["herd-one/llamoid-2 Llamoid 2"], Entries(target["left"]!, "technologies"));
        Assert.Equal(["herd-one Herd One"], Entries(target["left"]!, "providers"));
        Assert.Equal(["herd-one Herd One", "herd-two Herd Two"], Entries(target["cut"]!, "providers"));

        var merged = (await service.PostAsync("/v1/providers/herd-two/merge", A.Why().With("into", "herd-one"))).Is(HttpStatusCode.OK);
        Assert.Equal(["herd-one Herd One"], Entries(Target(await AskAsync(merged, control))["cut"]!, "providers"));

        static JsonObject Assessment(string assessor, string baseModel) => new()
        {
            ["type"] = "reliance_assessed",
            ["country"] = "NR",
            ["assessor"] = assessor,
            ["baseModel"] = baseModel,
            ["baseProvider"] = "Herd One",
            ["extent"] = "several",
            ["statement"] = "It does.",
            ["occurred"] = "2024-05-01",
            ["source"] = A.Source(),
            ["tier"] = "B",
        };
    }

    [Fact]
    public async Task a_control_that_is_to_come_is_told_for_its_first_day()
    {
        await RegisterAsync("Herd To Come");
        await RecordAsync(A.Suspension("KI", "Herd To Come", "a lab"));
        // Somebody says that there will have been access by then, and not since when: until then it is unknown.
        var access = await RecordAsync(Access("KI", "Herd To Come").With("occurred", "../2098").With("source", new JsonObject { ["publisher"] = "Example Wire", ["title"] = "An outlook" }));
        var adopted = (await service.PostAsync("/v1/measures", A.Measure("us-impact-to-come", "US", "adopted").With("kind", "export_control").With("effective", LongAfter)
            .With("targets", new JsonArray("KI")).With("scope", Scope("hosted_closed_models")))).Is(HttpStatusCode.Created);
        const string impact = "/v1/measures/us-impact-to-come/impact";
        var control = Control("KI", "hosted_closed_models");

        await FollowedAsync(adopted);
        var ahead = (await service.GetAsync(impact)).Is(HttpStatusCode.OK);
        Assert.Equal($"{LongAfter} effective", Day(ahead));
        Assert.Equal([access.Text("id")], Items(Target(ahead)["cut"]!, "facts").Select(f => f["fact"]!.GetValue<string>()));
        var planned = await AskAsync(adopted, control.With("effective", LongAfter));
        Assert.Equal(ahead["targets"].ToJsonString(), planned["targets"].ToJsonString());
        // Whoever asks for the two times that an answer tells is given that answer.
        Assert.Equal(ahead.Body!.ToJsonString(), (await service.GetAsync($"{impact}?{MomentOf(ahead)}")).Body!.ToJsonString());
        Assert.Equal(planned.Body!.ToJsonString(), (await service.PostAsync($"/v1/impact?{MomentOf(planned)}", control)).Body!.ToJsonString());

        // The day before, whoever asks for it, knows of no access; neither does a control that could apply already.
        var before = await service.GetAsync($"{impact}?asOf=2098-12-30");
        Assert.Equal("2098-12-30 asked", Day(before));
        Assert.Empty(Items(Target(before)["cut"]!, "facts"));
        var already = await AskAsync(adopted, control.With("effective", "2024-05-01"));
        Assert.Equal("asked", already.Text("asOfBecause"));
        Assert.Empty(Items(Target(already)["cut"]!, "facts"));
        // Once it applies, no day lies ahead.
        Assert.Equal("2099-06-01 asked", Day(await service.GetAsync($"{impact}?asOf=2099-06-01")));
    }

    [Fact]
    public async Task more_leads_to_the_whole_of_every_list()
    {
        // Services and open accounts are cut, base models and closed accounts left; one of each counts from a later day only.
        const int many = 25;
        const string target = "target=NP&asOf=2024-05-05";
        for (var i = 1; i <= many + 2; i++)
            await RegisterAsync($"Herd Of Many {i}");
        await RecordAllAsync([.. Enumerable.Range(1, many).SelectMany(i => Both(i, "2024-05-01")), .. Both(many + 1, "2024-05-08")]);
        var last = (await service.PostAsync("/v1/measures", A.Measure("us-on-many", "US", "adopted").With("kind", "export_control")
            .With("targets", new JsonArray("NP", "PW")).With("scope", Scope("hosted_closed_models")))).Is(HttpStatusCode.Created);
        var control = Control("NP", "hosted_closed_models").With("targets", new JsonArray("NP", "PW"));
        await FollowedAsync(last);

        var measure = (await service.GetAsync($"/v1/measures/us-on-many/impact?{target}")).Is(HttpStatusCode.OK);
        var asked = (await service.PostAsync($"/v1/impact?{target}", control)).Is(HttpStatusCode.OK);
        Assert.Equal(("NP", "NP"), (Target(measure)["target"]!.GetValue<string>(), Target(asked)["target"]!.GetValue<string>()));
        await FollowedAsync(await RecordAllAsync(Both(many + 2, "2024-05-01")));

        foreach (var (impact, posted) in new[] { (measure, null), (asked, control) })
        {
            foreach (var (side, list) in new[] { "cut", "left" }.SelectMany(side => new[] { "technologies", "providers", "accounts", "facts" }.Select(list => (side, list))))
            {
                var told = Target(impact)[side]![list]!;
                var (shown, total) = (Items(Target(impact)[side]!, list).Select(i => i.ToJsonString()).ToList(), told["total"]!.GetValue<int>());
                var all = (await service.AllAsync(told["more"]!.GetValue<string>(), posted)).Select(i => i.ToJsonString()).ToList();
                Assert.True((list == "facts" ? 2 * many : many) == total && total == all.Count && total == all.Distinct().Count(), $"{side} {list}: {total}; all are {string.Join(' ', all)}");
                Assert.Equal(all.Take(20), shown);
            }
        }

        static JsonObject[] Both(int i, string day) =>
        [
            Of("service_offered", day, $"Herd Of Many {i}").With("service", $"Service {i}").With("route", "direct").With("audience", "public"),
            Of("account_reinstated", day, $"Herd Of Many {i}").With("holder", $"Open {i}"),
            Of("account_suspended", day, $"Herd Of Many {i}").With("holder", $"Closed {i}"),
            Of("derivation_reported", day, null).With("model", $"Built {i}").With("developer", "A lab of NP").With("baseModel", $"Base {i}").With("baseProvider", $"Herd Of Many {i}").With("relation", "fine_tuned"),
        ];

        static JsonObject Of(string type, string day, string? provider)
        {
            var fact = new JsonObject { ["type"] = type, ["country"] = "NP", ["occurred"] = day, ["source"] = A.Source(), ["tier"] = "B" };
            return provider is null ? fact : fact.With("provider", provider);
        }
    }

    [Theory]
    [InlineData("sideways/facts", "target=PW", Codes.UnknownValue)]
    [InlineData("cut/facts", "", Codes.MissingField)]
    [InlineData("cut/facts", "target=CN", Codes.UnknownValue)]
    public async Task a_list_is_of_one_side_and_of_one_target(string list, string query, string code)
    {
        var control = Control("PW", "compute").With("targets", new JsonArray("PW", "FM"));
        (await service.PostAsync($"/v1/impact/{list}?{query}", control)).IsProblem(code);
    }

    [Fact]
    public async Task each_target_is_told_once()
    {
        var asked = Control("PW", "compute");
        asked["targets"] = new JsonArray("PW", "FM", "PW");
        Assert.Equal(["FM", "PW"], (await service.PostAsync("/v1/impact", asked)).Is(HttpStatusCode.OK)["targets"].AsArray().Select(t => t!["target"]!.GetValue<string>()));
    }

    [Fact]
    public async Task the_issuer_is_no_target()
    {
        var everyone = (await service.PostAsync("/v1/measures", A.Measure("us-impact-on-everyone", "US").With("kind", "export_control").With("scope", Scope("compute")))).Is(HttpStatusCode.Created);
        const string impact = "/v1/measures/us-impact-on-everyone/impact";

        await FollowedAsync(everyone);
        (await service.GetAsync($"{impact}?target=US")).IsProblem(Codes.TargetIsIssuer);
        (await service.PostAsync("/v1/impact", Control("US", "compute"))).IsProblem(Codes.TargetIsIssuer);
        (await service.GetAsync(impact)).IsProblem(Codes.MissingField);
        (await service.GetAsync($"{impact}?target=FM")).Is(HttpStatusCode.OK);
    }

    private async Task RegisterAsync(string provider) => (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = provider, ["home"] = "US" })).Is(HttpStatusCode.Created);

    private async Task<Reply> RecordAsync(JsonObject fact) => (await service.PostAsync("/v1/facts", fact)).Is(HttpStatusCode.Created);

    private async Task<Reply> RecordAllAsync(JsonObject[] facts) => (await service.PostAsync("/v1/facts/batch", new JsonArray([.. facts]))).Is(HttpStatusCode.OK);

    private async Task<Reply> AskAsync(Reply after, JsonObject control)
    {
        await FollowedAsync(after);
        return (await service.PostAsync("/v1/impact", control)).Is(HttpStatusCode.OK);
    }

    private async Task FollowedAsync(Reply write) => await (await service.RunningAsync()).FollowedAsync(write.Sequence);

    private static JsonObject Access(string country, string provider) => new()
    {
        ["type"] = "unofficial_access_reported",
        ["country"] = country,
        ["provider"] = provider,
        ["means"] = new JsonArray("vpn"),
        ["prevalence"] = "reported",
        ["occurred"] = "2024-05-01",
        ["source"] = A.Source(),
        ["tier"] = "B",
    };

    private static string MomentOf(Reply impact) => $"asOf={impact["asOf"]}&knownAt={impact["knownAt"]["sequence"]}";

    private static JsonObject Control(string target, string layer) => new() { ["issuer"] = "US", ["targets"] = new JsonArray(target), ["scope"] = Scope(layer) };

    private static JsonObject Scope(string layer) => new() { ["layers"] = new JsonArray(layer) };

    private static JsonNode Target(Reply impact) => impact["targets"].AsArray().Single()!;

    private static string Day(Reply impact) => $"{impact["asOf"]} {impact["asOfBecause"]}";

    private static IEnumerable<JsonNode> Items(JsonNode side, string list) => side[list]!["items"]!.AsArray().Select(i => i!);

    private static IEnumerable<string> Entries(JsonNode side, string list) => Items(side, list).Select(e => $"{e["id"]} {e["name"]}");

    private static IEnumerable<string> Accounts(JsonNode side) => Items(side, "accounts").Select(Account).Order();

    private static string Account(JsonNode account) => $"{account["provider"]} {account["holder"]} {(account["suspended"]!.GetValue<bool>() ? "suspended" : "reinstated")}";
}
