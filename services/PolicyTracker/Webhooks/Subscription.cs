using System.ComponentModel.DataAnnotations;
using PolicyTracker.Feeds;

namespace PolicyTracker.Webhooks;

/// <summary>What a message holds.</summary>
public enum MessageFormat
{
    /// <summary>One CloudEvent.</summary>
    Structured,
    /// <summary>A list of CloudEvents.</summary>
    Batch,
    /// <summary>One CloudEvent without its data; <c>dataref</c> tells where the whole is read.</summary>
    Thin,
}

/// <summary>In which order messages are delivered.</summary>
public enum Ordering
{
    /// <summary>One after the other, by position: what fails holds up all that follows, until it is delivered or parked.</summary>
    Strict,
    /// <summary>In order for each <c>partitionkey</c>, up to eight of them at once.</summary>
    Keyed,
    /// <summary>Each by itself.</summary>
    None,
}

/// <summary>How messages are signed, in one of the two ways of Standard Webhooks 1.0.</summary>
public enum SignatureScheme
{
    /// <summary>HMAC-SHA256, with a secret that sender and receiver share.</summary>
    Hmac,
    /// <summary>Ed25519, with a private key that never leaves the service: receivers have its public key, which verifies and cannot sign.</summary>
    Ed25519,
}

/// <summary>What becomes of a message that failed as often as it is tried.</summary>
public enum OnExhausted
{
    /// <summary>It is put aside, and what follows is delivered.</summary>
    Park,
    /// <summary>The subscription is paused.</summary>
    Pause,
}

public enum SubscriptionState
{
    /// <summary>The receiver has not agreed yet, or not at this address: it gets nothing.</summary>
    Pending,
    Active,
    /// <summary>It keeps its cursor until it is resumed.</summary>
    Paused,
    /// <summary>The service gave up; it can be resumed.</summary>
    Disabled,
}

/// <summary>Why a subscription is paused or disabled.</summary>
public enum StateReason
{
    /// <summary>Somebody paused it.</summary>
    Asked,
    /// <summary>A message failed as often as it is tried.</summary>
    Exhausted,
    /// <summary>The receiver answered 410.</summary>
    Gone,
    /// <summary>Nothing was delivered for five days.</summary>
    Failing,
    /// <summary>What follows its cursor is kept no longer, or the feed was numbered anew: it is to be moved with <c>seek</c>.</summary>
    CursorLost,
}

/// <summary>How events are gathered in one message.</summary>
/// <param name="MaxEvents">How many it holds at most.</param>
/// <param name="MaxWaitMs">How many milliseconds it waits for them.</param>
public sealed record Batch([Range(1, 100)] int MaxEvents, [Range(0, 60_000)] int MaxWaitMs);

/// <summary>A header that goes with every message.</summary>
public sealed record HeaderField(string Name, string Value);

/// <summary>What the owner of a subscription decides.</summary>
/// <param name="RateLimit">How many messages a minute at most; null for no limit.</param>
/// <param name="MaxInFlight">How many messages may be on their way at once, where the order allows it.</param>
/// <param name="TimeoutSeconds">How long the receiver has to answer.</param>
/// <param name="Signature">Never changed; hmac where nothing is kept of it.</param>
internal sealed record SubscriptionSettings(
    string Url, FeedFilter Filter, MessageFormat Format, Ordering Ordering, IReadOnlyList<SealedHeader> Headers, int? RateLimit, int MaxInFlight, Batch Batch, int TimeoutSeconds,
    OnExhausted OnExhausted, SignatureScheme Signature = SignatureScheme.Hmac)
{
    public string Host => new Uri(Url).IdnHost;
}

/// <summary>A header whose value is kept as secrets are.</summary>
internal sealed record SealedHeader(string Name, string Value);

/// <summary>A secret or a private key as it is kept.</summary>
/// <param name="Until">When it signs no longer; null for the present one.</param>
/// <param name="PublicKey">The public key to a private key, in clear; null for a secret.</param>
internal sealed record SealedSecret(string Value, DateTimeOffset CreatedAt, DateTimeOffset? Until, string? PublicKey = null);

/// <summary>A subscription as the service knows it.</summary>
/// <param name="Version">Counts every act on it; a node that delivers under an earlier one stops and looks again.</param>
/// <param name="Epoch">The numbering of the cursor.</param>
/// <param name="Cursor">The safe watermark: every event at or below it is delivered or parked.</param>
/// <param name="BatchLimit">How many events its receiver takes at once, where it has refused more.</param>
/// <param name="AllowedRate">How many messages a minute the receiver allows.</param>
internal sealed record Subscription(
    string Id, SubscriptionSettings Settings, IReadOnlyList<SealedSecret> Secrets, SubscriptionState State, StateReason? Reason, long Version, string Epoch, long Cursor,
    int? BatchLimit, int? AllowedRate, DateTimeOffset? FailingSince, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>How many messages a minute at most.</summary>
    public int? Rate => Settings.RateLimit is { } own && AllowedRate is { } allowed ? Math.Min(own, allowed) : Settings.RateLimit ?? AllowedRate;

    /// <summary>The secrets that sign, the present one first.</summary>
    public IEnumerable<SealedSecret> ValidSecrets(DateTimeOffset now) => Secrets.Where(secret => secret.Until is null || secret.Until > now);

    public DeliveryRules Rules => Settings.Format == MessageFormat.Batch
        ? new DeliveryRules(Settings.Ordering, Settings.MaxInFlight, Math.Min(Settings.Batch.MaxEvents, BatchLimit ?? int.MaxValue), TimeSpan.FromMilliseconds(Settings.Batch.MaxWaitMs))
        : new DeliveryRules(Settings.Ordering, Settings.MaxInFlight, 1, TimeSpan.Zero);
}
