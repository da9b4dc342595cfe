using System.Diagnostics;
using Npgsql;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>What is live is read once for a node, however many read it there.</summary>
public sealed class FeedSharingSpecs(TestDatabase database)
{
    [Fact]
    public async Task a_hundred_streams_cost_the_database_what_one_costs()
    {
        var connection = await database.CreateDatabaseAsync();
        // The clock stands still, and with it all that would ask the database in the background but for the poll of each second.
        await using var host = await FeedHost.StartAsync(connection, new ManualClock());
        var streams = new List<SseReader>();
        for (var i = 0; i < 100; i++)
        {
            streams.Add(await host.StreamAsync(i % 2 == 0 ? "" : "country=IS"));
            await streams[i].NextAsync("checkpoint");
        }

        var counted = 0;
        using var listener = Count(new NpgsqlConnectionStringBuilder(connection).Database!, () => Interlocked.Increment(ref counted));
        var watch = Stopwatch.StartNew();
        const int pages = 10;
        for (var page = 1; page <= pages; page++)
        {
            await host.InsertAsync(1);
            foreach (var stream in streams)
                Assert.Equal(page, (await stream.NextAsync("policy-event")).Position);
        }

        // Each page once, each second once, and a beginning.
        Assert.InRange(counted, pages, pages + watch.Elapsed.TotalSeconds + 2);
        foreach (var stream in streams)
            await stream.DisposeAsync();
    }

    /// <summary>Counts the readings of the feed in one database.</summary>
    private static ActivityListener Count(string name, Action count)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.Select(tag => tag.Value as string).ToList();
                if (tags.Contains(name) && tags.Exists(text => text?.Contains("from policy.feed where", StringComparison.Ordinal) == true))
                    count();
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
