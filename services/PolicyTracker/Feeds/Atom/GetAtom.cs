using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Net.Http.Headers;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Feeds.Atom;

/// <summary>
/// <c>GET /v1/events.atom</c> and <c>GET /v1/events/archive/{n}.atom</c>: the feed for people's readers, and its archives (RFC 5005). Whoever walks from the
/// current document along <c>prev-archive</c> has every event once, also while others are appended: an archive that is complete never changes.
/// </summary>
public static class GetAtom
{
    public const string MediaType = "application/atom+xml";

    /// <summary>How many positions an archive holds.</summary>
    public const int ArchiveSize = 1000;

    private const string Epoch = "epoch";
    private const int Newest = 100;

    public static readonly IReadOnlyList<string> ArchiveParameters = [.. FeedFilter.Parameters, Epoch];

    /// <summary>The newest events: at least a hundred, and back to the end of an archive.</summary>
    public static async Task Get(HttpContext http, Feed feed)
    {
        var filter = await FeedFilter.OfAsync(http);
        var head = await feed.HeadAsync(http.RequestAborted);
        var first = await feed.LastAsync(filter, head.Position, Newest, http.RequestAborted);
        var after = first is { } position ? (position - 1) / ArchiveSize * ArchiveSize : head.Expired;
        var entries = (await feed.RangeAsync(after, head.Position, filter, http.RequestAborted)).Entries;

        var links = new AtomLinks(FilterOf(http), head.Epoch);
        var last = entries.Count == 0 ? after : entries[^1].Position;
        if (!IsFresh(http, $"{head.Epoch}-{after}-{last}", "private, no-cache"))
            await WriteAsync(http, AtomDocument.Current(links, entries, await PreviousAsync(feed, filter, head, after, http.RequestAborted)));
    }

    /// <exception cref="Refused">There is no such archive, or it is of another numbering, or it is kept no longer.</exception>
    public static async Task GetArchive(HttpContext http, string n, Feed feed)
    {
        var filter = await FeedFilter.OfAsync(http);
        var number = long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given is > 0 and <= long.MaxValue / ArchiveSize ? given : throw NoArchive(n);
        var (after, end) = ((number - 1) * ArchiveSize, number * ArchiveSize);
        var (head, entries) = await feed.RangeAsync(after, end, filter, http.RequestAborted);
        var epoch = new Parameters(http).Given(Epoch);
        if (epoch is not null && epoch != head.Epoch)
            throw FeedStart.OtherEpoch(epoch, head);
        if (after > head.Position)
            throw NoArchive(n);
        if (end <= head.Expired)
            throw FeedStart.Expired(head);

        var complete = end <= head.Position;
        // Without the name of the numbering, an address may come to mean other events.
        var lasts = epoch is null ? "private, no-cache" : "private, max-age=31536000, immutable";
        if (!complete)
            http.Response.Headers.CacheControl = "no-store";
        else if (IsFresh(http, $"{head.Epoch}-{after}", lasts))
            return;
        await WriteAsync(http, AtomDocument.Archive(new AtomLinks(FilterOf(http), head.Epoch), number, entries, await PreviousAsync(feed, filter, head, after, http.RequestAborted), complete));
    }

    /// <summary>The newest archive up to a position that holds anything; null when none does.</summary>
    private static async Task<long?> PreviousAsync(Feed feed, FeedFilter filter, FeedHead head, long upTo, CancellationToken cancellation) =>
        await feed.LastAsync(filter, upTo, 1, cancellation) is { } position && position > head.Expired ? (position - 1) / ArchiveSize + 1 : null;

    private static bool IsFresh(HttpContext http, string tag, string lasts)
    {
        var etag = new EntityTagHeaderValue($"\"{tag}\"", isWeak: true);
        http.Response.Headers.ETag = etag.ToString();
        http.Response.Headers.CacheControl = lasts;
        if (!http.Request.GetTypedHeaders().IfNoneMatch.Any(given => given.Compare(etag, useStrongComparison: false)))
            return false;
        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private static async Task WriteAsync(HttpContext http, byte[] document)
    {
        http.Response.ContentType = $"{MediaType}; charset=utf-8";
        http.Response.ContentLength = document.Length;
        await http.Response.Body.WriteAsync(document, http.RequestAborted);
    }

    private static QueryBuilder FilterOf(HttpContext http) =>
        new(http.Request.Query.Where(parameter => FeedFilter.Parameters.Contains(parameter.Key)).Select(parameter => KeyValuePair.Create(parameter.Key, parameter.Value.ToString())));

    private static Refused NoArchive(string n) => new(Codes.NotFound, $"The feed has no archive {Echo.Of(n)}.");
}
