using PolicyTracker.Recording;

namespace PolicyTracker.Feeds;

/// <summary>A subscriber could be delivered nothing for an hour, and then for a day; either is told once of each row of failures. What it lacks waits for it.</summary>
/// <param name="Hours">For how many hours: 1 or 24.</param>
/// <param name="Since">The first failure since the last success.</param>
/// <param name="Cursor">Up to where it has everything.</param>
[WireName("subscription_failing")]
public sealed record SubscriptionFailing(string Subscription, int Hours, DateTimeOffset Since, string Cursor) : ServiceEvent;
