using System.Net;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Durability;

/// <summary>Two nodes on one database: one of them projects, and whichever is left goes on.</summary>
public sealed class TwoNodesSpecs(TestDatabase database)
{
    // No country of these speaks of another's supplier: each suspension opens one pair, which is one change.
    private static readonly string[] Countries = ["AR", "BO", "CL", "CO", "EC", "GY", "PE", "PY", "SR", "UY"];

    [Fact]
    public async Task each_change_is_announced_once_whichever_node_was_asked_and_whichever_is_killed()
    {
        var connection = await database.CreateDatabaseAsync();
        await using var first = await StartAsync(connection);
        await using var second = await StartAsync(connection);
        (await first.PostAsync("/v1/providers", new System.Text.Json.Nodes.JsonObject { ["name"] = "OpenAI", ["home"] = "US" })).Is(HttpStatusCode.Created);

        var last = 0L;
        foreach (var (i, country) in Countries[..5].Index())
            last = await RecordAsync(i % 2 == 0 ? first : second, country);
        await first.FollowedAsync(last);
        await second.FollowedAsync(last);
        Assert.Equal(Countries[..5], await AnnouncedAsync(second, 5));

        await first.KillAsync();
        foreach (var country in Countries[5..])
            last = await RecordAsync(second, country);
        await second.FollowedAsync(last);
        Assert.Equal(Countries, await AnnouncedAsync(second, 10));
        Assert.Equal(Countries, await PublishedAsync(second, 10));
    }

    private static Task<RunningService> StartAsync(string connection) =>
        RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false"), ("PolicyTracker__Nodes", "many"));

    private static async Task<long> RecordAsync(RunningService node, string country) =>
        (await node.PostAsync("/v1/facts", A.Suspension(country, "OpenAI"))).Is(HttpStatusCode.Created).Sequence;

    /// <summary>The countries of the changes in the order of the feed, once there are as many as are waited for.</summary>
    private static async Task<IReadOnlyList<string>> PublishedAsync(RunningService node, int count)
    {
        var published = new List<string>();
        var after = "earliest";
        while (published.Count < count)
        {
            var page = await node.GetAsync($"/v1/events?type=reliance_changed&after={after}&wait=10");
            published.AddRange(page["data"].AsArray().Select(change => change!["data"]!["dependent"]!.GetValue<string>()));
            after = page.Text("next");
        }

        return published;
    }

    /// <summary>The countries of the changes, in the order of their events, once there are as many as are waited for.</summary>
    private static async Task<IReadOnlyList<string>> AnnouncedAsync(RunningService node, int count)
    {
        await using var connection = await node.ConnectAsync();
        await using var listen = new Npgsql.NpgsqlCommand("listen mt_events_appended", connection);
        await listen.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        while (true)
        {
            var announced = await node.ColumnAsync("select data ->> 'dependent' from policy_events.mt_events where type = 'reliance_changed' order by seq_id");
            if (announced.Count >= count)
                return announced;
            await connection.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        }
    }
}
