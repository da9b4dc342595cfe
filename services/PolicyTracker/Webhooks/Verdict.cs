namespace PolicyTracker.Webhooks;

/// <summary>Where a message stands.</summary>
public enum DeliveryStatus
{
    /// <summary>It failed, and is tried again.</summary>
    Waiting,
    /// <summary>The receiver answered 2xx.</summary>
    Delivered,
    /// <summary>It failed as often as it is tried; it can be replayed.</summary>
    Parked,
    /// <summary>It was too large, and its events went on in smaller ones.</summary>
    Split,
    /// <summary>It waited when the subscription was moved to another cursor, or given another order.</summary>
    Skipped,
}

/// <summary>How a subscription had fared when an attempt ended.</summary>
/// <param name="FailingSince">The first failure since the last success.</param>
/// <param name="HostShut">Whether the receiver's host had been found dead already.</param>
internal sealed record Standing(DateTimeOffset? FailingSince, OnExhausted OnExhausted, bool HostShut);

/// <summary>What an attempt comes to.</summary>
/// <param name="Failures">How many failures count against the message now.</param>
/// <param name="Due">When it is tried again, where it waits.</param>
/// <param name="State">What the subscription becomes; null when it stays what it is.</param>
/// <param name="Reason">Why.</param>
internal sealed record Verdict(DeliveryStatus Status, int Failures = 0, DateTimeOffset? Due = null, SubscriptionState? State = null, StateReason? Reason = null)
{
    /// <summary>How long a subscription may fail before it is disabled.</summary>
    public static readonly TimeSpan LongestFailing = TimeSpan.FromDays(5);

    /// <param name="events">How many events the message holds.</param>
    /// <param name="failures">How many failures counted against it before.</param>
    /// <param name="chance">From 0 to below 1.</param>
    public static Verdict On(Attempt attempt, int events, int failures, Standing standing, DateTimeOffset now, double chance)
    {
        if (attempt.Result == AttemptResult.Delivered)
            return new Verdict(DeliveryStatus.Delivered);
        if (attempt.Result == AttemptResult.TooLarge && events > 1)
            return new Verdict(DeliveryStatus.Split);
        if (attempt.Result == AttemptResult.Gone)
            return new Verdict(DeliveryStatus.Waiting, failures, now, SubscriptionState.Disabled, StateReason.Gone);
        // The first and the last of these failures lie on different days.
        if (now - standing.FailingSince >= LongestFailing)
            return new Verdict(DeliveryStatus.Waiting, failures, now, SubscriptionState.Disabled, StateReason.Failing);
        // A host that is dead is no fault of a message that is new: only what was tried before it was found so uses up its attempts.
        if (standing.HostShut && failures == 0)
            return new Verdict(DeliveryStatus.Waiting, 0, now);
        if (RetrySchedule.After(failures + 1, attempt.RetryAfter, chance) is { } wait)
            return new Verdict(DeliveryStatus.Waiting, failures + 1, now + wait);
        return standing.OnExhausted == OnExhausted.Park
            ? new Verdict(DeliveryStatus.Parked, failures + 1)
            : new Verdict(DeliveryStatus.Waiting, 0, now, SubscriptionState.Paused, StateReason.Exhausted);
    }

    /// <summary>What an attempt of a replay comes to: it does nothing to its subscription.</summary>
    /// <param name="divisible">Whether its events may go on in smaller messages.</param>
    public static Verdict OfReplay(Attempt attempt, bool divisible, int failures, DateTimeOffset now, double chance) =>
        attempt.Result == AttemptResult.Delivered ? new Verdict(DeliveryStatus.Delivered)
        : attempt.Result == AttemptResult.TooLarge && divisible ? new Verdict(DeliveryStatus.Split, failures)
        : RetrySchedule.After(failures + 1, attempt.RetryAfter, chance) is { } wait ? new Verdict(DeliveryStatus.Waiting, failures + 1, now + wait)
        : new Verdict(DeliveryStatus.Parked, failures + 1);
}
