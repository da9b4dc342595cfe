using System.Globalization;

namespace PolicyTracker.Feeds;

/// <summary>Finds where a subscriber begins to read. What cannot be honoured is refused: nobody is moved elsewhere unasked.</summary>
public static class FeedStart
{
    internal const string After = "after", Since = "since";
    private const string LastEventId = "Last-Event-ID";

    public static readonly IReadOnlyList<string> Parameters = [After, Since];

    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];
    private static readonly TimeSpan Furthest = TimeSpan.FromHours(24);

    /// <summary>What the request asks for: by <c>Last-Event-ID</c>, else by <c>after</c>, else by <c>since</c>.</summary>
    /// <param name="otherwise">Where to begin when it asks for nothing: <c>earliest</c> or <c>latest</c>.</param>
    /// <exception cref="Refused">It cannot be honoured.</exception>
    public static async Task<FeedCursor> OfAsync(HttpContext http, Feed feed, string otherwise)
    {
        var cancellation = http.RequestAborted;
        if (http.Request.Headers[LastEventId].ToString() is { Length: > 0 } last)
            return await AtAsync(feed, last, LastEventId, cancellation);
        if (http.Request.Query[After].ToString() is { Length: > 0 } after)
            return await AtAsync(feed, after, After, cancellation);
        if (http.Request.Query[Since].ToString() is { Length: > 0 } since)
            return await SinceAsync(feed, since, Since, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), cancellation);
        return await AtAsync(feed, otherwise, After, cancellation);
    }

    /// <summary>The cursor that a text names, in whichever way.</summary>
    /// <param name="text">A cursor, <c>earliest</c>, <c>latest</c>, or a time since which.</param>
    /// <param name="field">Which field tells it.</param>
    /// <exception cref="Refused">It is none of these, or cannot be honoured.</exception>
    public static Task<FeedCursor> NamedAsync(Feed feed, string text, string field, DateTimeOffset now, CancellationToken cancellation) =>
        TimeOf(text) is null ? AtAsync(feed, text, field, cancellation) : SinceAsync(feed, text, field, now, cancellation);

    /// <summary>The cursor to read after.</summary>
    /// <param name="after">A cursor, <c>earliest</c> or <c>latest</c>.</param>
    /// <param name="field">Which header or parameter tells it.</param>
    /// <exception cref="Refused">It is malformed, ahead of the feed, of another epoch, or expired.</exception>
    public static async Task<FeedCursor> AtAsync(Feed feed, string after, string field, CancellationToken cancellation)
    {
        FeedCursor? cursor = after is FeedCursor.Earliest or FeedCursor.Latest ? null : FeedCursor.Parse(after, field);
        var head = await feed.HeadAsync(cancellation);
        return cursor switch
        {
            null => new FeedCursor(head.Epoch, after == FeedCursor.Earliest ? head.Expired : head.Position),
            { } given when given.Epoch != head.Epoch => throw OtherEpoch(given.Epoch, head),
            { } given when given.Position > head.Position => throw Impossible(Codes.CursorAhead, $"The cursor is at {given.Position}; the feed ends at {head.Position}.", head),
            { } given when given.Position < head.Expired => throw Expired(head),
            { } given => given,
        };
    }

    /// <summary>The cursor after which everything comes that was recorded at or after a time; some that was recorded before it may come along.</summary>
    /// <param name="since">An RFC 3339 time, a day (UTC), or milliseconds since 1970.</param>
    /// <param name="field">Which parameter tells it.</param>
    /// <exception cref="Refused">It is none of these, or lies more than a day ahead.</exception>
    public static async Task<FeedCursor> SinceAsync(Feed feed, string since, string field, DateTimeOffset now, CancellationToken cancellation)
    {
        var time = TimeOf(since) ?? throw new Refused([new Violation(Codes.DateNotSupported, field, $"'{Echo.Of(since)}' is no time.",
            ["an RFC 3339 time, such as 2026-01-31T12:00:00Z", "yyyy-mm-dd", "milliseconds since 1970"])]);
        if (time > now + Furthest)
            throw new Refused([new Violation(Codes.DateInFuture, field, "The time lies more than 24 hours ahead.", ["at most 24 hours ahead"])]);

        // The head comes first: what is recorded meanwhile lies after it.
        var head = await feed.HeadAsync(cancellation);
        var first = await feed.FirstSinceAsync(time, cancellation) ?? long.MaxValue;
        return new FeedCursor(head.Epoch, Math.Max(head.Expired, Math.Min(first - 1, head.Position)));
    }

    internal static Refused Expired(FeedHead head) => Impossible(Codes.CursorExpired, $"What follows the cursor is kept no longer; the feed begins after {head.Expired}.", head);

    internal static Refused OtherEpoch(string epoch, FeedHead head) => Impossible(Codes.CursorEpoch, $"The cursor is of numbering {Echo.Of(epoch)}; this feed's is {head.Epoch}.", head);

    private static Refused Impossible(string code, string detail, FeedHead head) => new(code, detail, new Dictionary<string, object?>
    {
        ["earliest"] = new FeedCursor(head.Epoch, head.Expired).ToString(),
        ["latest"] = new FeedCursor(head.Epoch, head.Position).ToString(),
    });

    private static DateTimeOffset? TimeOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
        : DateTimeOffset.TryParseExact(text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : null;
}
