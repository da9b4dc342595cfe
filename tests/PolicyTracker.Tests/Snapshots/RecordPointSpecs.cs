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

    private static async Task<RecordPoint> LatestAsync(FeedHost host)
    {
        await using var connection = await host.Database.OpenConnectionAsync(Cancellation);
        return await RecordPoints.LatestAsync(connection, Cancellation);
    }
}
