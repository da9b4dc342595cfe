using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Net.Http.Headers;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Feeds;

/// <summary>
/// <c>GET /v1/events</c>: a page of the feed, or the wait for one. The page is JSON with its cursors, or a CloudEvents batch whose cursor is in <c>Link</c>.
/// </summary>
public static class GetEvents
{
    /// <summary>The header that tells the cursor of the feed's head.</summary>
    public const string HeadHeader = "PolicyTracker-Head";

    private const int LongestWait = 30;
    private const int FlushedAt = 64 * 1024;
    private const string Wait = "wait";

    public static readonly IReadOnlyList<string> Parameters = [.. FeedFilter.Parameters, .. FeedStart.Parameters, FeedFilter.Canaries, Snapshots.Parameters.Limit, Wait];

    public static async Task Get(HttpContext http, Feed feed, FeedPlaces places, FeedMetrics metrics, TimeProvider clock)
    {
        var filter = await FeedFilter.OfAsync(http);
        var (most, wait) = (new Parameters(http).PageSize(), WaitOf(http));
        var start = await FeedStart.OfAsync(http, feed, FeedCursor.Earliest);
        using var place = wait > TimeSpan.Zero ? places.Take(http) : null;
        var page = await ReadAsync(feed, start, filter, most, clock, wait, http.RequestAborted);

        var batch = http.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == FeedEvent.BatchMediaType);
        http.Response.ContentType = batch ? FeedEvent.BatchMediaType : "application/json; charset=utf-8";
        http.Response.Headers.Vary = HeaderNames.Accept;
        http.Response.Headers[HeadHeader] = new FeedCursor(page.Epoch, page.Head).ToString();
        http.Response.Headers.Link = $"<{LinkTo(http.Request, page.Next)}>; rel=\"next\"";
        if (!IsFresh(http, start, page, batch))
        {
            await WriteAsync(http.Response.BodyWriter, page, batch, http.RequestAborted);
            metrics.Delivered(page.Entries.Count, "pull");
        }
    }

    /// <summary><c>HEAD /v1/events</c>: where the feed ends.</summary>
    public static async Task Head(HttpContext http, Feed feed)
    {
        var head = await feed.HeadAsync(http.RequestAborted);
        http.Response.Headers[HeadHeader] = new FeedCursor(head.Epoch, head.Position).ToString();
        http.Response.Headers.CacheControl = "no-store";
    }

    private static async Task<FeedPage<FeedFrame>> ReadAsync(Feed feed, FeedCursor start, FeedFilter filter, int most, TimeProvider clock, TimeSpan wait, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var after = start.Position;
        while (true)
        {
            var page = await feed.FramesAsync(after, filter, most, cancellation);
            if (page.Epoch != start.Epoch)
                throw await OtherEpochAsync(feed, start, cancellation);
            var left = wait - clock.GetElapsedTime(begun);
            if (page.Entries.Count > 0 || left <= TimeSpan.Zero)
                return page;
            after = page.Scanned;
            await feed.WaitAsync(after, left, cancellation);
        }
    }

    private static async Task<Refused> OtherEpochAsync(Feed feed, FeedCursor start, CancellationToken cancellation) =>
        await feed.HeadAsync(cancellation) is var head && head.Epoch != start.Epoch
            ? FeedStart.OtherEpoch(start.Epoch, head)
            : new Refused(Codes.FeedBehind, "The feed was numbered anew, and this node has yet to read it.");

    /// <summary>Whether the client has this page already. A page that is full and ends before the head never changes; any other is of its moment.</summary>
    private static bool IsFresh(HttpContext http, FeedCursor start, FeedPage<FeedFrame> page, bool batch)
    {
        if (!page.HasMore)
        {
            http.Response.Headers.CacheControl = "no-store";
            return false;
        }

        // Weak: the head, which a page tells along with its events, moves on.
        var tag = new EntityTagHeaderValue($"\"{start}-{page.Scanned}{(batch ? "-batch" : "")}\"", isWeak: true);
        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.CacheControl = FeedCursor.TryParse(http.Request.Query[FeedStart.After].ToString(), out _) ? "private, max-age=31536000, immutable" : "private, no-cache";
        if (!http.Request.GetTypedHeaders().IfNoneMatch.Any(given => given.Compare(tag, useStrongComparison: false)))
            return false;
        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private static async Task WriteAsync(PipeWriter body, FeedPage<FeedFrame> page, bool batch, CancellationToken cancellation)
    {
        Write(batch ? "[" : "{\"data\":[");
        var unsent = 0;
        foreach (var (i, entry) in page.Entries.Index())
        {
            if (i > 0)
                Write(",");
            body.Write(entry.Json.Span);
            unsent += entry.Json.Length;
            if (unsent < FlushedAt)
                continue;
            await body.FlushAsync(cancellation);
            unsent = 0;
        }

        Write(batch ? "]" : $$"""],"next":"{{page.Next}}","head":"{{page.Next with { Position = page.Head }}}","hasMore":{{(page.HasMore ? "true" : "false")}}}""");
        await body.FlushAsync(cancellation);

        void Write(string text) => Encoding.UTF8.GetBytes(text, body);
    }

    /// <summary>How long to wait when there is nothing. Those who wait together end up to a tenth earlier, each at a time of its own, and never later than asked.</summary>
    private static TimeSpan WaitOf(HttpContext http)
    {
        var asked = http.Request.Query[Wait].ToString();
        var preferred = http.Request.Headers["Prefer"].ToString().Split(',').Select(p => p.Trim()).FirstOrDefault(p => p.StartsWith("wait=", StringComparison.OrdinalIgnoreCase));
        if (asked.Length == 0 && preferred is not null && int.TryParse(preferred["wait=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var wish))
        {
            // A preference is honoured as far as it can be.
            asked = Math.Min(wish, LongestWait).ToString();
            http.Response.Headers["Preference-Applied"] = $"wait={asked}";
        }

        return asked.Length == 0 ? TimeSpan.Zero
            : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LongestWait ? TimeSpan.FromSeconds(seconds) * (1 - Jitter.Next() / 10)
            : throw new Refused([new Violation(Codes.OutOfRange, Wait, $"'{Echo.Of(asked)}' is no time to wait.", [$"0 to {LongestWait} seconds"])]);
    }

    private static string LinkTo(HttpRequest request, FeedCursor next)
    {
        var query = QueryString.Empty;
        foreach (var (name, value) in request.Query.Where(parameter => parameter.Key is not (FeedStart.After or FeedStart.Since)))
            query = query.Add(name, value.ToString());
        return $"{request.Path}{query.Add(FeedStart.After, next.ToString())}";
    }
}
