namespace PolicyTracker.Feeds;

/// <summary>How the feed stands.</summary>
/// <param name="Head">The cursor of the last event.</param>
/// <param name="Earliest">The cursor before the first event that is kept.</param>
/// <param name="LagSeconds">The age of the oldest event of the store that the feed lacks; 0 when it lacks none.</param>
/// <param name="Streams">How many streams and waiting reads the node that answers holds.</param>
/// <param name="CanarySeconds">How long the last canary took from its append until the readers of the node that answers could have it; nothing while none has come.</param>
/// <param name="CanaryAt">When that one was appended.</param>
public sealed record FeedStats(string Head, string Earliest, double LagSeconds, int Streams, double? CanarySeconds, DateTimeOffset? CanaryAt);

/// <summary><c>GET /v1/events/{id}</c> and <c>GET /v1/events/stats</c>.</summary>
public static class GetEvent
{
    /// <exception cref="Refused">The feed has no event of this id.</exception>
    public static async Task Get(HttpContext http, string id, Feed feed)
    {
        var json = (Guid.TryParse(id, out var given) ? await feed.FindAsync(given, http.RequestAborted) : null)
            ?? throw new Refused(Codes.NotFound, $"The feed has no event {Echo.Of(id)}.");
        http.Response.ContentType = FeedEvent.MediaType;
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        await http.Response.WriteAsync(json, http.RequestAborted);
    }

    public static async Task<IResult> Stats(HttpContext http, Feed feed, FeedPlaces places)
    {
        http.Response.Headers.CacheControl = "no-store";
        var head = await feed.HeadAsync(http.RequestAborted);
        return Results.Json(new FeedStats(new FeedCursor(head.Epoch, head.Position).ToString(), new FeedCursor(head.Epoch, head.Expired).ToString(),
            Math.Round(feed.Lag.TotalSeconds, 1), places.Taken, feed.Canary is { } canary ? Math.Round(canary.Latency.TotalSeconds, 3) : null, feed.Canary?.At), Json.Options);
    }
}
