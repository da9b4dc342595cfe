using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Views;

/// <summary>Another method is a change of the pipeline: it is announced as one, and no answer of the past moves.</summary>
public sealed class MethodAdoptedSpecs(TestDatabase database)
{
    private const string China = "/v1/countries/CN?supplier=US";

    private static readonly (string, string) Second = ("PolicyTracker__Method", "reliance/2.0.0");

    /// <summary>X1 of the founding case is 100 * 0.5 / 3 by the first version and 100 * 0.5 / 4 by the second. Only CN and RU are targets of the planned control.</summary>
    [Fact]
    public async Task it_is_announced_once_for_each_pair_that_differs_and_the_past_keeps_its_method()
    {
        var connection = await database.CreateDatabaseAsync();
        string past, answer;
        await using (var first = await SeededService.StartAsync(connection))
        {
            answer = (await first.ReadAsync(China)).GetRawText();
            past = $"{China}&knownAt={JsonNode.Parse(answer)!["sequence"]}";
        }

        await using (var second = await SeededService.StartAsync(connection, Second))
        {
            var china = await second.ReadAsync(China);
            Assert.Equal((12.5m, "reliance/2.0.0"), (X1(china), china.GetProperty("method").GetString()));
            Assert.Equal(("method_adopted", "pipeline_change"), (china.GetProperty("lastChange").GetProperty("type").GetString(), china.GetProperty("lastChange").GetProperty("cause").GetString()));
            Assert.NotEqual("method_adopted", (await second.ReadAsync("/v1/countries/HK")).GetProperty("lastChange").GetProperty("type").GetString());
            Assert.Equal(answer, (await second.GetAsync(past)).Body!.ToJsonString());
            Assert.Equal(16.67m, X1(await second.ReadAsync($"{China}&method=reliance/1.0.0")));
            Assert.Equal(12.5m, X1((await second.GetAsync($"{past}&method=reliance/2.0.0")).Json));
            Assert.Equal(["CN on US by reliance/2.0.0", "RU on US by reliance/2.0.0"], await ToldAsync(second));
            const string record = "/v1/countries/CN/history?supplier=US&index=X1&along=record";
            Assert.Equal([16.67m, 12.5m], Values(await second.ReadAsync(record)).TakeLast(2));
            foreach (var method in new[] { "reliance/1.0.0", "reliance/2.0.0" })
                Assert.Equal("method", (await second.GetAsync($"{record}&method={method}")).IsProblem(Codes.FieldsDisagree)["errors"][0]!["field"]!.GetValue<string>());
            Assert.Equal(16.67m, Values(await second.ReadAsync($"{record}&method=reliance/1.0.0&{past[(past.IndexOf('&', StringComparison.Ordinal) + 1)..]}")).Last());
        }

        await using (var again = await SeededService.StartAsync(connection, Second))
            Assert.Equal(2, (await ToldAsync(again)).Count);

        await using (var back = await SeededService.StartAsync(connection))
        {
            Assert.Equal(16.67m, X1(await back.ReadAsync(China)));
            Assert.Equal(answer, (await back.GetAsync(past)).Body!.ToJsonString());
            Assert.Equal(4, (await ToldAsync(back)).Count);
        }
    }

    [Fact]
    public async Task a_rebuild_gives_the_same_views_and_announces_nothing()
    {
        var connection = await database.CreateDatabaseAsync();
        await (await SeededService.StartAsync(connection)).DisposeAsync();
        IReadOnlyList<string> views;
        await using (var service = await SeededService.StartAsync(connection, Second))
        {
            await ToldAsync(service);
            views = await AnswersStandSpecs.ViewsAsync(service);
        }

        await RunningService.RunCommandAsync(connection, "projections", "rebuild");

        await using var rebuilt = await SeededService.StartAsync(connection, Second);
        Assert.Equal(views, await AnswersStandSpecs.ViewsAsync(rebuilt));
    }

    [Fact]
    public async Task it_is_named_where_it_moved_only_what_held_on_a_day_of_the_past()
    {
        var connection = await database.CreateDatabaseAsync();
        long before;
        await using (var first = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false")))
        {
            var control = A.Measure("us-on-iceland", "US", "proposed", "2024-01-01").With("kind", "export_control").With("targets", new JsonArray("IS"))
                .With("scope", new JsonObject { ["layers"] = new JsonArray("closed_weights") });
            (await first.PostAsync("/v1/measures", control)).Is(HttpStatusCode.Created);
            await first.FollowedAsync(before = (await first.PostAsync("/v1/measures/us-on-iceland/abandon", A.Move("2024-05-02"))).Sequence);
        }

        await using var second = await RunningService.StartAsync(connection, Second, ("PolicyTracker__Seeds", "false"));
        await second.HearAsync("Method: ");
        var after = long.Parse(Assert.Single(await second.ColumnAsync("select seq_id from policy_events.mt_events where type = 'method_adopted'")));
        await second.FollowedAsync(after);

        await AssertNamedAsync($"from=2024-03-01,{before}&to=2024-03-01,{after}", undone: false);
        await AssertNamedAsync($"from=2024-03-01,{after}&to=2024-03-01,{before}", undone: true);
        // Nothing of it is left today, by either version.
        var today = await second.ReadAsync($"/v1/countries/IS/diff?supplier=US&from=,{before}&to=,{after}");
        Assert.Equal((0, 0), (today.GetProperty("pairs").GetArrayLength(), today.GetProperty("events").GetArrayLength()));

        async Task AssertNamedAsync(string points, bool undone)
        {
            var diff = await second.ReadAsync($"/v1/countries/IS/diff?supplier=US&{points}");
            Assert.Equal(undone, diff.GetProperty("undone").GetBoolean());
            var number = Assert.Single(diff.GetProperty("pairs").EnumerateArray().SelectMany(p => p.GetProperty("numbers").EnumerateArray()), n => n.TryGetProperty("indicator", out _));
            Assert.Equal(("X1", "pipeline_change", after), (
                number.GetProperty("indicator").GetString(), number.GetProperty("causes").EnumerateArray().Single().GetString(), number.GetProperty("events").EnumerateArray().Single().GetInt64()));
            var adopted = Assert.Single(diff.GetProperty("events").EnumerateArray());
            Assert.Equal((after, "method_adopted", "pipeline_change", "reliance/2.0.0 was adopted in place of reliance/1.0.0."), (
                adopted.GetProperty("sequence").GetInt64(), adopted.GetProperty("type").GetString(), adopted.GetProperty("cause").GetString(), adopted.GetProperty("why").GetString()));
        }
    }

    [Fact]
    public async Task nodes_that_start_together_adopt_it_once()
    {
        var connection = await database.CreateDatabaseAsync();
        await (await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false"))).DisposeAsync();
        (string, string)[] settings = [Second, ("PolicyTracker__Seeds", "false"), ("PolicyTracker__Nodes", "many")];

        var nodes = await Task.WhenAll(RunningService.StartAsync(connection, settings), RunningService.StartAsync(connection, settings));
        foreach (var node in nodes)
            await node.HearAsync("Method: ");

        Assert.Equal(["method_adopted"], await nodes[0].ColumnAsync("select type from policy_events.mt_events where stream_id = 'method'"));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task a_method_that_does_not_exist_keeps_the_service_from_starting()
    {
        var connection = await database.CreateDatabaseAsync();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(connection, ("PolicyTracker__Method", "reliance/3.0.0")));

        Assert.Contains("There is no method 'reliance/3.0.0'; there are reliance/1.0.0, reliance/2.0.0.", refused.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<decimal?> Values(JsonElement history) => history.GetProperty("steps").EnumerateArray()
        .Select(s => s.GetProperty("number").GetProperty("value")).Select(v => v.ValueKind == JsonValueKind.Null ? (decimal?)null : v.GetDecimal());

    private static decimal X1(JsonElement country) => country.GetProperty("suppliers")[0].GetProperty("indicators").EnumerateArray()
        .Single(i => i.GetProperty("id").GetString() == "X1").GetProperty("score").GetDecimal();

    /// <summary>The announced changes that an adoption alone caused.</summary>
    private static async Task<IReadOnlyList<string>> ToldAsync(RunningService service)
    {
        await service.AnnouncedAsync();
        return await service.ColumnAsync("""
            select c.data->>'dependent' || ' on ' || (c.data->>'supplier') || ' by ' || (c.data->>'method')
              from policy_events.mt_events c join policy_events.mt_events a on a.seq_id = (c.data#>>'{causedBy,0,sequence}')::bigint
             where c.type = 'reliance_changed' and a.type = 'method_adopted' and c.data->>'cause' = 'pipeline_change' and jsonb_array_length(c.data->'causedBy') = 1
             order by c.seq_id
            """);
    }
}
