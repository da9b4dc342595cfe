using System.Globalization;
using System.Text.Json;
using Npgsql;
using PolicyTracker.Feeds;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Webhooks;

/// <summary>A message that was tried.</summary>
/// <param name="Id">Its name in the log: the positions of its first and last event.</param>
/// <param name="WebhookId">Its <c>webhook-id</c>, by which the receiver knows it again.</param>
/// <param name="Types">The wire names of its events.</param>
/// <param name="HttpStatus">The last answer's; null when none came.</param>
/// <param name="At">The last attempt.</param>
/// <param name="Due">The next one, where it waits.</param>
public sealed record DeliveryItem(
    string Id, string WebhookId, DeliveryStatus Status, IReadOnlyList<string> Types, int Events, int Attempts, int? HttpStatus, DateTimeOffset At, DateTimeOffset? Due);

/// <summary>One attempt, and what the receiver answered.</summary>
/// <param name="Redelivery">Whether somebody asked for it.</param>
/// <param name="Result">delivered, failed, gone, too_large or busy.</param>
/// <param name="Error">Why no answer came.</param>
/// <param name="Snippet">The beginning of the answer.</param>
public sealed record AttemptItem(int Number, DateTimeOffset At, bool Redelivery, string Result, int? HttpStatus, int DurationMs, string? Error, string? Snippet);

/// <summary>A message as it is sent, but for what is secret.</summary>
public sealed record RequestItem(string Method, string Url, IReadOnlyDictionary<string, string> Headers, JsonElement Body);

/// <summary>A message with its request and its attempts.</summary>
public sealed record DeliveryAnswer(DeliveryItem Delivery, RequestItem? Request, IReadOnlyList<AttemptItem> Attempts);

/// <summary><c>GET /v1/subscriptions/{id}/deliveries</c> and one of them.</summary>
internal static class GetDeliveries
{
    private const string Status = "status", Type = "type";
    private const string Columns = "positions, webhook_id, status, types, attempts, http_status, at, due_at";
    private const string Redacted = "(not shown)";

    public static readonly IReadOnlyList<string> Parameters = [Status, "from", "to", Type, Snapshots.Parameters.Limit, Snapshots.Parameters.Next];

    /// <summary>The log, the newest events first.</summary>
    public static async Task<IResult> List(HttpContext http, string id, NpgsqlDataSource database)
    {
        var subscription = await SubscriptionRows.ReadAsync(database, id, http.RequestAborted);
        var parameters = new Parameters(http);
        var (most, (from, to)) = (parameters.PageSize(), parameters.Days());
        await using var command = new Conditions("true")
            .On("subscription = ?", subscription.Id)
            .On("status = ?", parameters.OneOf<DeliveryStatus>(Status) is { } status ? WireNames.Of(status) : null)
            .On("at >= ?", from?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc))
            .On("at <= ?", to?.ToDateTime(TimeOnly.MaxValue, DateTimeKind.Utc))
            .On("? = any(types)", parameters.OneOf(Type, PublicEvents.Names, Codes.UnknownType))
            .On("array[first, last] < ?", parameters.Given(Snapshots.Parameters.Next) is { } next ? DeliveryId.Parse(next, Snapshots.Parameters.Next) : null)
            .Complete(database.CreateCommand($$"""select {{Columns}} from {{DeliveryLog.Deliveries}} where {conditions} order by first desc, last desc limit {{most + 1}}"""));
        var items = await ReadAsync(command, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new WebhookPage<DeliveryItem>([.. items.Take(most).Select(found => found.Item)], items.Count > most ? items[most - 1].Item.Id : null), Json.Options);
    }

    /// <summary>One message: what is sent, and what the receiver answered to each attempt.</summary>
    public static async Task<IResult> Get(HttpContext http, string id, string delivery, NpgsqlDataSource database, Feed feed, MessageSender sender)
    {
        var subscription = await SubscriptionRows.ReadAsync(database, id, http.RequestAborted);
        var (item, positions) = await FindAsync(database, id, delivery, http.RequestAborted);
        var events = await feed.AtAsync(positions, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new DeliveryAnswer(item, events.Count == positions.Length ? RequestOf(new Message(subscription, events), sender) : null,
            await AttemptsAsync(database, id, positions, http.RequestAborted)), Json.Options);
    }

    /// <exception cref="Refused">The log has no such message.</exception>
    public static async Task<(DeliveryItem Item, long[] Positions)> FindAsync(NpgsqlDataSource database, string id, string delivery, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from {DeliveryLog.Deliveries} where subscription = $1 and array[first, last] = $2");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(DeliveryId.TryParse(delivery) ?? []);
        var found = await ReadAsync(command, cancellation);
        return found is [var one] ? one : throw new Refused(Codes.NotFound, $"Subscription {Echo.Of(id)} has no delivery {Echo.Of(delivery)} in its log.");
    }

    private static RequestItem RequestOf(Message message, MessageSender sender)
    {
        var headers = new Dictionary<string, string>
        {
            ["Content-Type"] = message.ContentType,
            [WebhookSignature.IdHeader] = message.Id,
            [WebhookSignature.SignatureHeader] = Redacted,
        };
        foreach (var header in message.To.Settings.Headers)
            headers[header.Name] = Redacted;
        return new RequestItem(HttpMethods.Post, message.To.Settings.Url, headers, JsonElement.Parse(message.Body.Span));
    }

    private static async Task<IReadOnlyList<(DeliveryItem Item, long[] Positions)>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var items = new List<(DeliveryItem, long[])>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var positions = row.GetFieldValue<long[]>(0);
            items.Add((new DeliveryItem(
                DeliveryId.Of(positions), row.GetString(1), SubscriptionRows.ValueOf<DeliveryStatus>(row.GetString(2)), row.GetFieldValue<string[]>(3), positions.Length, row.GetInt32(4),
                row.IsDBNull(5) ? null : row.GetInt32(5), row.GetFieldValue<DateTimeOffset>(6), row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7)), positions));
        }

        return items;
    }

    private static async Task<IReadOnlyList<AttemptItem>> AttemptsAsync(NpgsqlDataSource database, string id, long[] positions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select number, at, redelivery, result, http_status, duration_ms, error, snippet from {DeliveryLog.Attempts}
             where subscription = $1 and first = $2 and last = $3 order by number
            """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(positions[0]);
        command.Parameters.AddWithValue(positions[^1]);
        var attempts = new List<AttemptItem>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            attempts.Add(new AttemptItem(row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(1), row.GetBoolean(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetInt32(4), row.GetInt32(5),
                row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7)));
        return attempts;
    }
}

/// <summary>The name of a message in the log: the position of its first event, and of its last where that is another.</summary>
internal static class DeliveryId
{
    public static string Of(long[] positions) => positions.Length == 1 ? $"{positions[0]}" : $"{positions[0]}-{positions[^1]}";

    /// <returns>The first and the last position; null when it is no name.</returns>
    public static long[]? TryParse(string text)
    {
        var positions = text.Split('-').Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : (long?)null).ToList();
        return positions is [{ } first] ? [first, first] : positions is [{ } from, { } to] ? [from, to] : null;
    }

    /// <exception cref="Refused">It is no name.</exception>
    public static long[] Parse(string text, string field) =>
        TryParse(text) ?? throw new Refused([new Violation(Codes.CursorInvalid, field, "This cursor continues no page of this list.")]);
}
