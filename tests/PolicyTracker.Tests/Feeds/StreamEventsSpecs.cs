using System.Net;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>The stream of server-sent events, its times under a clock that stands still.</summary>
public sealed class StreamEventsSpecs(TestDatabase database) : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private FeedHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), _clock, ("PolicyTracker:Feed:StreamsPerAddress", "3"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task a_stream_says_where_it_begins_and_ends_in_good_order_with_the_service()
    {
        await _host.InsertAsync(1);
        var latest = await _host.CursorAsync(1);
        await using var stream = await _host.StreamAsync("");
        var headers = stream.Response.Headers;
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal((latest, "no", "no-store"), (headers.GetValues(StreamEvents.StartHeader).Single(), headers.GetValues("X-Accel-Buffering").Single(), headers.CacheControl!.ToString()));
        Assert.Equal("connected", (await stream.NextAsync())!.Comment);
        Assert.Equal(latest, (await stream.NextAsync("checkpoint")).Id);

        await _host.InsertAsync(1);
        Assert.Equal(await _host.CursorAsync(2), (await stream.NextAsync("policy-event")).Id);

        await using var unnamed = await _host.StreamAsync("event=message", latest);
        Assert.Equal("connected", (await unnamed.NextAsync())!.Comment);
        var message = (await unnamed.NextAsync())!;
        Assert.Equal((null, 2L, "1"), (message.Event, message.Position, message.Json["id"]!.GetValue<string>()));

        await _host.StopAsync();
        Assert.Null(await stream.NextAsync());
    }

    [Fact(Skip = "On a loaded machine its rounds run ahead of the stream: the clock must wait for the stream first.")]
    public async Task silence_is_broken_a_minute_brings_a_checkpoint_and_a_quarter_of_an_hour_the_end()
    {
        await _host.InsertAsync(1);
        await using var stream = await _host.StreamAsync("country=NO", await _host.CursorAsync(1));
        await stream.NextAsync("checkpoint");

        var told = new List<SseFrame>();
        while (await NextRoundAsync(stream) is { } frame)
            told.Add(frame);

        Assert.Equal("rotate", told[^1].Comment);
        // Ten seconds a round: from twelve minutes to eighteen.
        Assert.InRange(told.Count, 12 * 6, 18 * 6 + 1);
        var checkpoints = told.Index().Where(frame => frame.Item.Event == "checkpoint").ToList();
        // A stream that wakes late within its round tells in the next one.
        Assert.All(checkpoints.Zip(checkpoints[1..]), pair => Assert.InRange(pair.Second.Index - pair.First.Index, 5, 7));
        var cursor = await _host.CursorAsync(1);
        Assert.All(checkpoints, checkpoint => Assert.Equal(cursor, checkpoint.Item.Id));
        Assert.All(told.SkipLast(1).Where(frame => frame.Event is null), frame => Assert.Equal(new SseFrame(null, null, null, ""), frame));
    }

    [Fact]
    public async Task an_address_holds_so_many_streams_and_a_place_that_is_left_is_free_again()
    {
        var streams = new List<SseReader>();
        for (var i = 0; i < 3; i++)
            streams.Add(await _host.StreamAsync(""));
        var refused = (await _host.GetAsync("/v1/events/stream")).IsProblem(Codes.TooManyConnections);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(5)), (refused.Status, refused.RetryAfter));
        (await _host.GetAsync("/v1/events?wait=1")).IsProblem(Codes.TooManyConnections);
        (await _host.GetAsync("/v1/events")).Is(HttpStatusCode.OK);
        Assert.Equal(3, (await _host.GetAsync("/v1/events/stats"))["streams"].GetValue<int>());

        foreach (var stream in streams)
            await stream.DisposeAsync();
        // The server hears of it when the connection closes.
        while ((await _host.GetAsync("/v1/events/stats"))["streams"].GetValue<int>() > 0)
            continue;
        await using var another = await _host.StreamAsync("");
    }

    /// <summary>Moves the clock by ten seconds, in which every stream has its turn once, and reads what that brings.</summary>
    private async Task<SseFrame?> NextRoundAsync(SseReader stream)
    {
        for (var turn = 0; turn < Feed.Turns; turn++)
        {
            var taken = _host.Feed.Signal(turn);
            _clock.Advance(TimeSpan.FromSeconds(1));
            await taken.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        }

        return await stream.NextAsync();
    }
}
