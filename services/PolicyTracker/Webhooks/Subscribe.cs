using System.Security.Cryptography;
using System.Text.Json;
using PolicyTracker.Feeds;
using PolicyTracker.Recording;

namespace PolicyTracker.Webhooks;

/// <summary><c>POST</c>, <c>PATCH</c> and <c>DELETE /v1/subscriptions</c>: what their owners make of them.</summary>
internal static class Subscribe
{
    /// <summary>Makes a subscription. It is sent nothing before its receiver has agreed. The answer shows its secret, once, or its public key.</summary>
    public static async Task<IResult> Create(HttpContext http, Feed feed, SecretVault vault, TimeProvider clock) => await http.WriteAsync(async (draft, body) =>
    {
        var request = Input.Read<NewSubscription>(body, draft.Today).OrRefuse();
        var settings = await SubscriptionRules.SettingsAsync(http, request);
        var now = clock.GetUtcNow();
        var start = await FeedStart.NamedAsync(feed, request.Start ?? FeedCursor.Latest, "start", now, draft.Cancellation);
        var subscription = new Subscription(
            $"sub_{RandomNumberGenerator.GetHexString(20, lowercase: true)}", settings, [vault.Make(settings.Signature, now)], SubscriptionState.Pending, null, 1,
            start.Epoch, start.Position, null, null, null, now, now);
        await SubscriptionRows.InsertAsync(draft, subscription);
        return new Answer(StatusCodes.Status201Created, SubscriptionAnswer.WithSecret(subscription, now), $"/v1/subscriptions/{subscription.Id}");
    }, Reveal(vault));

    /// <summary>Changes a subscription. Another address is to be verified first; what waits in another order or form is made up anew.</summary>
    public static Task<IResult> Change(HttpContext http, string id, WebhookDispatcher dispatcher) => http.WriteAsync(async (draft, body) =>
    {
        var request = Input.Read<ChangeSubscription>(body, draft.Today).OrRefuse();
        return await http.ActAsync(draft, dispatcher, id, async subscription =>
        {
            var settings = await SubscriptionRules.WithAsync(http, subscription.Settings, request);
            if (body.TryGetProperty("rateLimit", out var limit) && limit.ValueKind == JsonValueKind.Null)
                settings = settings with { RateLimit = null };
            if (settings.Format != subscription.Settings.Format || settings.Ordering != subscription.Settings.Ordering)
                await DeliveryLog.MakeUpAnewAsync(draft, id);
            var moved = settings.Url != subscription.Settings.Url;
            return subscription with
            {
                Settings = settings,
                State = moved ? SubscriptionState.Pending : subscription.State,
                Reason = moved ? null : subscription.Reason,
                AllowedRate = moved ? null : subscription.AllowedRate,
                BatchLimit = null,
                FailingSince = moved ? null : subscription.FailingSince,
            };
        });
    });

    /// <summary>Forgets a subscription with all that it was sent.</summary>
    public static async Task<IResult> Delete(HttpContext http, string id, Ledger ledger)
    {
        await ledger.WriteAsync(null, async draft =>
        {
            http.RefuseOutdated(await SubscriptionRows.ReadLockedAsync(draft, id));
            await using var command = draft.Command($"""
                with attempts as (delete from {DeliveryLog.Attempts} where subscription = @id),
                     deliveries as (delete from {DeliveryLog.Deliveries} where subscription = @id),
                     replays as (delete from {Replays.Table} where subscription = @id)
                delete from {SubscriptionRows.Table} where id = @id
                """);
            command.Add("id", id);
            await command.ExecuteNonQueryAsync(draft.Cancellation);
            return new Answer(StatusCodes.Status204NoContent, "");
        }, http.RequestAborted);
        return Results.NoContent();
    }

    /// <summary>Does something to a subscription, as another version of it.</summary>
    /// <param name="answer">What is answered of it then; unless given, what is told of it everywhere.</param>
    /// <exception cref="Refused">There is none of this id, or it is not the version that the request rests on.</exception>
    public static async Task<Answer> ActAsync(
        this HttpContext http, Draft draft, WebhookDispatcher dispatcher, string id, Func<Subscription, Task<Subscription>> act, Func<Subscription, DateTimeOffset, SubscriptionAnswer>? answer = null)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var subscription = await SubscriptionRows.ReadLockedAsync(draft, id);
        http.RefuseOutdated(subscription);
        var changed = await act(subscription) with { Version = subscription.Version + 1, UpdatedAt = now };
        await SubscriptionRows.SaveAsync(draft, changed);
        http.Response.OnCompleted(() =>
        {
            dispatcher.Wake();
            return Task.CompletedTask;
        });
        return new Answer(StatusCodes.Status200OK, (answer ?? SubscriptionAnswer.Of)(changed, now));
    }

    /// <summary>What is kept of an answer has its secret sealed; a retry is shown it as the first request was.</summary>
    public static Func<object, object> Reveal(SecretVault vault) => content =>
    {
        var answer = JsonSerializer.SerializeToNode(content, Json.Options)!.AsObject();
        if (answer["secret"] is { } secret)
            answer["secret"] = vault.Unprotect(secret.GetValue<string>()).Reveal();
        return answer;
    };

    /// <summary>The version of a subscription, as <c>ETag</c> and <c>If-Match</c> carry it.</summary>
    public static string ETagOf(Subscription subscription) => $"\"{subscription.Version}\"";

    private static void RefuseOutdated(this HttpContext http, Subscription subscription)
    {
        var ifMatch = http.Request.Headers.IfMatch.ToString();
        if (ifMatch.Length > 0 && ifMatch != "*" && !ifMatch.Split(',').Any(tag => tag.Trim() == ETagOf(subscription)))
            throw new Refused(Codes.StaleVersion, $"The subscription is at version {ETagOf(subscription)}, not at {Echo.Of(ifMatch)}.", new Dictionary<string, object?> { ["version"] = ETagOf(subscription) });
    }
}
