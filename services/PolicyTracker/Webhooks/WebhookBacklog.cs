using Npgsql;

namespace PolicyTracker.Webhooks;

/// <summary>What a subscription lacks.</summary>
/// <param name="Behind">The age of the oldest event that is neither delivered nor parked; null unless the subscription is active.</param>
/// <param name="Parked">How many messages were given up, and can be replayed.</param>
internal sealed record WebhookBacklog(string Subscription, TimeSpan? Behind, long Parked)
{
    private const string Query = $"""
        select id, state = 'active', (select published_at from {Schema.Policy}.feed where position > s.cursor order by position limit 1),
               (select count(*) from {DeliveryLog.Deliveries} where subscription = s.id and status = 'parked')
          from {SubscriptionRows.Table} s
        """;

    public static async Task<IReadOnlyList<WebhookBacklog>> ReadAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var all = new List<WebhookBacklog>();
        while (await row.ReadAsync(cancellation))
        {
            var oldest = row.IsDBNull(2) ? now : row.GetFieldValue<DateTimeOffset>(2);
            all.Add(new WebhookBacklog(row.GetString(0), !row.GetBoolean(1) ? null : oldest < now ? now - oldest : TimeSpan.Zero, row.GetInt64(3)));
        }

        return all;
    }
}
