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

    [Fact]
    public async Task a_node_holds_so_many_streams_and_waiting_reads_wherever_they_come_from()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), null, ("PolicyTracker:Feed:StreamsPerNode", "2"));
        await using var first = await host.StreamAsync("");
        await using var second = await host.StreamAsync("");
        var refused = (await host.GetAsync("/v1/events/stream")).IsProblem(Codes.TooManyConnections);
        Assert.Equal((HttpStatusCode.TooManyRequests, "This node holds 2 streams, which is the most that it takes."), (refused.Status, refused.Text("detail")));
        (await host.GetAsync("/v1/events?wait=1")).IsProblem(Codes.TooManyConnections);
        (await host.GetAsync("/v1/events")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task whoever_does_not_read_is_cut_off_and_loses_nothing()
    {
        // More than the sockets' buffers hold.
        const int events = 5000;
        await _host.InsertAsync(events, bytes: 10_000);
        var last = 1L;
        await using (var stream = await _host.StreamAsync("", await _host.CursorAsync(0)))
        {
            Assert.Equal(last, (await stream.NextAsync("policy-event")).Position);
            while ((await _host.GetAsync("/v1/events/stats"))["streams"].GetValue<int>() > 0)
                _clock.Advance(EventStream.LongestFlush);
            try
            {
                while (await stream.NextAsync() is { Event: "policy-event" } frame)
                    Assert.Equal(++last, frame.Position);
            }
            catch (IOException)
            {
                // Cut off, and not closed in good order.
            }
        }

        Assert.InRange(last, 1, events - 1);
        await using var resumed = await _host.StreamAsync("", await _host.CursorAsync(last));
        while (last < events)
            Assert.Equal(++last, (await resumed.NextAsync("policy-event")).Position);
    }
}
