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
/// <param name="Secret">The secret itself, shown by the answer that made it and never again.</param>
public sealed record SubscriptionAnswer(
    string Id, string Url, FeedFilter Filter, MessageFormat Format, Ordering Ordering, IReadOnlyList<string> Headers, int? RateLimit, int MaxInFlight, Batch Batch,
    int TimeoutSeconds, OnExhausted OnExhausted, SubscriptionState State, StateReason? Reason, string Cursor, DateTimeOffset? FailingSince,
    IReadOnlyList<SecretAnswer> Secrets, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long? Waiting = null, long? Parked = null, string? Secret = null)
{
    internal static SubscriptionAnswer Of(Subscription subscription, DateTimeOffset now)
    {
        var settings = subscription.Settings;
        return new SubscriptionAnswer(
            subscription.Id, settings.Url, settings.Filter, settings.Format, settings.Ordering, [.. settings.Headers.Select(header => header.Name)], subscription.Rate, settings.MaxInFlight,
            settings.Batch, settings.TimeoutSeconds, settings.OnExhausted, subscription.State, subscription.Reason, new FeedCursor(subscription.Epoch, subscription.Cursor).ToString(),
            subscription.FailingSince, [.. subscription.ValidSecrets(now).Select(secret => new SecretAnswer(secret.CreatedAt, secret.Until))], subscription.CreatedAt, subscription.UpdatedAt);
    }
}

/// <summary>A secret, without itself.</summary>
/// <param name="Until">Until when it signs beside the present one.</param>
public sealed record SecretAnswer(DateTimeOffset CreatedAt, DateTimeOffset? Until);
