using PolicyTracker.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>What the daemon has passed over is published all the same: late, marked, and once.</summary>
public sealed class ReconcilerSpecs(TestDatabase database)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task an_event_that_the_daemon_has_passed_over_comes_late_over_every_channel_and_once_whoever_reconciles()
    {
        var connection = await database.CreateDatabaseAsync();
        // The minute that makes the nodes reconcile by themselves never ends.
        var clock = new ManualClock();
        await using var host = await FeedHost.StartAsync(connection, clock);
        await using var other = await FeedHost.StartAsync(connection, clock);
        await using var stream = await host.StreamAsync("after=earliest");
        await host.RecordAsync("IS", "a lab");
        await host.EntriesAsync(2);
        var sequence = await host.PassOverAsync("held");
        await host.RecordAsync("IS", "another lab");
        // The daemon has gone on: what it has not delivered by now it never will.
        Assert.DoesNotContain(sequence, (await host.EntriesAsync(4)).Select(e => e.Sequence));

        var repaired = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? host : other).Reconciler.ReconcileAsync(Cancellation)));
        Assert.Equal(1, repaired.Sum());
        Assert.Equal(0, await other.Reconciler.ReconcileAsync(Cancellation));

        var entries = await host.EntriesAsync(5);
        Assert.Equal((sequence, "provider/held", true), (entries[4].Sequence, entries[4].Stream, entries[4].Late));
        Assert.True((bool)FeedEvent.Read(entries[4].Json)["late"]!);
        Assert.All(entries.Take(4), entry => Assert.False(entry.Late));
        Assert.Equal(5L, await host.ScalarAsync("select count(*) from policy.feed"));
        var pulled = (await host.GetAsync("/v1/events"))["data"].AsArray();
        Assert.True(pulled[4]!["late"]!.GetValue<bool>());
        var frame = await stream.NextAsync("policy-event");
        while (frame.Position < entries[4].Position)
            frame = await stream.NextAsync("policy-event");
        Assert.Equal("provider/held", frame.Json["subject"]!.GetValue<string>());
    }

    [Fact]
    public async Task each_minute_brings_what_was_passed_over_and_in_normal_life_there_is_nothing()
    {
        var clock = new ManualClock();
        var waiting = clock.AwaitTimerAsync(Reconciler.Interval);
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), clock);
        await waiting;
        for (var i = 0; i < 5; i++)
            await host.RecordAsync("IS", $"holder {i}", $"another {i}");
        await host.WithHeldAsync("abandoned", (_, _) => Task.CompletedTask);
        await host.RecordAsync("IS", "a lab");
        await host.EntriesAsync(12);
        Assert.Equal(0, await host.Reconciler.ReconcileAsync(Cancellation));

        await host.PassOverAsync("held");
        clock.Advance(Reconciler.Interval);
        var entries = await host.EntriesAsync(14).WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        Assert.Equal(("provider/held", 1), (entries[^1].Stream, entries.Count(e => e.Late)));
    }

    [Fact]
    public async Task a_stretch_that_the_mark_has_skipped_is_looked_through_however_long_ago_it_was()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), new ManualClock());
        await host.RecordAsync("IS", "a lab");
        await host.EntriesAsync(2);
        var sequence = await host.PassOverAsync("held");
        await host.RecordAsync("IS", "another lab");
        await host.EntriesAsync(4);
        await host.ScalarAsync("update policy.feed set recorded_at = '2026-01-01T12:00:00Z'::timestamptz + position * interval '1 second'");
        Assert.Equal(0, await host.Reconciler.ReconcileAsync(Cancellation));
        await host.ScalarAsync($"insert into policy_events.mt_high_water_skips (starting_sequence, ending_sequence) values ({sequence - 1}, {sequence})");
        Assert.Equal(1, await host.Reconciler.ReconcileAsync(Cancellation));
    }

    [Fact]
    public async Task views_that_were_passed_over_say_so_and_are_whole_after_a_rebuild()
    {
        const string known = "select count(*) from policy.provider_version where provider_id = 'held'";
        var connection = await database.CreateDatabaseAsync();
        await using (var host = await FeedHost.StartAsync(connection, new ManualClock()))
        {
            await host.WithHeldAsync("abandoned", (_, _) => Task.CompletedTask);
            await host.RecordAsync("IS", "a lab");
            await host.EntriesAsync(2);
            Assert.Equal("healthy", (await host.ReadinessAsync("views"))["status"]!.GetValue<string>());

            var sequence = await host.PassOverAsync("held");
            var views = await host.ReadinessAsync("views");
            Assert.Equal(("degraded", sequence, 1L), (views["status"]!.GetValue<string>(), views["figures"]!["first"]!.GetValue<long>(), views["figures"]!["events"]!.GetValue<long>()));
            Assert.Contains("projections rebuild", views["description"]!.GetValue<string>(), StringComparison.Ordinal);
            // That the feed has been repaired does not mend the views.
            Assert.Equal(1, await host.Reconciler.ReconcileAsync(Cancellation));
            await host.RecordAsync("IS", "another lab");
            await host.EntriesAsync(5);
            Assert.Equal("degraded", (await host.ReadinessAsync("views"))["status"]!.GetValue<string>());
            Assert.Equal(0L, await host.ScalarAsync(known));
        }

        await RunningService.RunCommandAsync(connection, "projections", "rebuild");
        await using var rebuilt = await FeedHost.StartAsync(connection);
        Assert.Equal("healthy", (await rebuilt.ReadinessAsync("views"))["status"]!.GetValue<string>());
        Assert.Equal(1L, await rebuilt.ScalarAsync(known));
    }
}
