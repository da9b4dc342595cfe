using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PolicyTracker.Webhooks;

/// <summary>The signatures of Standard Webhooks 1.0, over <c>id.timestamp.body</c>.</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id", TimestampHeader = "webhook-timestamp", SignatureHeader = "webhook-signature";

    /// <summary>How far a receiver's clock and the sender's may differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <param name="id">The message's id, without a full stop: it ends at the first.</param>
    public static string Sign(SigningKey key, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body) =>
        key.Sign([.. Encoding.UTF8.GetBytes($"{id}.{TimestampOf(timestamp)}."), .. body]);

    /// <summary>One signature for each key that is valid now, so that a receiver can change from one to the next.</summary>
    public static string Header(IEnumerable<SigningKey> keys, string id, DateTimeOffset timestamp, ReadOnlyMemory<byte> body) =>
        string.Join(' ', keys.Select(key => Sign(key, id, timestamp, body.Span)));

    /// <summary>The timestamp as its header has it: seconds since 1970.</summary>
    public static string TimestampOf(DateTimeOffset timestamp) => timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>What a receiver that shares the secret does: whether one of the signatures is this secret's, and the message not older or newer than the tolerance.</summary>
    public static bool Verify(WebhookSecret secret, string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
            return false;
        var expected = Encoding.UTF8.GetBytes(Sign(secret, id, DateTimeOffset.FromUnixTimeSeconds(seconds), body));
        return signatures.Split(' ').Any(given => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected));
    }
}
