using System.Diagnostics;
using Npgsql;

namespace PolicyTracker.Benchmarks;

/// <summary>How many events a second one reader gets from the beginning of a long feed to its end.</summary>
internal static class CatchUp
{
    private const int Events = 200_000, PageSize = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task RunAsync()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        await service.RecordAsync(1);
        await service.MessageAsync();
        await using var connection = await service.ConnectAsync();
        await FeedRows.RepeatAsync(connection, Events);
        // As autovacuum would soon.
        await using (var analyze = new NpgsqlCommand("analyze policy.feed", connection))
            await analyze.ExecuteNonQueryAsync();
        // Until the node itself has read what there is.
        await PullAsync(service);

        var direct = await TimedAsync(() => ReadAsync(connection));
        var pulled = await TimedAsync(() => PullAsync(service));
        var streamed = await TimedAsync(() => StreamAsync(service));
        await new Report("Catching up", $"One reader, {Events:N0} events of the size of a fact's, from the beginning of the feed to its end.")
            .Table(["", "events/s", "to the table's"],
                Row($"`GET /v1/events?limit={PageSize}`, page after page by `next`", pulled),
                Row("`GET /v1/events/stream?after=earliest`", streamed),
                Row($"the same rows read from PostgreSQL, {PageSize} in a query, thrown away", direct))
            .WriteAsync("catchup");

        object[] Row(string what, TimeSpan time) => [what, $"{Events / time.TotalSeconds:N0}", $"{direct / time:0.00}"];
    }

    private static async Task<TimeSpan> TimedAsync(Func<Task<long>> read)
    {
        var watch = Stopwatch.StartNew();
        var marks = await read();
        return marks >= Events ? watch.Elapsed : throw new InvalidOperationException($"{marks} of {Events} events came.");
    }

    private static async Task<long> ReadAsync(NpgsqlConnection connection)
    {
        var (marks, position) = (0L, 0L);
        for (var more = true; more;)
        {
            more = false;
            await using var command = new NpgsqlCommand($"select position, event from policy.feed where position > $1 order by position limit {PageSize}", connection);
            command.Parameters.AddWithValue(position);
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                (more, position) = (true, rows.GetInt64(0));
                marks += rows.GetFieldValue<byte[]>(1).AsSpan().Count((byte)Subscribers.Mark);
            }
        }

        return marks;
    }

    private static async Task<long> PullAsync(ServiceUnderTest service)
    {
        var buffer = new byte[64 * 1024];
        var marks = 0L;
        var page = $"/v1/events?limit={PageSize}&after=earliest";
        for (var watch = Stopwatch.StartNew(); marks < Events && watch.Elapsed < Patience;)
        {
            using var answer = await service.Client.GetAsync(new Uri(page, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            var link = answer.EnsureSuccessStatusCode().Headers.GetValues("Link").Single();
            page = link[1..link.IndexOf('>', StringComparison.Ordinal)];
            await using var body = await answer.Content.ReadAsStreamAsync();
            for (var read = 1; (read = await body.ReadAsync(buffer)) > 0;)
                marks += buffer.AsSpan(0, read).Count((byte)Subscribers.Mark);
        }

        return marks;
    }

    private static async Task<long> StreamAsync(ServiceUnderTest service)
    {
        using var subscriber = Subscribers.Connect(new Uri($"{service.Stream}?after=earliest"), 1, ": connected");
        await subscriber.DeliveredAsync(Events, Patience);
        return subscriber.Delivered;
    }
}
