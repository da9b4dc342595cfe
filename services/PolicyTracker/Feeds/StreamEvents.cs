using Microsoft.AspNetCore.Http.Features;
using Npgsql;

namespace PolicyTracker.Feeds;

/// <summary><c>GET /v1/events/stream</c>: the feed as server-sent events, what is kept first and then what comes.</summary>
public static class StreamEvents
{
    /// <summary>The header that tells after which cursor the stream really begins.</summary>
    public const string StartHeader = "PolicyTracker-Start-Cursor";

    private const string Event = "event", Named = "policy-event", Unnamed = "message", FailOnLag = "failOnLag";

    /// <summary>How far behind the feed may be for a reader who asks for no stream that lags.</summary>
    private static readonly TimeSpan LagLimit = TimeSpan.FromSeconds(60);

    public static readonly IReadOnlyList<string> Parameters = [.. FeedFilter.Parameters, .. FeedStart.Parameters, FeedFilter.Canaries, Event, FailOnLag];

    public static async Task Get(
        HttpContext http, Feed feed, FeedPlaces places, FeedOptions options, FeedMetrics metrics, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        var filter = await FeedFilter.OfAsync(http);
        var parameters = new Snapshots.Parameters(http);
        var named = parameters.OneOf(Event, [Named, Unnamed]) != Unnamed;
        if (parameters.Truth(FailOnLag) == true && feed.Lag > LagLimit)
            throw new Refused(Codes.FeedBehind, $"The feed is {feed.Lag.TotalSeconds:0} s behind the store.");
        var start = await FeedStart.OfAsync(http, feed, FeedCursor.Latest);
        using var place = places.Take(http);

        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        // Proxies that collect an answer before they pass it on would hold the events back.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Response.Headers[StartHeader] = start.ToString();

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await new EventStream(http.Response.BodyWriter, feed, filter, named, options.CatchUpPerSecond, clock, metrics, start).RunAsync(ends.Token);
        }
        catch (TimeoutException)
        {
            // Closed in good order, the connection would wait for its reader once more.
            http.Abort();
        }
        // Too late for another status. The stream ends, and the reader learns why where it asks for what comes next.
        catch (Exception e) when (e is OperationCanceledException or Refused or NpgsqlException)
        {
        }
    }
}
