using PolicyTracker.Recording;

namespace PolicyTracker.Feeds;

/// <summary>The service has given up a subscriber: it is sent nothing more until it is resumed, and its cursor stays where it is.</summary>
/// <param name="Reason">Why: <c>gone</c>, it wants nothing more; <c>failing</c>, nothing could be delivered for days.</param>
/// <param name="Cursor">Up to where it has everything.</param>
[WireName("subscription_disabled")]
public sealed record SubscriptionDisabled(string Subscription, string Reason, string Cursor) : ServiceEvent
{
    public static string Stream(string subscription) => $"subscription/{subscription}";
}
