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
        Assert.Equal(ahead["targets"].ToJsonString(), (await AskAsync(adopted, control.With("effective", LongAfter)))["targets"].ToJsonString());

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

    private static JsonObject Control(string target, string layer) => new() { ["issuer"] = "US", ["targets"] = new JsonArray(target), ["scope"] = Scope(layer) };

    private static JsonObject Scope(string layer) => new() { ["layers"] = new JsonArray(layer) };

    private static JsonNode Target(Reply impact) => impact["targets"].AsArray().Single()!;

    private static string Day(Reply impact) => $"{impact["asOf"]} {impact["asOfBecause"]}";

    private static IEnumerable<JsonNode> Items(JsonNode side, string list) => side[list]!["items"]!.AsArray().Select(i => i!);

    private static IEnumerable<string> Entries(JsonNode side, string list) => Items(side, list).Select(e => $"{e["id"]} {e["name"]}");

    private static IEnumerable<string> Accounts(JsonNode side) => Items(side, "accounts").Select(Account).Order();

    private static string Account(JsonNode account) => $"{account["provider"]} {account["holder"]} {(account["suspended"]!.GetValue<bool>() ? "suspended" : "reinstated")}";
}
