using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.RegistryViews;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.RegistryViews;

/// <summary>What models are built on, and what is built on them.</summary>
public sealed class LineageSpecs(Service service)
{
    private static JsonObject Derivation(string country, (string Developer, string Model) model, (string Provider, string Model) baseModel, string type = "derivation_reported") => new()
    {
        ["type"] = type,
        ["country"] = country,
        ["developer"] = model.Developer,
        ["model"] = model.Model,
        ["baseProvider"] = baseModel.Provider,
        ["baseModel"] = baseModel.Model,
        ["relation"] = "fine_tuned",
        ["occurred"] = "2024-01",
        ["source"] = A.Source(),
        ["tier"] = "B",
    };

    private async Task<Reply> RecordAsync(JsonObject fact) => (await service.PostAsync("/v1/facts", fact)).Is(HttpStatusCode.Created);

    private async Task RegisterAsync(string name, string home) =>
        (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = name, ["home"] = home })).Is(HttpStatusCode.Created);

    private static IEnumerable<string> Told(JsonNode items) => items.AsArray().Select(a => $"{a!["id"]} {a["depth"]} {(a["foreign"] is { } f ? f.GetValue<bool>() ? "foreign" : "domestic" : "unknown")}");

    [Fact]
    public async Task a_foreign_base_behind_a_domestic_model_is_foreign_reliance_at_depth_two()
    {
        await RegisterAsync("Lin University", "MM");
        await RegisterAsync("Lin Company", "MM");
        await RegisterAsync("Lin Abroad", "US");
        await RecordAsync(Derivation("MM", ("Lin University", "TechGPT"), ("Lin Company", "BELLE")));
        var last = await RecordAsync(Derivation("MM", ("Lin Company", "BELLE"), ("Lin Abroad", "LLaMA")));

        var tech = (await service.GetAfterAsync(last, "/v1/models/lin-university/techgpt/lineage")).Is(HttpStatusCode.OK);
        Assert.Equal(["lin-company/belle 1 domestic", "lin-abroad/llama 2 foreign"], Told(tech["ancestors"]));
        var reliesOn = tech["reliesOn"].AsArray().Single()!;
        Assert.Equal(("US", 2, "lin-company/belle"), (reliesOn["country"]!.GetValue<string>(), reliesOn["depth"]!.GetValue<int>(), reliesOn["throughDomestic"]!.AsArray().Single()!.GetValue<string>()));
        Assert.Equal(["MM", "US"], tech["ancestors"][1]!["countries"]!.AsArray().Select(c => c!.GetValue<string>()));
        Assert.Equal(2, tech["derivations"].AsArray().Count);
        Assert.Equal("fine_tuned", tech["derivations"][0]!["relations"]!.AsArray().Single()!.GetValue<string>());

        Assert.Equal(["lin-company/belle 1 foreign", "lin-university/techgpt 2 foreign"], Told((await service.GetAsync("/v1/models/lin-abroad/llama/lineage"))["descendants"]));
        Assert.Empty((await service.GetAsync("/v1/models/lin-university/techgpt/lineage?asOf=2024-01-30"))["ancestors"].AsArray());
        Assert.Empty((await service.GetAsync($"/v1/models/lin-university/techgpt/lineage?knownAt={last.Sequence - 1}"))["reliesOn"].AsArray());
    }

    [Fact]
    public async Task a_model_of_this_name_has_an_address_of_its_own()
    {
        await RegisterAsync("Lin Namer", "MM");
        var named = (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Lineage", ["provider"] = "Lin Namer" })).Is(HttpStatusCode.Created);
        var last = await RecordAsync(Derivation("MM", ("Lin Namer", "Built"), ("Lin Namer", "LINEAGE")));

        Assert.Equal("Lineage", (await service.GetAfterAsync(last, named.Location!)).Is(HttpStatusCode.OK).Text("name"));
        Assert.Equal(["lin-namer/built 1 domestic"], Told((await service.GetAsync($"{named.Location}/lineage")).Is(HttpStatusCode.OK)["descendants"]));
        (await service.PostAsync($"{named.Location}/correct", A.Why().With("entry", new JsonObject { ["name"] = "Lineage", ["provider"] = "Lin Namer", ["reviewed"] = true }))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_lineage_is_cut_at_its_depth_and_says_so()
    {
        await RegisterAsync("Deep", "MN");
        var last = 0L;
        for (var i = 0; i < 6; i++)
            last = (await RecordAsync(Derivation("MN", ("Deep", $"M{i}"), ("Deep", $"M{i + 1}")))).Sequence;
        var cut = await service.GetAsync($"/v1/models/deep/m0/lineage?atLeast={last}");
        Assert.Equal((5, "depth"), (cut["ancestors"].AsArray().Count, cut["cut"].AsArray().Single()!.GetValue<string>()));
        var whole = await service.GetAsync("/v1/models/deep/m0/lineage?depth=6");
        Assert.Equal((6, 0), (whole["ancestors"].AsArray().Count, whole["cut"].AsArray().Count));
        (await service.GetAsync("/v1/models/deep/m0/lineage?depth=11")).IsProblem(Codes.OutOfRange);
        (await service.GetAsync("/v1/models/deep/m0/lineage?depth=0")).IsProblem(Codes.OutOfRange);
        (await service.GetAsync("/v1/models/deep/no-model/lineage")).IsProblem(Codes.NotFound);
    }

    [Fact]
    public async Task a_circle_ends_and_no_model_is_its_own_ancestor()
    {
        await RecordAsync(Derivation("MO", ("Round", "A"), ("Round", "B")));
        await RecordAsync(Derivation("MO", ("Round", "B"), ("Round", "C")));
        var last = await RecordAsync(Derivation("MO", ("Round", "C"), ("Round", "A")));
        var round = await service.GetAfterAsync(last, "/v1/models/round/a/lineage");
        Assert.Equal(["round/b 1 unknown", "round/c 2 unknown"], Told(round["ancestors"]));
        Assert.Equal(["round/c 1 unknown", "round/b 2 unknown"], Told(round["descendants"]));
        Assert.Empty(round["cut"].AsArray());
    }

    [Fact]
    public async Task a_denied_or_disputed_derivation_is_contested_and_a_retracted_one_is_gone()
    {
        var told = Derivation("MP", ("Doubted", "Child"), ("Doubted", "Parent"));
        var disputed = await RecordAsync(told);
        (await service.PostAsync($"{disputed.Location}/dispute", A.Why())).Is(HttpStatusCode.OK);
        await RecordAsync(Derivation("MP", ("Doubted", "Parent"), ("Doubted", "Grandparent")));
        var denied = await RecordAsync(Derivation("MP", ("Doubted", "Parent"), ("Doubted", "Grandparent"), "derivation_denied"));
        var child = await service.GetAfterAsync(denied, "/v1/models/doubted/child/lineage");
        Assert.All(child["ancestors"].AsArray(), a => Assert.True(a!["contested"]!.GetValue<bool>()));
        Assert.All(child["derivations"].AsArray(), d => Assert.True(d!["contested"]!.GetValue<bool>()));
        Assert.Equal(denied.Text("id"), child["derivations"][1]!["denials"]!.AsArray().Single()!.GetValue<string>());

        var retracted = (await service.PostAsync($"{disputed.Location}/retract", A.Change())).Is(HttpStatusCode.OK);
        Assert.Empty((await service.GetAfterAsync(retracted, "/v1/models/doubted/child/lineage"))["ancestors"].AsArray());
    }

    [Fact]
    public async Task no_answer_holds_more_models_than_it_says()
    {
        var many = Enumerable.Range(0, Lineage.MostModels + 1).Select(i => new Derivation("child", $"base{i:000}", [], default, false, [], [])).ToList();
        var lineage = new Lineage(models => Task.FromResult<IReadOnlyList<Derivation>>(models.Contains("child") ? many : []));
        Assert.Equal(Lineage.MostModels, (await lineage.AncestorsAsync("child", 5)).Count);
        Assert.Equal([LineageLimit.Models], lineage.Limits);
    }
}
