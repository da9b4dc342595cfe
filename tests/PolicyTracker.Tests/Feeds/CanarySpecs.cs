using PolicyTracker.Feeds;
using PolicyTracker.Recording;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>A canary takes the whole way of an event, to those alone who ask for it.</summary>
public sealed class CanarySpecs(TestDatabase database)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task whoever_asks_for_canaries_gets_them_whatever_the_filter_and_nobody_else_does()
    {
        var clock = new ManualClock();
        var waiting = clock.AwaitTimerAsync(Interval);
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), clock, ("PolicyTracker:Feed:CanarySeconds", "300"));
        await waiting;
        await host.RecordAsync("IS", "first");
        await host.EntriesAsync(2);
        await using var asking = await host.StreamAsync("country=NO&canary=true&after=earliest");
        await using var other = await host.StreamAsync("type=account_suspended");

        clock.Advance(Interval);
        var canary = await asking.NextAsync("policy-event").WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        Assert.Equal(("policytracker.canary.v1", Canary.Stream), (canary.Json["type"]!.GetValue<string>(), canary.Json["subject"]!.GetValue<string>()));
        await host.RecordAsync("IS", "second");
        Assert.Equal("second", (await other.NextAsync("policy-event")).Json["data"]!["holder"]!.GetValue<string>());

        Assert.Equal(3, (await host.GetAsync("/v1/events"))["data"].AsArray().Count);
        Assert.Equal(3, (await host.GetAsync("/v1/events?canary=false"))["data"].AsArray().Count);
        Assert.Equal(4, (await host.GetAsync("/v1/events?canary=true"))["data"].AsArray().Count);
        Assert.Single((await host.GetAsync("/v1/events?canary=true&country=NO"))["data"].AsArray());
        (await host.GetAsync("/v1/events?type=canary")).IsProblem(Codes.UnknownType);
        (await host.GetAsync("/v1/events?canary=yes")).IsProblem(Codes.UnknownValue);
        (await host.GetAsync("/v1/events/stats?canary=true")).IsProblem(Codes.UnknownParameter);
    }

    [Fact]
    public async Task one_node_sends_it_and_the_views_pass_it_by()
    {
        var connection = await database.CreateDatabaseAsync();
        await using var service = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false"), ("PolicyTracker__Feed__CanarySeconds", "1"));
        var page = await service.GetAsync("/v1/events?canary=true&wait=30");
        while (page["data"].AsArray() is not [.., var last] || last!["type"]!.GetValue<string>() != "policytracker.canary.v1")
            page = await service.GetAsync($"/v1/events?canary=true&wait=30&after={page.Text("next")}");

        // A read that waits for it does not wait in vain, and a moment of the record is one as after any event.
        var sequence = long.Parse((await service.ColumnAsync("select max(seq_id) from policy_events.mt_events where type = 'canary'")).Single());
        await service.FollowedAsync(sequence);
        Assert.Equal(sequence, (await service.GetAsync($"/v1/countries?knownAt={sequence}"))["knownAt"]!["sequence"]!.GetValue<long>());
        Assert.Equal("0", (await service.ColumnAsync("select count(*) from policy.country_event where type = 'canary'")).Single());
        Assert.DoesNotContain((await service.GetAsync("/v1/events"))["data"].AsArray(), e => e!["type"]!.GetValue<string>().Contains("canary", StringComparison.Ordinal));

        var stats = await service.GetAsync("/v1/events/stats");
        Assert.True(stats["canarySeconds"].GetValue<double>() >= 0);
        Assert.True(DateTimeOffset.Parse(stats.Text("canaryAt")) > DateTimeOffset.UnixEpoch);
        Assert.True((await service.GetAsync("/readyz"))["checks"]["canary"]!["figures"]!["latencySeconds"]!.GetValue<double>() >= 0);
    }

    [Fact]
    public async Task a_canary_that_another_node_has_just_sent_is_not_sent_again()
    {
        var connection = await database.CreateDatabaseAsync();
        await using var host = await FeedHost.StartAsync(connection);
        await using var other = await FeedHost.StartAsync(connection);
        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => (i % 2 == 0 ? host : other).Runs<SendCanary>().SendAsync(TimeSpan.FromHours(1), Cancellation)));
        Assert.Single(sent, sequence => sequence > 0);
        Assert.True(await other.Runs<SendCanary>().SendAsync(TimeSpan.Zero, Cancellation) > sent.Max());
    }
}
