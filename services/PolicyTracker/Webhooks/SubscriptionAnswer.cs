using PolicyTracker.Feeds;

namespace PolicyTracker.Webhooks;

/// <summary>A subscription to the feed by webhook.</summary>
/// <param name="Headers">The names of the headers that go with every message.</param>
/// <param name="RateLimit">How many messages a minute at most: the owner's limit, or the receiver's where that is lower.</param>
/// <param name="Reason">Why it is paused or disabled.</param>
/// <param name="Cursor">Up to where everything is delivered or parked.</param>
/// <param name="FailingSince">The first failure since the last success.</param>
/// <param name="Secrets">What signs its messages, the present one first.</param>
/// <param name="Waiting">How many messages failed and are tried again; told of one subscription, not in lists.</param>
/// <param name="Parked">How many were given up, and can be replayed; likewise.</param>
/// <param name="PublicKeys">What verifies its messages, the present one first; told where they are signed by ed25519.</param>
/// <param name="Secret">The secret itself, shown by the answer that made it and never again; a private key is shown by none.</param>
public sealed record SubscriptionAnswer(
    string Id, string Url, FeedFilter Filter, MessageFormat Format, Ordering Ordering, IReadOnlyList<string> Headers, int? RateLimit, int MaxInFlight, Batch Batch,
    int TimeoutSeconds, OnExhausted OnExhausted, SignatureScheme Signature, SubscriptionState State, StateReason? Reason, string Cursor, DateTimeOffset? FailingSince,
    IReadOnlyList<SecretAnswer> Secrets, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long? Waiting = null, long? Parked = null,
    IReadOnlyList<PublicKeyAnswer>? PublicKeys = null, string? Secret = null)
{
    internal static SubscriptionAnswer Of(Subscription subscription, DateTimeOffset now)
    {
        var settings = subscription.Settings;
        var valid = subscription.ValidSecrets(now).ToList();
        return new SubscriptionAnswer(
            subscription.Id, settings.Url, settings.Filter, settings.Format, settings.Ordering, [.. settings.Headers.Select(header => header.Name)], subscription.Rate, settings.MaxInFlight,
            settings.Batch, settings.TimeoutSeconds, settings.OnExhausted, settings.Signature, subscription.State, subscription.Reason, new FeedCursor(subscription.Epoch, subscription.Cursor).ToString(),
            subscription.FailingSince, [.. valid.Select(secret => new SecretAnswer(secret.CreatedAt, secret.Until))], subscription.CreatedAt, subscription.UpdatedAt,
            PublicKeys: settings.Signature == SignatureScheme.Ed25519 ? [.. valid.Select(secret => new PublicKeyAnswer(secret.PublicKey!, secret.Until))] : null);
    }

    /// <summary>The answer to what made a secret: it has the secret, sealed. Of a private key it has the public key only.</summary>
    internal static SubscriptionAnswer WithSecret(Subscription subscription, DateTimeOffset now) =>
        Of(subscription, now) with { Secret = subscription.Settings.Signature == SignatureScheme.Hmac ? subscription.Secrets[0].Value : null };
}

/// <summary>A secret, without itself.</summary>
/// <param name="Until">Until when it signs beside the present one.</param>
public sealed record SecretAnswer(DateTimeOffset CreatedAt, DateTimeOffset? Until);

/// <summary>A public key, with which anybody can verify messages and nobody sign them.</summary>
/// <param name="Key">whpk_ and the 32 bytes of the key in base64.</param>
/// <param name="Until">Until when messages are signed for it beside the present one.</param>
public sealed record PublicKeyAnswer(string Key, DateTimeOffset? Until);
