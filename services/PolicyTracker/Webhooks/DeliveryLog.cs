using Npgsql;
using NpgsqlTypes;
using PolicyTracker.Recording;

namespace PolicyTracker.Webhooks;

/// <summary>The log of deliveries: one row for each message that was tried, and one for each attempt.</summary>
internal static class DeliveryLog
{
    /// <summary>How long it is kept; what still counts for a cursor is kept longer.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    internal const string Deliveries = $"{Schema.Policy}.webhook_delivery", Attempts = $"{Schema.Policy}.webhook_attempt";

    /// <summary>What a message becomes that is there already, by an attempt in its order.</summary>
    public const string InOrder = "positions = excluded.positions, types = excluded.types, live = excluded.live, status = excluded.status, failures = excluded.failures, due_at = excluded.due_at";

    /// <summary>The same by a redelivery: what waits in its order goes on waiting, and what was delivered stays so.</summary>
    public const string Redelivered = "status = case when d.live and d.status = 'waiting' or d.status = 'delivered' or excluded.status = 'waiting' then d.status else excluded.status end";

    /// <summary>The part of a statement that writes an attempt with its message; see <see cref="AddAttempt"/> for the parameters.</summary>
    /// <param name="fence">The table of the statement that has a row only when the writer may write.</param>
    /// <param name="live">Whether the message counts for the cursor, by the fence's columns.</param>
    /// <param name="known">What becomes of a message that is there already.</param>
    public static string Insert(string fence, string live, string known) => $"""
        delivery as (
            insert into {Deliveries} as d (subscription, first, last, positions, types, webhook_id, live, status, failures, attempts, due_at, http_status, at)
            select @id, @first, @last, @positions, @types, @webhook_id, {live}, @status, @failures, 1, @due_at, @http_status, @now from {fence}
            on conflict (subscription, first, last) do update set {known}, attempts = d.attempts + 1, http_status = excluded.http_status, at = excluded.at
            returning attempts),
        attempt as (
            insert into {Attempts} (subscription, first, last, number, at, redelivery, result, http_status, duration_ms, error, snippet)
            select @id, @first, @last, attempts, @now, @redelivery, @result, @http_status, @duration_ms, @error, @snippet from delivery)
        """;

    public static void AddAttempt(this NpgsqlCommand command, Message message, Verdict verdict, Attempt attempt, bool redelivery, DateTimeOffset now)
    {
        command.Add("id", message.To.Id);
        command.Add("first", message.First);
        command.Add("last", message.Last);
        command.Add("positions", message.Events.Select(entry => entry.Position).ToArray());
        command.Add("types", message.Events.Select(entry => entry.Type).Distinct().ToArray());
        command.Add("webhook_id", message.Id);
        command.Add("status", WireNames.Of(verdict.Status));
        command.Add("failures", verdict.Failures);
        command.Add("due_at", NpgsqlDbType.TimestampTz, verdict.Due);
        command.Add("http_status", NpgsqlDbType.Integer, attempt.Status);
        command.Add("now", now);
        command.Add("redelivery", redelivery);
        command.Add("result", WireNames.Of(attempt.Result));
        command.Add("duration_ms", (int)attempt.Duration.TotalMilliseconds);
        command.Add("error", NpgsqlDbType.Text, attempt.Error);
        command.Add("snippet", NpgsqlDbType.Text, attempt.Snippet);
    }

    /// <summary>The messages that count for the cursor of a subscription and lie beyond it. The events of one that was too large are in others, or still to be sent.</summary>
    public static async Task<IReadOnlyList<LoggedMessage>> BeyondAsync(NpgsqlDataSource database, Subscription subscription, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select positions, status, failures, due_at from {Deliveries} where subscription = @id and live and status <> 'split' and last > @cursor order by first");
        command.Add("id", subscription.Id);
        command.Add("cursor", subscription.Cursor);
        var found = new List<LoggedMessage>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(new LoggedMessage(row.GetFieldValue<long[]>(0), SubscriptionRows.ValueOf<DeliveryStatus>(row.GetString(1)), row.GetInt32(2), row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3)));
        return found;
    }

    public static async Task<(long Waiting, long Parked)> CountAsync(NpgsqlDataSource database, string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select count(*) filter (where status = 'waiting' and live), count(*) filter (where status = 'parked') from {Deliveries} where subscription = @id and status in ('waiting', 'parked')");
        command.Add("id", id);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Lets what waits be tried at once.</summary>
    public static Task TryAtOnceAsync(Draft draft, string id, DateTimeOffset now) =>
        ActAsync(draft, id, "due_at = @value", "status = 'waiting' and live", now);

    /// <summary>Lets the events of what waits go into other messages.</summary>
    public static Task MakeUpAnewAsync(Draft draft, string id) => ActAsync(draft, id, "live = false, status = 'split'", "status = 'waiting' and live", 0L);

    /// <summary>Lets nothing that was sent count for a cursor that was moved to a position.</summary>
    public static Task SkipAsync(Draft draft, string id, long position) => ActAsync(
        draft, id, "live = false, status = case status when 'waiting' then 'skipped' else status end", "live and (last > @value or status = 'waiting')", position);

    /// <summary>Forgets what is old enough.</summary>
    public static async Task ForgetAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with old as (
                delete from {Deliveries} d using {SubscriptionRows.Table} s where s.id = d.subscription and d.at < @before and not (d.live and d.last > s.cursor)
                returning subscription, first, last)
            delete from {Attempts} a using old where a.subscription = old.subscription and a.first = old.first and a.last = old.last
            """);
        command.Add("before", now - Kept);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task ActAsync(Draft draft, string id, string change, string condition, object value)
    {
        await using var command = draft.Command($"update {Deliveries} set {change} where subscription = @id and {condition}");
        command.Add("id", id);
        command.Add("value", value);
        await command.ExecuteNonQueryAsync(draft.Cancellation);
    }

    internal static void Add(this NpgsqlCommand command, string name, object value) => command.Parameters.AddWithValue(name, value);

    internal static void Add(this NpgsqlCommand command, string name, NpgsqlDbType type, object? value) => command.Parameters.AddWithValue(name, type, value ?? DBNull.Value);
}

/// <summary>A message as it was left.</summary>
internal sealed record LoggedMessage(long[] Positions, DeliveryStatus Status, int Failures, DateTimeOffset? Due);
