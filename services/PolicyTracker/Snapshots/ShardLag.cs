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
internal sealed record ShardLag(long Newest, long HighWaterMark, long? Reached, string? AgentStatus, string? Failure, long? FailedAt, TimeSpan Behind)
{
    /// <summary>The name under which the daemon knows the one shard of a projection or subscription.</summary>
    public static string NameOf(string projection) => $"{projection}:All";

    public static string QueryOf(string projection) => $"""
        select coalesce((select max(seq_id) from {Schema.Events}.mt_events), 0),
               coalesce((select last_seq_id from {Schema.Events}.mt_event_progression where name = 'HighWaterMark'), 0),
               shard.last_seq_id, shard.agent_status, shard.failure_category, shard.failure_event_sequence,
               (select timestamp from {Schema.Events}.mt_events where seq_id > coalesce(shard.last_seq_id, 0) order by seq_id limit 1)
          from (select 1) always left join {Schema.Events}.mt_event_progression shard on shard.name = '{NameOf(projection)}'
        """;

    public static ShardLag Of(NpgsqlDataReader row, DateTimeOffset now) => new(row.GetInt64(0), row.GetInt64(1),
        row.IsDBNull(2) ? null : row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetInt64(5),
        row.IsDBNull(6) || row.GetFieldValue<DateTimeOffset>(6) is var oldest && oldest > now ? TimeSpan.Zero : now - oldest);
}
