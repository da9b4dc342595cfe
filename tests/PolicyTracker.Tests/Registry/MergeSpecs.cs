using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Registry;

/// <summary>Two entries of the registry that turn out to be one, and two again.</summary>
public sealed class MergeSpecs(Service service)
{
    private static JsonObject Into(string id) => new() { ["into"] = id, ["why"] = "One company under two names." };

    private static IEnumerable<string> Ids(Reply page) => page["items"].AsArray().Select(item => item!["id"]!.GetValue<string>());

    private async Task<Reply> RegisterAsync(string name, string? home = null) =>
        (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = name, ["home"] = home, ["reviewed"] = true })).Is(HttpStatusCode.Created);

    private async Task<Reply> RecordAsync(JsonObject fact) => (await service.PostAsync("/v1/facts", fact)).Is(HttpStatusCode.Created);

    private async Task<Reply> MergeAsync(string id, string into) => (await service.PostAsync($"/v1/{id}/merge", Into(into))).Is(HttpStatusCode.OK);

    private async Task<Reply> UnmergeAsync(string id) => (await service.PostAsync($"/v1/{id}/unmerge", A.Why())).Is(HttpStatusCode.OK);

    [Fact]
    public async Task the_old_address_leads_to_the_new_one_and_both_names_to_the_survivor()
    {
        await RegisterAsync("Merge New", "US");
        await RegisterAsync("Merge Old");
        var before = await RecordAsync(A.Suspension("KY", "Merge Old"));
        var merged = await MergeAsync("providers/merge-old", "merge-new");
        Assert.Equal(("/v1/providers/merge-new", true, "merge-new"), (merged.Location, merged["changed"].GetValue<bool>(), merged.Text("mergedInto")));
        var after = await RecordAsync(A.Suspension("KY", "merge old", "another lab"));

        var led = (await service.GetAfterAsync(after, "/v1/providers/merge-old")).Is(HttpStatusCode.PermanentRedirect);
        Assert.Equal($"/v1/providers/merge-new?atLeast={after.Sequence}", led.Location);
        var survivor = await service.GetAsync("/v1/providers/merge-new");
        Assert.Equal((2, "merge-old"), (survivor["facts"].GetValue<int>(), survivor["merged"][0]!.GetValue<string>()));
        Assert.Equal(["merge-new"], Ids(await service.GetAsync("/v1/providers?text=mergeold")));
        foreach (var named in new[] { "merge-old", "Merge%20Old", "merge-new" })
            Assert.Equal([after.Text("id"), before.Text("id")], Ids(await service.GetAsync($"/v1/facts?provider={named}")));
        (await service.GetAsync($"/v1/providers/merge-old?knownAt={merged.Sequence - 1}")).Is(HttpStatusCode.OK);
        Assert.Equal(["merge-new", "merge-old"], Ids(await service.GetAsync($"/v1/providers?text=merge&knownAt={merged.Sequence - 1}")).Where(id => id is "merge-new" or "merge-old"));
    }

    [Fact]
    public async Task the_same_fact_keeps_its_id_before_during_and_after()
    {
        await RegisterAsync("Stable New", "US");
        await RegisterAsync("Stable Old", "US");
        var first = await RecordAsync(A.Suspension("KZ", "Stable Old"));
        await MergeAsync("providers/stable-old", "stable-new");
        var second = await RecordAsync(A.Suspension("KZ", "Stable Old", "a second lab"));
        Assert.Equal(first.Text("id"), (await service.PostAsync("/v1/facts", A.Suspension("KZ", "Stable Old"))).Is(HttpStatusCode.OK).Text("id"));
        await UnmergeAsync("providers/stable-old");
        Assert.Equal(first.Text("id"), (await service.PostAsync("/v1/facts", A.Suspension("KZ", "Stable Old"))).Is(HttpStatusCode.OK).Text("id"));
        Assert.Equal(second.Text("id"), (await service.PostAsync("/v1/facts", A.Suspension("KZ", "Stable Old", "a second lab"))).Is(HttpStatusCode.OK).Text("id"));
    }

    [Fact]
    public async Task claims_take_the_survivors_home_and_one_change_is_told_for_each_pair_that_differs()
    {
        await RegisterAsync("Homed", "US");
        await RegisterAsync("Homeless Twin");
        await RecordAsync(A.Suspension("LA", "Homeless Twin"));
        var last = await RecordAsync(A.Suspension("LB", "Homeless Twin"));
        Assert.Empty((await service.GetAfterAsync(last, "/v1/countries/LA"))["suppliers"].AsArray());

        var merged = await MergeAsync("providers/homeless-twin", "homed");
        var country = await service.GetAfterAsync(merged, "/v1/countries/LA?supplier=US");
        // One suspended account: X3 is coded 2, limited: 100 * (2 - 0.5) / 3.
        Assert.Equal(50m, country["suppliers"][0]!["indicators"]!.AsArray().Single(i => i!["id"]!.GetValue<string>() == "X3")!["score"]!.GetValue<decimal>());
        Assert.Equal(("provider_merged", "pipeline_change"), (country["lastChange"]["type"]!.GetValue<string>(), country["lastChange"]["cause"]!.GetValue<string>()));
        Assert.Equal(["LA pipeline_change", "LB pipeline_change"], await service.ColumnAsync(
            "select dependent || ' ' || cause from policy.conclusion_change where supplier = 'US' and dependent in ('LA', 'LB') order by dependent"));
        Assert.Equal(["LA", "LB"], await service.ColumnAsync(
            "select jsonb_array_elements_text(data -> 'countries') from policy_events.mt_events where type = 'provider_merged' and stream_id = 'provider/homeless-twin'"));
    }

    [Fact]
    public async Task an_account_closed_under_one_name_is_reopened_under_the_other()
    {
        await RegisterAsync("Opener", "US");
        await RegisterAsync("Closer", "US");
        await RecordAsync(A.Suspension("LC", "Closer", "Lab"));
        var reopened = await RecordAsync(A.Suspension("LC", "Opener", "Lab", "2024-05-02").With("type", "account_reinstated"));
        Assert.Equal(1, (await service.GetAfterAsync(reopened, "/v1/countries/LC"))["accounts"]["total"]!.GetValue<int>());

        Assert.Equal(0, (await service.GetAfterAsync(await MergeAsync("providers/closer", "opener"), "/v1/countries/LC"))["accounts"]["total"]!.GetValue<int>());
        Assert.Equal(1, (await service.GetAfterAsync(await UnmergeAsync("providers/closer"), "/v1/countries/LC"))["accounts"]["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task facts_recorded_in_between_go_where_their_names_lead()
    {
        await RegisterAsync("Stays", "US");
        await RegisterAsync("Leaves", "FR");
        await MergeAsync("providers/leaves", "stays");
        var between = await RecordAsync(A.Suspension("LI", "Leaves"));
        var together = await service.GetAfterAsync(between, "/v1/countries/LI");
        Assert.Equal("US", together["suppliers"].AsArray().Single()!["supplier"]!.GetValue<string>());

        var apart = await service.GetAfterAsync(await UnmergeAsync("providers/leaves"), "/v1/countries/LI");
        Assert.Equal("FR", apart["suppliers"].AsArray().Single()!["supplier"]!.GetValue<string>());
        Assert.Equal(1, (await service.GetAsync("/v1/providers/leaves"))["facts"].GetValue<int>());
        Assert.Equal(0, (await service.GetAsync("/v1/providers/stays"))["facts"].GetValue<int>());
    }

    [Fact]
    public async Task the_survivors_corrected_home_moves_the_merged_ones_claims()
    {
        await RegisterAsync("Moves Along", "US");
        await RegisterAsync("Carried Along", "FR");
        await RecordAsync(A.Suspension("LR", "Carried Along"));
        await MergeAsync("providers/carried-along", "moves-along");
        var corrected = (await service.PostAsync("/v1/providers/moves-along/correct", new JsonObject { ["entry"] = new JsonObject { ["name"] = "Moves Along", ["home"] = "DE" }, ["why"] = "It moved." }))
            .Is(HttpStatusCode.OK);
        Assert.Equal("DE", (await service.GetAfterAsync(corrected, "/v1/countries/LR"))["suppliers"].AsArray().Single()!["supplier"]!.GetValue<string>());
        (await service.PostAsync("/v1/providers/carried-along/correct", new JsonObject { ["entry"] = new JsonObject { ["name"] = "Carried Along", ["home"] = "DE" }, ["why"] = "It moved." }))
            .IsProblem(Codes.RegistryMerged);
    }

    [Fact]
    public async Task what_cannot_be_merged_is_refused_and_what_is_merged_already_changes_nothing()
    {
        foreach (var name in new[] { "Rule A", "Rule B", "Rule C" })
            await RegisterAsync(name);
        (await service.PostAsync("/v1/providers/rule-a/merge", Into("rule-a"))).IsProblem(Codes.MergeIntoItself);
        (await service.PostAsync("/v1/providers/rule-a/merge", Into("nobody-of-this-name"))).IsProblem(Codes.UnknownProvider);
        (await service.PostAsync("/v1/providers/nobody-of-this-name/merge", Into("rule-a"))).IsProblem(Codes.NotFound);
        (await service.PostAsync("/v1/models/no-such-model/merge", Into("rule-a"))).IsProblem(Codes.NotFound);
        Assert.False((await UnmergeAsync("providers/rule-a"))["changed"].GetValue<bool>());

        var first = await MergeAsync("providers/rule-a", "rule-b");
        var again = await MergeAsync("providers/rule-a", "rule-b");
        Assert.Equal((false, first.Sequence), (again["changed"].GetValue<bool>(), again.Sequence));
        Assert.Equal("rule-b", (await service.PostAsync("/v1/providers/rule-a/merge", Into("rule-c"))).IsProblem(Codes.RegistryMerged).Text("survivor"));
        Assert.Equal("rule-b", (await service.PostAsync("/v1/providers/rule-b/merge", Into("rule-a"))).IsProblem(Codes.RegistryMerged).Text("survivor"));
        await MergeAsync("providers/rule-b", "rule-c");
        Assert.Equal("rule-c", (await service.PostAsync("/v1/providers/rule-c/merge", Into("rule-a"))).IsProblem(Codes.RegistryMerged).Text("survivor"));
        Assert.Equal(["provider_registered", "provider_merged"], await service.ColumnAsync("select type from policy_events.mt_events where stream_id = 'provider/rule-a' order by seq_id"));

        var chain = (await service.GetAfterAsync(await MergeAsync("providers/rule-b", "rule-c"), "/v1/providers/rule-a")).Is(HttpStatusCode.PermanentRedirect);
        Assert.StartsWith("/v1/providers/rule-c?", chain.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task two_merges_into_each_other_at_once_make_no_circle()
    {
        await RegisterAsync("Circle A");
        await RegisterAsync("Circle B");
        var replies = await Task.WhenAll(service.PostAsync("/v1/providers/circle-a/merge", Into("circle-b")), service.PostAsync("/v1/providers/circle-b/merge", Into("circle-a")));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], replies.Select(r => r.Status).Order());
    }

    [Fact]
    public async Task a_model_merged_into_another_is_one_service_with_it()
    {
        JsonObject Offer(string service, string type, string occurred) => new()
        {
            ["type"] = type,
            ["country"] = "LK",
            ["provider"] = "Model House",
            ["service"] = service,
            ["occurred"] = occurred,
            ["source"] = A.Source(),
            ["tier"] = "B",
        };
        await RegisterAsync("Model House", "US");
        await RecordAsync(Offer("Chat One", "service_offered", "2024-05-01").With("route", "direct").With("audience", "public"));
        var withheld = await RecordAsync(Offer("Chat 1", "service_withheld", "2024-05-02"));
        Assert.Equal(2, (await service.GetAfterAsync(withheld, "/v1/countries/LK"))["services"]["total"]!.GetValue<int>());

        var merged = await MergeAsync("models/model-house/chat-1", "model-house/chat-one");
        Assert.Equal("/v1/models/model-house/chat-one", merged.Location);
        var one = (await service.GetAfterAsync(merged, "/v1/countries/LK"))["services"];
        Assert.Equal((1, "service_withheld"), (one["total"]!.GetValue<int>(), one["items"]![0]!["type"]!.GetValue<string>()));
        var led = (await service.GetAsync("/v1/models/model-house/chat-1")).Is(HttpStatusCode.PermanentRedirect);
        Assert.Equal("/v1/models/model-house/chat-one", led.Location);
        Assert.Equal("/v1/models/model-house/chat-one/lineage?depth=2", (await service.GetAsync("/v1/models/model-house/chat-1/lineage?depth=2")).Is(HttpStatusCode.PermanentRedirect).Location);
        Assert.Equal(["model-house/chat-one"], Ids(await service.GetAsync("/v1/models?provider=model-house")));
        Assert.Equal(["model-house/chat-one"], Ids(await service.GetAsync("/v1/models?text=chat1")));
        (await service.PostAsync("/v1/models/model-house%2Fchat-one/merge", Into("model-house/chat-1"))).IsProblem(Codes.RegistryMerged);

        var apart = await UnmergeAsync("models/model-house/chat-1");
        Assert.Equal(2, (await service.GetAfterAsync(apart, "/v1/countries/LK"))["services"]["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task a_distillation_of_a_model_that_is_an_open_one_under_another_name_is_not_cut()
    {
        await RegisterAsync("Distilled Maker", "US");
        await RecordAsync(new JsonObject
        {
            ["type"] = "model_released",
            ["country"] = "US",
            ["provider"] = "Distilled Maker",
            ["model"] = "Open One",
            ["weights"] = "open",
            ["occurred"] = "2024-01",
            ["source"] = A.Source(),
            ["tier"] = "A",
        });
        var derived = await RecordAsync(new JsonObject
        {
            ["type"] = "derivation_reported",
            ["country"] = "LS",
            ["developer"] = "Distiller",
            ["model"] = "Small One",
            ["baseProvider"] = "Distilled Maker",
            ["baseModel"] = "Open 1",
            ["relation"] = "distilled",
            ["occurred"] = "2024-02",
            ["source"] = A.Source(),
            ["tier"] = "A",
        });
        var control = new JsonObject
        {
            ["issuer"] = "US",
            ["targets"] = new JsonArray("LS"),
            ["scope"] = new JsonObject { ["layers"] = new JsonArray("hosted_closed_models") },
        };
        async Task<int> CutAsync(Reply after) =>
            (await service.PostAsync($"/v1/impact?atLeast={after.Sequence}", control)).Is(HttpStatusCode.OK)["targets"][0]!["cut"]!["facts"]!["items"]!.AsArray().Count;

        Assert.Equal(1, await CutAsync(derived));
        Assert.Equal(0, await CutAsync(await MergeAsync("models/distilled-maker/open-1", "distilled-maker/open-one")));
    }
}
