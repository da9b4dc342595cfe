using Npgsql;

namespace PolicyTracker.Benchmarks;

/// <summary>Fills the feed without the store behind it.</summary>
internal static class FeedRows
{
    /// <summary>Appends copies of the feed's last fact, in positions of their own and as its publisher does: one transaction, one notice.</summary>
    public static async Task RepeatAsync(NpgsqlConnection connection, int times)
    {
        await using var command = new NpgsqlCommand("""
            with head as (update policy.feed_head set last_position = last_position + $1 returning last_position - $1 as before),
                 told as materialized (select pg_notify('policytracker_feed', '')),
                 fact as (select * from policy.feed where type = 'account_suspended' order by position desc limit 1)
            insert into policy.feed (position, event_id, sequence, type, stream, stream_version, countries, suppliers, providers, indicators, measure, cause,
                   effective, occurred, recorded_at, published_at, late, event)
            select before + n, gen_random_uuid(), sequence, type, stream, stream_version, countries, suppliers, providers, indicators, measure, cause,
                   effective, occurred, recorded_at, published_at, late, '{"sequence":"' || lpad((before + n)::text, 20, '0') || substr(event, 34)
              from head, told, fact, generate_series(1, $1) n
            """, connection) { CommandTimeout = 120, Parameters = { new() { Value = times } } };
        await command.ExecuteNonQueryAsync();
    }
}
