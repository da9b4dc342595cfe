namespace PolicyTracker.Webhooks;

/// <summary>What is sent to a receiver.</summary>
/// <param name="Id">The same in every attempt, by which the receiver knows it again; without a full stop.</param>
internal sealed record WebhookMessage(string Id, string ContentType, ReadOnlyMemory<byte> Body);

/// <summary>A receiver.</summary>
/// <param name="Keys">Those that are valid now; each signs.</param>
/// <param name="Headers">What the subscriber wants to be sent along.</param>
/// <param name="Timeout">How long it may take to answer.</param>
internal sealed record WebhookTarget(Uri Url, IReadOnlyList<SigningKey> Keys, IReadOnlyDictionary<string, string> Headers, TimeSpan Timeout);

/// <summary>What became of an attempt.</summary>
internal enum AttemptResult
{
    /// <summary>The receiver answered 2xx in time.</summary>
    Delivered,
    /// <summary>It answered something else, or not in time, or could not be reached.</summary>
    Failed,
    /// <summary>It answered 410: it wants nothing more, ever.</summary>
    Gone,
    /// <summary>It answered 413: it would take less at a time.</summary>
    TooLarge,
    /// <summary>It answered 429, 502, 503 or 504: it would take it later.</summary>
    Busy,
}

/// <summary>One attempt to deliver a message, as the delivery log keeps it.</summary>
/// <param name="Status">The HTTP status; null when no answer came.</param>
/// <param name="Error">One of <see cref="AttemptError"/>; null when an answer came.</param>
/// <param name="Snippet">The beginning of the answer's body, 1 KiB at most, without control characters.</param>
/// <param name="RetryAfter">For how long the receiver asks to be left alone, an hour at most.</param>
internal sealed record Attempt(AttemptResult Result, int? Status, TimeSpan Duration, string? Error, string? Snippet, TimeSpan? RetryAfter);

/// <summary>Why no answer came. Told so coarsely that nobody learns from it which names, addresses and ports there are behind ours.</summary>
internal static class AttemptError
{
    /// <summary>The name is unknown, leads where we do not send, or nobody takes the connection.</summary>
    public const string Unreachable = "unreachable";
    /// <summary>The certificate is not the host's, not valid, or of nobody known.</summary>
    public const string Tls = "tls";
    public const string Timeout = "timeout";
    /// <summary>The connection broke, or what came was not HTTP.</summary>
    public const string BrokenAnswer = "broken_answer";
}
