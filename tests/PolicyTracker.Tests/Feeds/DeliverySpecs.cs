using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>The promise: at least once, in total order by position, nothing ever skipped, from any point again.</summary>
public sealed class DeliverySpecs(TestDatabase database)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_transaction_that_drew_a_lower_sequence_and_commits_last_is_delivered()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        await using var stream = await host.StreamAsync("after=earliest");
        await host.RecordAsync("IS", "another lab");
        await host.EntriesAsync(2);
        var sequence = 0L;
        await host.WithHeldAsync("held", async (held, commit) =>
        {
            sequence = held;
            Assert.True(await host.RecordAsync("IS", "a lab") > held);
            await host.HeldUpAsync();
            await commit();
        });

        var entries = await host.EntriesAsync(4);
        // It was waited for, and not passed over and found later.
        Assert.DoesNotContain(entries, e => e.Late);
        Assert.Equal(sequence, Assert.Single(entries, e => e.Stream == "provider/held").Sequence);
        Assert.Equal(entries.Select(e => e.Position), await PositionsAsync(stream, 4));
        Assert.Equal(4, (await host.GetAsync("/v1/events"))["data"].AsArray().Count);
    }

    [Fact]
    public async Task a_sequence_that_is_never_committed_holds_up_nothing()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        await host.WithHeldAsync("abandoned", async (held, _) => Assert.True(await host.RecordAsync("IS", "a lab") > held));
        Assert.DoesNotContain("provider/abandoned", (await host.EntriesAsync(2)).Select(e => e.Stream));
    }

    [Fact]
    public async Task two_publishers_on_one_store_double_nothing_and_lose_nothing()
    {
        var connection = await database.CreateDatabaseAsync();
        await using var first = await FeedHost.StartAsync(connection);
        await using var second = await FeedHost.StartAsync(connection);
        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (i, _) =>
            await (i % 2 == 0 ? first : second).RecordAsync("IS", $"holder {i}", $"another {i}"));

        // The facts and the provider that they name.
        const int events = 121;
        foreach (var host in (FeedHost[])[first, second])
        {
            var entries = await host.EntriesAsync(events);
            Assert.Equal(events, entries.Select(e => e.Id).Distinct().Count());
            Assert.Equal(entries.Select(e => e.Position).Order(), entries.Select(e => e.Position));
        }

        Assert.Equal((long)events, await first.ScalarAsync("select count(*) from policy.feed"));
        Assert.Equal((long)events, await first.ScalarAsync("select count(*) from policy.feed f join policy_events.mt_events e on e.id = f.event_id where e.seq_id = f.sequence"));
    }

    [Fact]
    public async Task whoever_was_cut_off_at_any_position_resumes_at_the_next_while_others_append()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        const int positions = 1000;
        await host.InsertAsync(positions);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var appending = AppendAsync();
        for (var position = 0; position < positions; position++)
        {
            await using var stream = await host.StreamAsync("", await host.CursorAsync(position));
            Assert.Equal([position + 1, position + 2], await PositionsAsync(stream, 2));
        }

        await done.CancelAsync();
        await appending;

        async Task AppendAsync()
        {
            while (!done.IsCancellationRequested)
                await host.InsertAsync(1);
        }
    }

    private static async Task<IReadOnlyList<long>> PositionsAsync(SseReader stream, int count)
    {
        var positions = new List<long>();
        while (positions.Count < count)
            positions.Add((await stream.NextAsync("policy-event")).Position);
        return positions;
    }
}
