using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Views;

/// <summary>Each write that changes a pair's conclusions is announced once, with what caused it: section 5 of the method.</summary>
public sealed class RelianceChangedSpecs(TestDatabase database)
{
    [Fact]
    public async Task three_retractions_are_three_changes_and_one_batch_is_one()
    {
        await using var service = await SeededService.StartAsync(database);
        var (reuters, academy, yi) = (await IdAsync(service, "assessor", "Reuters"), await IdAsync(service, "assessor", "Beijing Academy of Artificial Intelligence", "baseModel"), await IdAsync(service, "model", "Yi-34B"));
        var before = (await ChangesAsync(service)).Count;

        foreach (var id in new[] { academy, reuters, yi })
            await SettledAsync(service, (await service.PostAsync($"/v1/facts/{id}/retract", A.Change("source_corrected"))).Is(HttpStatusCode.OK));
        var oneByOne = (await ChangesAsync(service))[before..];
        Assert.Equal(["35.42", "27.08", "25.00"], oneByOne.Select(c => After(c, "reliance")));
        Assert.Equal([academy, reuters, yi], oneByOne.Select(c => c["causedBy"]!.AsArray().Single()!["fact"]!.GetValue<string>()));
        Assert.All(oneByOne, c => Assert.Equal("source_corrected", c["cause"]!.GetValue<string>()));

        foreach (var id in new[] { yi, reuters, academy })
            await SettledAsync(service, (await service.PostAsync($"/v1/facts/{id}/reinstate", A.Change())).Is(HttpStatusCode.OK));
        var reinstated = await ChangesAsync(service);
        await SettledAsync(service, (await service.PostAsync("/v1/facts/batch/retract", A.Change().With("ids", new JsonArray(reuters, academy, yi)))).Is(HttpStatusCode.OK));
        var batch = Assert.Single((await ChangesAsync(service))[reinstated.Count..]);
        Assert.Equal("25.00", After(batch, "reliance"));
        Assert.Equal(new[] { reuters, academy, yi }.Order(), batch["causedBy"]!.AsArray().Select(c => c!["fact"]!.GetValue<string>()).Order());
    }

    [Fact]
    public async Task the_changes_of_a_pair_are_an_unbroken_chain_and_what_changes_nothing_is_not_told()
    {
        await using var service = await SeededService.StartAsync(database);
        var yi = await IdAsync(service, "model", "Yi-34B");
        var before = (await ChangesAsync(service)).Count;
        // Most of the leading models are built on Llama already: one derivation less changes no number.
        await SettledAsync(service, (await service.PostAsync($"/v1/facts/{yi}/retract", A.Change())).Is(HttpStatusCode.OK));
        Assert.Equal(before, (await ChangesAsync(service)).Count);

        foreach (var pair in (await ChangesAsync(service)).GroupBy(c => $"{c["dependent"]} on {c["supplier"]}"))
        {
            var told = new Dictionary<string, string>();
            foreach (var number in pair.SelectMany(c => c["changes"]!.AsArray()))
            {
                var name = (number!["index"] ?? number["indicator"])!.GetValue<string>();
                if (told.TryGetValue(name, out var last))
                    Assert.Equal(last, number["before"]!.ToJsonString());
                told[name] = number["after"]!.ToJsonString();
            }
        }
    }

    [Fact]
    public async Task a_change_that_was_found_when_the_service_was_killed_is_announced_once_by_the_next()
    {
        var connection = await database.CreateSeededDatabaseAsync();
        int before;
        await using (var service = await SeededService.StartAsync(connection))
        {
            before = (await ChangesAsync(service)).Count;
            // Whoever announces takes this lock: as long as it is held here, nobody does.
            await using var announcing = await service.ConnectAsync();
            await using var hold = new NpgsqlCommand("select pg_advisory_lock(5080002)", announcing);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            var fact = await IdAsync(service, "assessor", "Beijing Academy of Artificial Intelligence", "baseModel");
            await SettledAsync(service, (await service.PostAsync($"/v1/facts/{fact}/retract", A.Change())).Is(HttpStatusCode.OK));
            Assert.Equal(["1"], await service.ColumnAsync("select count(*) from policy.conclusion_change where not announced"));
            await service.KillAsync();
        }

        await using var next = await SeededService.StartAsync(connection);
        Assert.Equal(before + 1, (await ChangesAsync(next)).Count);
    }

    [Fact]
    public async Task a_rebuild_announces_once_what_it_concludes_otherwise_than_what_was_published()
    {
        var connection = await database.CreateSeededDatabaseAsync();
        long last;
        await using (var service = await SeededService.StartAsync(connection))
        {
            await ChangesAsync(service);
            last = await service.LastSequenceAsync();
            await CountWronglyAsync(service);
        }

        await RunningService.RunCommandAsync(connection, "projections", "rebuild");
        await using var rebuilt = await SeededService.StartAsync(connection);
        await rebuilt.AnnouncedAsync();
        var told = Assert.Single(await rebuilt.ColumnAsync($"select data::text from policy_events.mt_events where type = 'reliance_changed' and seq_id > {last}"));
        var change = JsonNode.Parse(told)!;
        Assert.Equal(("CN", "US", "pipeline_change"), (change["dependent"]!.GetValue<string>(), change["supplier"]!.GetValue<string>(), change["cause"]!.GetValue<string>()));
        var number = Assert.Single(change["changes"]!.AsArray())!;
        Assert.Equal(("reliance", 1m, 43.75m), (number["index"]!.GetValue<string>(), number["before"]!["value"]!.GetValue<decimal>(), number["after"]!["value"]!.GetValue<decimal>()));
    }

    [Fact]
    public async Task what_a_rebuild_concludes_otherwise_is_in_the_history_from_its_announcement_on()
    {
        const string record = "/v1/countries/CN/history?supplier=US&along=record";
        var connection = await database.CreateSeededDatabaseAsync();
        string earlier, answer;
        await using (var service = await SeededService.StartAsync(connection))
        {
            await service.AnnouncedAsync();
            await CountWronglyAsync(service);
            earlier = $"{record}&knownAt={await service.LastSequenceAsync()}";
            answer = (await service.ReadAsync(earlier)).GetRawText();
        }

        await RunningService.RunCommandAsync(connection, "projections", "rebuild");
        await using var rebuilt = await SeededService.StartAsync(connection);
        await rebuilt.AnnouncedAsync();

        var announced = Assert.Single(await rebuilt.ColumnAsync("select seq_id from policy_events.mt_events where type = 'reliance_changed' and data->'causedBy' = '[]'"));
        var last = (await rebuilt.ReadAsync(record)).GetProperty("steps").EnumerateArray().Last();
        Assert.Equal((announced, 43.75m, "pipeline_change"), (
            last.GetProperty("sequence").GetRawText(), last.GetProperty("number").GetProperty("value").GetDecimal(), last.GetProperty("cause").GetString()));
        Assert.Equal(answer, (await rebuilt.ReadAsync(earlier)).GetRawText());
    }

    [Fact]
    public async Task what_a_rebuild_concludes_otherwise_is_known_with_a_write_that_is_told_before_its_announcement()
    {
        var connection = await database.CreateSeededDatabaseAsync();
        await using (var service = await SeededService.StartAsync(connection))
        {
            await service.AnnouncedAsync();
            await CountWronglyAsync(service);
        }

        // Whoever announces takes this lock: as long as it is held here, nobody does.
        await using var announcing = new NpgsqlConnection(connection);
        await announcing.OpenAsync(TestContext.Current.CancellationToken);
        await using (var hold = new NpgsqlCommand("select pg_advisory_lock(5080002)", announcing))
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await RunningService.RunCommandAsync(connection, "projections", "rebuild");
        await using var rebuilt = await SeededService.StartAsync(connection);
        var retracted = (await rebuilt.PostAsync($"/v1/facts/{await IdAsync(rebuilt, "assessor", "Beijing Academy of Artificial Intelligence", "baseModel")}/retract", A.Change())).Is(HttpStatusCode.OK);
        await rebuilt.FollowedAsync(retracted.Sequence);
        await using (var release = new NpgsqlCommand("select pg_advisory_unlock(5080002)", announcing))
            await release.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await rebuilt.AnnouncedAsync();

        var steps = (await rebuilt.ReadAsync("/v1/countries/CN/history?supplier=US&along=record")).GetProperty("steps").EnumerateArray().ToList();
        // The write is no cause of what the rebuild concluded.
        Assert.Equal([(retracted.Sequence, 43.75m, "pipeline_change"), (retracted.Sequence, 35.42m, "our_error")], steps.TakeLast(2).Select(s => (
            s.GetProperty("sequence").GetInt64(), s.GetProperty("number").GetProperty("value").GetDecimal(), s.GetProperty("cause").GetString()!)));
    }

    /// <summary>Publishes another number than the method concludes, as if an earlier version had counted wrongly.</summary>
    private static async Task CountWronglyAsync(RunningService service) => await service.ColumnAsync("""
        update policy.conclusion_change set conclusion = jsonb_set(conclusion, '{reliance,value}', '1')
         where number = (select max(number) from policy.conclusion_change where dependent = 'CN' and supplier = 'US')
        """);

    private static string? After(JsonNode change, string index) =>
        change["changes"]!.AsArray().Single(n => n!["index"]?.GetValue<string>() == index)!["after"]!["value"]?.GetValue<decimal>().ToString("0.00");

    private static async Task SettledAsync(RunningService service, Reply write) => await service.GetAfterAsync(write.Sequence, "/v1/countries/CN");

    /// <summary>The changes in the order in which they were found, once all of them are announced as events.</summary>
    private static async Task<List<JsonNode>> ChangesAsync(RunningService service)
    {
        await service.AnnouncedAsync();
        var found = await service.ColumnAsync("select change::text from policy.conclusion_change order by number");
        var announced = await service.ColumnAsync("select data::text from policy_events.mt_events where type = 'reliance_changed' order by seq_id");
        Assert.Equal(found.Select(Canonical).Order(), announced.Select(Canonical).Order());
        return [.. found.Select(c => JsonNode.Parse(c)!)];
    }

    private static string Canonical(string json) => System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonSerializer.Deserialize<PolicyTracker.Views.RelianceChanged>(json, Json.Options), Json.Options);

    private static async Task<string> IdAsync(RunningService service, string field, string value, string? with = null) =>
        (await service.GetAfterAsync(await service.LastSequenceAsync(), "/v1/facts?country=CN&limit=1000"))["items"].AsArray()
            .Single(f => f![field]?.GetValue<string>() == value && (with is null || f[with] is not null))!["id"]!.GetValue<string>();
}
