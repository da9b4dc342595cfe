using Marten;
using Npgsql;
using NpgsqlTypes;

namespace PolicyTracker.Snapshots;

/// <summary>What the service could answer with: the events up to a sequence.</summary>
/// <param name="At">From when it could; null where the sequence lies between two points: there was no moment of its own.</param>
public sealed record RecordPoint(long Sequence, DateTimeOffset? At)
{
    /// <summary>Before anything was recorded.</summary>
    public static readonly RecordPoint None = new(0, DateTimeOffset.UnixEpoch);
}

/// <summary>The record points: one for each page that the projection writes, in the same transaction, their times strictly increasing.</summary>
public static class RecordPoints
{
    /// <summary>Leaves a point for a page; none on a rebuild, which makes nothing known that was not known before.</summary>
    public static void Save(IDocumentOperations operations, long sequence) => operations.QueueSqlCommand($"""
        insert into {Schema.Policy}.record_point (sequence, at)
        select ?, greatest(clock_timestamp(), max(at) + interval '1 microsecond') from {Schema.Policy}.record_point having coalesce(max(sequence), 0) < ?
        """, sequence, sequence);

    /// <summary>The last point; <see cref="RecordPoint.None"/> when there is none.</summary>
    public static Task<RecordPoint> LatestAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        FindAsync(connection, "order by sequence desc", DBNull.Value, NpgsqlDbType.Bigint, cancellation);

    /// <summary>The last point at or before a time.</summary>
    public static Task<RecordPoint> AtAsync(NpgsqlConnection connection, DateTimeOffset at, CancellationToken cancellation) =>
        FindAsync(connection, "where at <= $1 order by at desc", at.ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellation);

    /// <summary>What was known with a sequence of the store, the events after it left out; the last point when the sequence lies ahead.</summary>
    public static async Task<RecordPoint> WithAsync(NpgsqlConnection connection, long sequence, CancellationToken cancellation)
    {
        if (sequence == RecordPoint.None.Sequence)
            return RecordPoint.None;
        var found = await FindAsync(connection, "where sequence >= $1 order by sequence", sequence, NpgsqlDbType.Bigint, cancellation);
        return found == RecordPoint.None ? await LatestAsync(connection, cancellation)
            : found.Sequence == sequence ? found
            : new RecordPoint(sequence, null);
    }

    /// <summary>From when the service could answer with each of these events.</summary>
    public static async Task<IReadOnlyDictionary<long, DateTimeOffset>> TimesAsync(Snapshot snapshot, long[] sequences)
    {
        var command = snapshot.Command($"""
            select s, (select at from {Schema.Policy}.record_point p where p.sequence >= s order by p.sequence limit 1) from unnest($1) s
            """);
        command.Parameters.AddWithValue(sequences);
        return (await snapshot.ReadAsync(command, row => (Sequence: row.GetInt64(0), At: row.GetFieldValue<DateTimeOffset>(1)))).ToDictionary(p => p.Sequence, p => p.At);
    }

    private static async Task<RecordPoint> FindAsync(NpgsqlConnection connection, string which, object value, NpgsqlDbType type, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select sequence, at from {Schema.Policy}.record_point {which} limit 1", connection);
        if (value is not DBNull)
            command.Parameters.AddWithValue(type, value);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new RecordPoint(row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1)) : RecordPoint.None;
    }
}
