using Npgsql;
using PolicyTracker.Snapshots;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Snapshots;

/// <summary>A point tells all that was known by it for ever, whatever commits late.</summary>
public sealed class RecordPointSpecs(TestDatabase database)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task an_event_that_drew_a_lower_sequence_and_commits_last_is_known_after_every_point_that_was_told()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        await host.RecordAsync("IS", "before");
        await host.EntriesAsync(2);
        var (held, last) = (0L, 0L);
        RecordPoint? told = null;
        await host.WithHeldAsync("held", async (sequence, commit) =>
        {
            (held, last) = (sequence, await host.RecordAsync("IS", "after"));
            await host.HeldUpAsync();
            told = await LatestAsync(host);
            await commit();
        });

        while ((await LatestAsync(host)).Sequence < last)
            Cancellation.ThrowIfCancellationRequested();
        Assert.True(told!.Sequence < held && held < last, $"{told} was told while {held} was held, before {last}.");
        await using var connection = await host.Database.OpenConnectionAsync(Cancellation);
        Assert.Equal(told, await RecordPoints.AtAsync(connection, told.At!.Value, Cancellation));
        await using var known = new NpgsqlCommand("select known_from from policy.provider_version where provider_id = 'held'", connection);
        Assert.Equal(held, await known.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task a_sequence_among_those_that_became_known_together_was_known_at_no_time()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        var last = await host.RecordAsync("IS", "one", "two");
        while ((await LatestAsync(host)).Sequence < last)
            Cancellation.ThrowIfCancellationRequested();
        await using var connection = await host.Database.OpenConnectionAsync(Cancellation);
        // As where the daemon gave them to the views in one page, whatever it did.
        await using (var together = new NpgsqlCommand("delete from policy.record_point where sequence = $1", connection) { Parameters = { new() { Value = last - 1 } } })
            await together.ExecuteNonQueryAsync(Cancellation);

        Assert.Equal(new RecordPoint(last - 1, null), await RecordPoints.WithAsync(connection, last - 1, Cancellation));
        var point = await RecordPoints.WithAsync(connection, last, Cancellation);
        Assert.Equal(last, point.Sequence);
        Assert.Equal(point, await RecordPoints.AtAsync(connection, point.At!.Value, Cancellation));
    }

    private static async Task<RecordPoint> LatestAsync(FeedHost host)
    {
        await using var connection = await host.Database.OpenConnectionAsync(Cancellation);
        return await RecordPoints.LatestAsync(connection, Cancellation);
    }
}
