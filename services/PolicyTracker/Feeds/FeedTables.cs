using Weasel.Postgresql.Tables;

namespace PolicyTracker.Feeds;

/// <summary>
/// The public feed: every public event once, in an order of its own. It is no view: a rebuild leaves it alone, for its positions are what subscribers remember.
/// </summary>
public static class FeedTables
{
    /// <summary>One row: the last position given, the last one no longer kept, and the name of this numbering, which changes when positions are given anew.</summary>
    public static readonly Table Head = Schema.Table("feed_head", ["id"], "id integer", "last_position bigint", "expired bigint", "epoch text");

    /// <summary>The position is the feed's order, the sequence the store's. <c>event</c> is the whole CloudEvent, as it is sent.</summary>
    public static readonly Table Feed = Schema.Table("feed", ["position"],
            "position bigint", "event_id uuid", "sequence bigint", "type text", "stream text", "stream_version bigint",
            "countries text[]", "suppliers text[]", "providers text[]", "indicators text[]", "measure text?", "cause text?",
            "effective date", "occurred text?", "recorded_at timestamptz", "published_at timestamptz", "late boolean", "event text")
        .Index("event_id", ["event_id"], unique: true)
        .Index("type", ["type", "position"])
        .Index("measure", ["measure", "position"], "measure is not null")
        .Index("fields", ["countries", "suppliers", "providers", "indicators"], null, IndexMethod.gin)
        .Index("recorded", ["recorded_at", "position"]);

    public static IEnumerable<Table> All() => [Head, Feed];
}
