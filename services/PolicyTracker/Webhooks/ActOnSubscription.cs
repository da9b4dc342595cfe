using System.Globalization;
using System.Text.Json;
using PolicyTracker.Feeds;
using PolicyTracker.Recording;

namespace PolicyTracker.Webhooks;

/// <summary>Moves the cursor of a subscription.</summary>
public sealed record SeekSubscription
{
    /// <summary>Where it goes on: a cursor, earliest, latest, or a time since which.</summary>
    public required string To { get; init; }
}

/// <summary>What came of a test.</summary>
/// <param name="Result">delivered, failed, gone, too_large or busy.</param>
/// <param name="HttpStatus">The status of the receiver's answer; null when none came.</param>
/// <param name="Error">Why none came.</param>
/// <param name="Snippet">The beginning of its answer.</param>
public sealed record TestAnswer(string Result, int? HttpStatus, int DurationMs, string? Error, string? Snippet);

/// <summary><c>POST /v1/subscriptions/{id}/verify</c>, <c>pause</c>, <c>resume</c>, <c>seek</c>, <c>rotate-secret</c> and <c>test</c>.</summary>
internal static class ActOnSubscription
{
    /// <summary>How long the secret before still signs after another has taken its place.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);
    /// <summary>How many secrets sign at most: each makes the header of every message longer.</summary>
    public const int MostSigning = 10;

    /// <summary>Asks the receiver whether it agrees, and makes the subscription active when it does; what waits for another attempt is tried at once.</summary>
    public static async Task<IResult> Verify(
        HttpContext http, string id, Npgsql.NpgsqlDataSource database, Handshake handshake, MessageSender sender, WebhookOptions options, TimeProvider clock, WebhookDispatcher dispatcher)
    {
        var asked = await SubscriptionRows.ReadAsync(database, id, http.RequestAborted);
        var verification = await handshake.VerifyAsync(sender.TargetOf(asked), options.Origin, http.RequestAborted);
        if (!verification.Granted)
            throw new Refused(Codes.VerificationFailed, verification.Detail ?? "The receiver did not agree.");
        return await http.WriteAsync([], draft => http.ActAsync(draft, dispatcher, id, async subscription =>
        {
            if (subscription.Settings.Url != asked.Settings.Url)
                throw new Refused(Codes.LostRace, "The address changed while its receiver was asked.");
            if (subscription.State != SubscriptionState.Pending)
                return subscription with { AllowedRate = verification.RequestsPerMinute };
            await DeliveryLog.TryAtOnceAsync(draft, id, clock.GetUtcNow());
            return subscription with { State = SubscriptionState.Active, AllowedRate = verification.RequestsPerMinute };
        }));
    }

    /// <summary>Sends nothing more, and keeps the cursor.</summary>
    public static Task<IResult> Pause(HttpContext http, string id, WebhookDispatcher dispatcher) => http.WriteAsync([], draft => http.ActAsync(draft, dispatcher, id, subscription =>
        Task.FromResult(Verified(subscription) with { State = SubscriptionState.Paused, Reason = StateReason.Asked })));

    /// <summary>Goes on from the cursor; what waits for another attempt is tried at once.</summary>
    public static Task<IResult> Resume(HttpContext http, string id, TimeProvider clock, WebhookDispatcher dispatcher) => http.WriteAsync([], draft => http.ActAsync(draft, dispatcher, id, async subscription =>
    {
        await DeliveryLog.TryAtOnceAsync(draft, Verified(subscription).Id, clock.GetUtcNow());
        return subscription with { State = SubscriptionState.Active, Reason = null, FailingSince = null };
    }));

    /// <summary>Goes on elsewhere. What waits is skipped; what lies after the new cursor is delivered, also where it was before.</summary>
    public static Task<IResult> Seek(HttpContext http, string id, Feed feed, TimeProvider clock, WebhookDispatcher dispatcher) => http.WriteAsync(async (draft, body) =>
    {
        var request = Input.Read<SeekSubscription>(body, draft.Today).OrRefuse();
        var to = await FeedStart.NamedAsync(feed, request.To, "to", clock.GetUtcNow(), draft.Cancellation);
        return await http.ActAsync(draft, dispatcher, id, async subscription =>
        {
            await SubscriptionRows.MoveAsync(draft, id, to);
            await DeliveryLog.SkipAsync(draft, id, to.Position);
            return subscription with { Epoch = to.Epoch, Cursor = to.Position, FailingSince = null };
        });
    });

    /// <summary>Makes another secret or private key, whichever the subscription has. The one before signs beside it for a day.</summary>
    public static Task<IResult> RotateSecret(HttpContext http, string id, SecretVault vault, TimeProvider clock, WebhookDispatcher dispatcher) => http.WriteAsync([], draft =>
    {
        var now = clock.GetUtcNow();
        return http.ActAsync(draft, dispatcher, id, subscription => Task.FromResult(subscription with
        {
            Secrets = [vault.Make(subscription.Settings.Signature, now), .. subscription.ValidSecrets(now).Take(MostSigning - 1).Select(secret => secret with { Until = secret.Until ?? now + Overlap })],
        }), SubscriptionAnswer.WithSecret);
    }, Subscribe.Reveal(vault));

    /// <summary>Sends a message of no event, and tells what came of it.</summary>
    public static async Task<IResult> Test(HttpContext http, string id, Npgsql.NpgsqlDataSource database, WebhookClient client, MessageSender sender, TimeProvider clock)
    {
        var subscription = Verified(await SubscriptionRows.ReadAsync(database, id, http.RequestAborted));
        var now = clock.GetUtcNow();
        var messageId = $"{id}:test:{now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";
        var ping = JsonSerializer.SerializeToUtf8Bytes(new
        {
            Specversion = "1.0",
            Id = messageId,
            FeedEvent.Source,
            Type = Handshake.PingType,
            Time = now,
            Datacontenttype = "application/json",
            Data = new { Subscription = id },
        }, Json.Options);
        var attempt = await client.PostAsync(sender.TargetOf(subscription), new WebhookMessage(messageId, FeedEvent.MediaType, ping), [], http.RequestAborted);
        return Results.Json(
            new TestAnswer(WireNames.Of(attempt.Result), attempt.Status, (int)attempt.Duration.TotalMilliseconds, attempt.Error, attempt.Snippet), Json.Options);
    }

    /// <exception cref="Refused">The receiver has not agreed yet.</exception>
    private static Subscription Verified(Subscription subscription) => subscription.State != SubscriptionState.Pending ? subscription
        : throw new Refused(Codes.SubscriptionPending, $"The receiver of subscription {subscription.Id} has not agreed to be sent anything.");
}
