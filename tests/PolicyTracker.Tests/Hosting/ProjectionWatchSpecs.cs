using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Hosting;

/// <summary>A shard that stands still is set going again, and /readyz tells until then.</summary>
public sealed class ProjectionWatchSpecs(TestDatabase database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_feed_that_failed_is_told_and_runs_again_within_half_a_minute_of_its_cause_ending()
    {
        var clock = new ManualClock();
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), clock);
        await host.RecordAsync("IS", "first");
        await host.EntriesAsync(2);
        await host.ScalarAsync("alter table policy.feed rename to feed_away");
        await host.RecordAsync("IS", "second");
        while (await host.ScalarAsync("select agent_status from policy_events.mt_event_progression where name = 'feed:All'") is not ("Paused" or "Stopped"))
            continue;
        var told = await host.GetAsync("/readyz");
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, told.Status);
        Assert.StartsWith("The feed is ", told["checks"]["feed"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);

        await host.ScalarAsync("alter table policy.feed_away rename to feed");
        clock.Advance(TimeSpan.FromSeconds(30));
        var entries = await host.EntriesAsync(3).WaitAsync(Patience, Cancellation);
        Assert.Equal(3, entries.Select(e => e.Id).Distinct().Count());
    }

    [Theory, InlineData("feed"), InlineData("views")]
    public async Task a_shard_that_no_node_runs_is_started(string shard)
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        await host.RecordAsync("IS", "first");
        await host.EntriesAsync(2);
        await host.StopShardAsync(shard);
        var last = await host.RecordAsync("IS", "second");
        while (await host.ScalarAsync($"select last_seq_id from policy_events.mt_event_progression where name = '{shard}:All'") is not long reached || reached < last)
            Cancellation.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task a_feed_that_lags_is_told_in_seconds_and_gives_no_stream_to_those_who_want_none_that_lags()
    {
        var clock = new ManualClock();
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), clock);
        await host.RecordAsync("IS", "first");
        await host.EntriesAsync(2);
        await host.WithHeldAsync("held", async (_, commit) =>
        {
            var waits = await host.RecordAsync("IS", "second");
            await host.ScalarAsync($"update policy_events.mt_events set timestamp = '{clock.GetUtcNow().AddSeconds(-75):O}' where seq_id = {waits}");
            await LagAsync(host, clock, lag => lag > 60);

            var told = await host.GetAsync("/readyz");
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, told.Status);
            Assert.Matches("for 7[5-9] s: an open transaction", told["checks"]["feed"]!["description"]!.GetValue<string>());
            (await host.GetAsync("/v1/events/stream?failOnLag=true")).IsProblem(Codes.FeedBehind);
            await using (await host.StreamAsync("failOnLag=false"))
                await commit();
        });

        await host.EntriesAsync(4).WaitAsync(Patience, Cancellation);
        await LagAsync(host, clock, lag => lag == 0);
        await using var stream = await host.StreamAsync("failOnLag=true");
        (await host.GetAsync("/v1/events/stream?failOnLag=perhaps")).IsProblem(Codes.UnknownValue);
    }

    /// <summary>Waits until the feed's lag is looked at again, as often as it takes.</summary>
    private static async Task LagAsync(FeedHost host, ManualClock clock, Func<double, bool> reached)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        while (!reached((await host.GetAsync("/v1/events/stats"))["lagSeconds"].GetValue<double>()))
            Cancellation.ThrowIfCancellationRequested();
    }
}
