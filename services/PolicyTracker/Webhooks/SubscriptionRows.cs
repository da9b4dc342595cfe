using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using PolicyTracker.Feeds;
using PolicyTracker.Recording;

namespace PolicyTracker.Webhooks;

/// <summary>Subscriptions as they are read and written by their owners' acts.</summary>
internal static class SubscriptionRows
{
    internal const string Table = $"{Schema.Policy}.webhook_subscription";

    private static readonly string[] Columns =
        ["id", "settings", "secrets", "state", "reason", "version", "epoch", "cursor", "batch_limit", "allowed_rate", "failing_since", "created_at", "updated_at"];

    /// <summary>The columns of a subscription, for <see cref="Read"/>.</summary>
    public static string ColumnsOf(string alias) => string.Join(", ", Columns.Select(column => $"{alias}.{column}"));

    /// <summary>The subscription, with its row held until the write ends.</summary>
    /// <exception cref="Refused">There is none of this id.</exception>
    public static async Task<Subscription> ReadLockedAsync(Draft draft, string id)
    {
        await using var command = draft.Command($"select {ColumnsOf("s")} from {Table} s where id = @id for update");
        command.Add("id", id);
        return await ReadAsync(command, draft.Cancellation) is [var found] ? found : throw NotFound(id);
    }

    /// <exception cref="Refused">There is none of this id.</exception>
    public static async Task<Subscription> ReadAsync(NpgsqlDataSource database, string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {ColumnsOf("s")} from {Table} s where id = @id");
        command.Add("id", id);
        return await ReadAsync(command, cancellation) is [var found] ? found : throw NotFound(id);
    }

    public static async Task<IReadOnlyList<Subscription>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var found = new List<Subscription>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(Read(row));
        return found;
    }

    public static async Task InsertAsync(Draft draft, Subscription subscription)
    {
        await using var command = draft.Command($"""
            insert into {Table} (id, host, settings, secrets, state, reason, version, batch_limit, allowed_rate, failing_since, updated_at, epoch, cursor, created_at, lease_token, turn_at)
            values (@id, @host, @settings, @secrets, @state, @reason, @version, @batch_limit, @allowed_rate, @failing_since, @updated_at, @epoch, @cursor, @created_at, 0, clock_timestamp())
            """);
        AddWritten(command, subscription);
        command.Add("epoch", subscription.Epoch);
        command.Add("cursor", subscription.Cursor);
        command.Add("created_at", subscription.CreatedAt);
        await command.ExecuteNonQueryAsync(draft.Cancellation);
    }

    /// <summary>Writes what an act changed, as another version: the node that serves the subscription stops and looks again. The cursor is left to the deliveries.</summary>
    public static async Task SaveAsync(Draft draft, Subscription subscription)
    {
        await using var command = draft.Command($"""
            update {Table} set host = @host, settings = @settings, secrets = @secrets, state = @state, reason = @reason, version = @version, batch_limit = @batch_limit,
                   allowed_rate = @allowed_rate, failing_since = @failing_since, updated_at = @updated_at, due_at = @updated_at
             where id = @id
            """);
        AddWritten(command, subscription);
        await command.ExecuteNonQueryAsync(draft.Cancellation);
    }

    /// <summary>Moves the cursor.</summary>
    public static async Task MoveAsync(Draft draft, string id, FeedCursor to)
    {
        await using var command = draft.Command($"update {Table} set epoch = @epoch, cursor = @cursor where id = @id");
        command.Add("id", id);
        command.Add("epoch", to.Epoch);
        command.Add("cursor", to.Position);
        await command.ExecuteNonQueryAsync(draft.Cancellation);
    }

    /// <summary>Tells in the feed what became of a subscription.</summary>
    public static async Task TellAsync(this Draft draft, string id, ServiceEvent told)
    {
        var stream = SubscriptionDisabled.Stream(id);
        if (await draft.ExistsAsync(stream))
            draft.Append(stream, told);
        else
            draft.Start<SubscriptionDisabled>(stream, told);
    }

    internal static Subscription Read(NpgsqlDataReader row) => new(
        row.GetString(0), FromJson<SubscriptionSettings>(row, 1), FromJson<List<SealedSecret>>(row, 2), ValueOf<SubscriptionState>(row.GetString(3)),
        row.IsDBNull(4) ? null : ValueOf<StateReason>(row.GetString(4)), row.GetInt64(5), row.GetString(6), row.GetInt64(7),
        row.IsDBNull(8) ? null : row.GetInt32(8), row.IsDBNull(9) ? null : row.GetInt32(9), row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
        row.GetFieldValue<DateTimeOffset>(11), row.GetFieldValue<DateTimeOffset>(12));

    /// <exception cref="InvalidOperationException">The database holds a word that this version does not know.</exception>
    internal static T ValueOf<T>(string name) where T : struct, Enum =>
        WireNames.TryParse<T>(name, out var value) ? value : throw new InvalidOperationException($"'{name}' is no {typeof(T).Name}.");

    internal static Refused NotFound(string id) => new(Codes.NotFound, $"There is no subscription {Echo.Of(id)}.");

    private static void AddWritten(NpgsqlCommand command, Subscription subscription)
    {
        command.Add("id", subscription.Id);
        command.Add("host", subscription.Settings.Host);
        command.Add("settings", JsonSerializer.Serialize(subscription.Settings, Json.Options));
        command.Add("secrets", JsonSerializer.Serialize(subscription.Secrets, Json.Options));
        command.Add("state", WireNames.Of(subscription.State));
        command.Add("reason", NpgsqlDbType.Text, subscription.Reason is { } reason ? WireNames.Of(reason) : null);
        command.Add("version", subscription.Version);
        command.Add("batch_limit", NpgsqlDbType.Integer, subscription.BatchLimit);
        command.Add("allowed_rate", NpgsqlDbType.Integer, subscription.AllowedRate);
        command.Add("failing_since", NpgsqlDbType.TimestampTz, subscription.FailingSince);
        command.Add("updated_at", subscription.UpdatedAt);
    }

    private static T FromJson<T>(NpgsqlDataReader row, int column) => JsonSerializer.Deserialize<T>(row.GetString(column), Json.Options)!;
}
