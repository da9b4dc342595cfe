using Npgsql;

namespace PolicyTracker.Snapshots;

/// <summary>How far what a shard of the daemon writes, the views or the feed, is behind the store.</summary>
/// <remarks>
/// Marten's own checks find a shard healthy whose high-water mark no longer moves, so the store's newest event is asked for itself. What counts is
/// time, not events: a thousand events behind is nothing during an import, one that waits for a minute is a fault.
/// </remarks>
/// <param name="Newest">The sequence of the newest event; 0 when there is none.</param>
/// <param name="HighWaterMark">Up to where the daemon knows that no earlier event can still be committed.</param>
/// <param name="Reached">Up to where the shard has come; null while it has never written.</param>
/// <param name="AgentStatus">What the node that runs the shard last said of it: Running, Paused or Stopped.</param>
/// <param name="Failure">The kind of failure that paused it.</param>
/// <param name="FailedAt">The sequence of the event that it failed at.</param>
/// <param name="Behind">The age of the oldest event that the shard lacks; zero when it lacks none.</param>
/// <param name="Held">The age of the oldest event beyond the high-water mark; zero when there is none.</param>
/// <param name="Silent">How long ago the node that runs the shard last gave a sign of life; zero while none has.</param>
internal sealed record ShardLag(
    long Newest, long HighWaterMark, long? Reached, string? AgentStatus, string? Failure, long? FailedAt, TimeSpan Behind, TimeSpan Held, TimeSpan Silent)
{
    /// <summary>How often the node that runs a shard gives a sign of life, at the latest.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    /// <summary>The name under which the daemon knows the one shard of a projection or subscription.</summary>
    public static string NameOf(string projection) => $"{projection}:All";

    public static string QueryOf(string projection) => $"""
        select coalesce((select max(seq_id) from {Schema.Events}.mt_events), 0), mark.reached,
               shard.last_seq_id, shard.agent_status, shard.failure_category, shard.failure_event_sequence,
               (select timestamp from {Schema.Events}.mt_events where seq_id > coalesce(shard.last_seq_id, 0) order by seq_id limit 1),
               (select timestamp from {Schema.Events}.mt_events where seq_id > mark.reached order by seq_id limit 1), shard.heartbeat
          from (select coalesce(max(last_seq_id), 0) reached from {Schema.Events}.mt_event_progression where name = 'HighWaterMark') mark
          left join {Schema.Events}.mt_event_progression shard on shard.name = '{NameOf(projection)}'
        """;

    public static ShardLag Of(NpgsqlDataReader row, DateTimeOffset now) => new(row.GetInt64(0), row.GetInt64(1),
        row.IsDBNull(2) ? null : row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetInt64(5),
        Since(row, 6, now), Since(row, 7, now), Since(row, 8, now));

    private static TimeSpan Since(NpgsqlDataReader row, int column, DateTimeOffset now) =>
        row.IsDBNull(column) || row.GetFieldValue<DateTimeOffset>(column) is var then && then > now ? TimeSpan.Zero : now - then;
}
