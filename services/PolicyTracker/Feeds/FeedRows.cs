using System.Text;
using System.Text.Json;
using JasperFx.Events;
using Marten;
using PolicyTracker.Views;

namespace PolicyTracker.Feeds;

/// <summary>The rows of the feed as they are written.</summary>
internal static class FeedRows
{
    /// <summary>The channel on which a publisher tells, once for each page, that there is something new.</summary>
    public const string Channel = "policytracker_feed";

    private const string Head = $"{Schema.Policy}.feed_head";

    /// <summary>Makes the feed's head when there is none. A feed that is made anew gives its positions anew, and says so by another epoch.</summary>
    public const string MakeHead = $"insert into {Head} (id, last_position, expired, epoch) values (1, 0, 0, left(md5(gen_random_uuid()::text), 8)) on conflict (id) do nothing";

    // Whoever holds the head's row is alone in writing until it commits: a position is seen only after all lower ones. Those of events that are there already stay unused.
    private const string Insert = $$"""
        with head as (
            insert into {{Head}} as h (id, last_position, expired, epoch) values (1, ?, 0, left(md5(gen_random_uuid()::text), 8))
            on conflict (id) do update set last_position = h.last_position + excluded.last_position
            returning last_position - ? as before),
        told as materialized (select pg_notify('{{Channel}}', ''))
        insert into {{Schema.Policy}}.feed (position, event_id, sequence, type, stream, stream_version, countries, suppliers, providers, indicators, measure, cause,
               effective, occurred, recorded_at, published_at, late, event)
        select head.before + e.ordinality, r.event_id, r.sequence, r.type, r.stream, r.stream_version, r.countries, r.suppliers, r.providers, r.indicators, r.measure, r.cause,
               r.effective, r.occurred, r.recorded_at, clock_timestamp(), r.late, '{"sequence":"' || lpad((head.before + e.ordinality)::text, 20, '0') || '",' || substr(r.event, 2)
          from jsonb_array_elements(?::jsonb) with ordinality e, lateral jsonb_populate_record(null::{{Schema.Policy}}.feed, e.value) r, head, told
        on conflict (event_id) do nothing
        """;

    public static object Row(IEvent e, Spoken spoken, bool late) => new
    {
        EventId = e.Id,
        e.Sequence,
        Type = e.EventTypeName,
        Stream = e.StreamKey,
        StreamVersion = e.Version,
        spoken.Countries,
        spoken.Suppliers,
        spoken.Providers,
        spoken.Indicators,
        spoken.Measure,
        spoken.Cause,
        spoken.Effective,
        spoken.Occurred,
        RecordedAt = e.Timestamp,
        Late = late,
        Event = Encoding.UTF8.GetString(FeedEvent.Write(e, spoken, late).Span),
    };

    /// <summary>Appends rows, in their order, when the operations are saved.</summary>
    public static void Append(IDocumentOperations operations, IReadOnlyCollection<object> rows)
    {
        if (rows.Count > 0)
            operations.QueueSqlCommand(Insert, rows.Count, rows.Count, JsonSerializer.Serialize(rows, VersionedRows.ColumnNames));
    }
}
