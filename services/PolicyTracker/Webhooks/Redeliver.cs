using Npgsql;
using PolicyTracker.Feeds;
using PolicyTracker.Recording;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Webhooks;

/// <summary>Asks for messages again. They come beside what is new, marked as redeliveries; the cursor stays where it is.</summary>
public sealed record ReplayRequest
{
    /// <summary>From where: a cursor after which, earliest, or a time since which.</summary>
    public required string From { get; init; }
    /// <summary>Up to which cursor; the subscription's own when it is left out: what follows comes anyway.</summary>
    public string? To { get; init; }
    /// <summary>Which messages; every event that matches when it is left out.</summary>
    public ReplayOnly? Only { get; init; }
}

/// <summary>Which messages are asked for again.</summary>
public enum ReplayOnly
{
    /// <summary>Those that are parked.</summary>
    Failed,
    /// <summary>Events of whose delivery the log, which is kept for 30 days, knows nothing.</summary>
    Missing,
}

/// <summary>A replay that has been taken on.</summary>
/// <param name="Replay">Its number; those of one subscription run one after the other.</param>
/// <param name="From">The cursor after which it begins.</param>
/// <param name="To">The cursor with which it ends; null where it goes through all that is parked.</param>
public sealed record ReplayReceipt(long Replay, string From, string? To);

/// <summary><c>POST /v1/subscriptions/{id}/replay</c>, <c>parked/replay</c> and <c>deliveries/{delivery}/redeliver</c>.</summary>
internal static class Redeliver
{
    private const long Unlimited = long.MaxValue;

    public static Task<IResult> Replay(HttpContext http, string id, Feed feed, TimeProvider clock, WebhookDispatcher dispatcher) => http.WriteAsync(async (draft, body) =>
    {
        var request = Input.Read<ReplayRequest>(body, draft.Today).OrRefuse();
        var subscription = await SubscriptionRows.ReadLockedAsync(draft, id);
        var from = await FeedStart.NamedAsync(feed, request.From, "from", clock.GetUtcNow(), draft.Cancellation);
        var to = request.To is { } given ? await FeedStart.AtAsync(feed, given, "to", draft.Cancellation) : new FeedCursor(subscription.Epoch, subscription.Cursor);
        var what = request.Only switch { ReplayOnly.Failed => ReplayOf.Failed, ReplayOnly.Missing => ReplayOf.Missing, _ => ReplayOf.All };
        return await TakeOnAsync(http, draft, dispatcher, subscription, what, from.Position, to.Position, Unlimited);
    });

    public static Task<IResult> Parked(HttpContext http, string id, WebhookDispatcher dispatcher) => http.WriteAsync([], async draft =>
        await TakeOnAsync(http, draft, dispatcher, await SubscriptionRows.ReadLockedAsync(draft, id), ReplayOf.Failed, 0, null, new Parameters(http).Number(Parameters.Limit, int.MaxValue) ?? Unlimited));

    public static Task<IResult> One(HttpContext http, string id, string delivery, NpgsqlDataSource database, WebhookDispatcher dispatcher) => http.WriteAsync([], async draft =>
    {
        var subscription = await SubscriptionRows.ReadLockedAsync(draft, id);
        var (_, positions) = await GetDeliveries.FindAsync(database, id, delivery, draft.Cancellation);
        return await TakeOnAsync(http, draft, dispatcher, subscription, ReplayOf.One, positions[0] - 1, positions[^1], 1);
    });

    private static async Task<Answer> TakeOnAsync(
        HttpContext http, Draft draft, WebhookDispatcher dispatcher, Subscription subscription, ReplayOf what, long from, long? to, long most)
    {
        await using var command = draft.Command($"""
            insert into {Replays.Table} (subscription, number, what, cursor, until, remaining, failures, due_at, asked_at)
            select @id, coalesce(max(number), 0) + 1, @what, @from, @to, @most, 0, @now, @now from {Replays.Table} where subscription = @id
            returning number
            """);
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        command.Add("id", subscription.Id);
        command.Add("what", WireNames.Of(what));
        command.Add("from", from);
        command.Add("to", to ?? long.MaxValue);
        command.Add("most", most);
        command.Add("now", now);
        var number = (long)(await command.ExecuteScalarAsync(draft.Cancellation))!;
        // The node that serves the subscription looks again, as after any act.
        await http.ActAsync(draft, dispatcher, subscription.Id, Task.FromResult);
        return new Answer(StatusCodes.Status202Accepted, new ReplayReceipt(number, Cursor(from), to is { } end ? Cursor(Math.Max(from, end)) : null));

        string Cursor(long position) => new FeedCursor(subscription.Epoch, position).ToString();
    }
}
