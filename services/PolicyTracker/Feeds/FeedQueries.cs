using Npgsql;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Feeds;

/// <summary>The questions that the feed's table is asked.</summary>
internal static class FeedQueries
{
    /// <summary>A page ends when its events hold so many bytes, the last one included.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Whether what was read ends a page, so that more may follow it.</summary>
    public static bool IsFull(IReadOnlyList<FeedFrame> read, int most) => read.Count == most || read.Sum(entry => (long)entry.Json.Length) > MostBytes;

    /// <summary>What matches after a position, and the head, of one moment: no entry at or below that head is still to come.</summary>
    public static async Task<(FeedHead Head, IReadOnlyList<T> Entries)> ReadAsync<T>(
        NpgsqlConnection connection, FeedColumns<T> columns, long after, FeedFilter filter, int most, CancellationToken cancellation) where T : FeedFrame
    {
        // The planner takes a table that it has no figures of for a thousand rows, and would compile a query that it finds that large.
        await using var command = filter.On(new Conditions("true").On("position > ?", after)).Complete(new NpgsqlCommand($$"""
            select h.epoch, h.last_position, h.expired, f.*
              from (select * from {{Schema.Policy}}.feed_head limit 1) h
              left join lateral (select {{columns.Names}} from {{Schema.Policy}}.feed where {conditions} order by position limit {{most}}) f on true
             order by f.position
            """, connection));
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        if (!await rows.ReadAsync(cancellation))
            throw new InvalidOperationException("The feed has no head.");
        var head = new FeedHead(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2));
        var entries = new List<T>();
        if (await rows.IsDBNullAsync(3, cancellation))
            return (head, entries);

        var bytes = 0L;
        do
        {
            entries.Add(columns.Read(rows, head.Epoch, 3));
            bytes += entries[^1].Json.Length;
        } while (bytes <= MostBytes && await rows.ReadAsync(cancellation));
        return (head, entries);
    }

    public static async Task<long?> LastAsync(NpgsqlConnection connection, FeedFilter filter, long upTo, int nth, CancellationToken cancellation)
    {
        await using var command = filter.On(new Conditions("true").On("position <= ?", upTo)).Complete(new NpgsqlCommand(
            $$"""select position from {{Schema.Policy}}.feed where {conditions} order by position desc limit 1 offset {{nth - 1}}""", connection));
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    /// <summary>The entries at these positions that are still kept, in order.</summary>
    public static async Task<IReadOnlyList<FeedEntry>> AtAsync(NpgsqlConnection connection, IReadOnlyList<long> positions, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select h.epoch, {FeedEntry.Columns.Names} from {Schema.Policy}.feed_head h, {Schema.Policy}.feed where position = any($1) order by position", connection);
        command.Parameters.AddWithValue(positions);
        var entries = new List<FeedEntry>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            entries.Add(FeedEntry.Columns.Read(row, row.GetString(0), 1));
        return entries;
    }

    public static async Task<long?> FirstSinceAsync(NpgsqlConnection connection, DateTimeOffset time, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select min(position) from {Schema.Policy}.feed where recorded_at >= $1", connection);
        command.Parameters.AddWithValue(time.ToUniversalTime());
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    public static async Task<string?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select event from {Schema.Policy}.feed where event_id = $1", connection);
        command.Parameters.AddWithValue(id);
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    public static async Task<TimeSpan> LagAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(ShardLag.QueryOf(FeedPublisher.Name), connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return ShardLag.Of(row, now).Behind;
    }
}
