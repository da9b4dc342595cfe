using Weasel.Postgresql.Tables;

namespace PolicyTracker.Webhooks;

/// <summary>Who is sent the feed, how far, and what became of each message. No view: a rebuild leaves it alone.</summary>
public static class WebhookTables
{
    /// <summary>
    /// <c>cursor</c> is the safe watermark. It is due at <c>due_at</c>, or when the feed goes beyond <c>watching</c>; whoever serves it holds a lease until <c>lease_until</c>
    /// by the database's clock, and each later holder has a higher <c>lease_token</c>.
    /// </summary>
    public static readonly Table Subscriptions = Schema.Table("webhook_subscription", ["id"],
            "id text", "host text", "settings text", "secrets text", "state text", "reason text?", "version bigint", "epoch text", "cursor bigint",
            "batch_limit integer?", "allowed_rate integer?", "failing_since timestamptz?", "failing_told_at timestamptz?", "created_at timestamptz", "updated_at timestamptz",
            "due_at timestamptz?", "watching bigint?", "lease_token bigint", "lease_until timestamptz?", "turn_at timestamptz")
        .Index("turn", ["turn_at"], "state = 'active'");

    /// <summary>A message that was tried at least once. <c>live</c> tells that it counts for the cursor as it moves now; before a seek it was another's.</summary>
    public static readonly Table Deliveries = Schema.Table("webhook_delivery", ["subscription", "first", "last"],
            "subscription text", "first bigint", "last bigint", "positions bigint[]", "types text[]", "webhook_id text", "live boolean", "status text", "failures integer",
            "attempts integer", "due_at timestamptz?", "http_status integer?", "at timestamptz")
        .Index("last", ["subscription", "last"])
        .Index("status", ["subscription", "status", "first"])
        .Index("at", ["at"]);

    public static readonly Table Attempts = Schema.Table("webhook_attempt", ["subscription", "first", "last", "number"],
        "subscription text", "first bigint", "last bigint", "number integer", "at timestamptz", "redelivery boolean", "result text", "http_status integer?", "duration_ms integer",
        "error text?", "snippet text?");

    /// <summary>Messages to be sent again, each up to where it is; those of one subscription one after the other.</summary>
    public static readonly Table Replays = Schema.Table("webhook_replay", ["subscription", "number"],
        "subscription text", "number bigint", "what text", "cursor bigint", "until bigint", "remaining bigint", "failures integer", "due_at timestamptz", "asked_at timestamptz");

    public static IEnumerable<Table> All() => [Subscriptions, Deliveries, Attempts, Replays];
}
