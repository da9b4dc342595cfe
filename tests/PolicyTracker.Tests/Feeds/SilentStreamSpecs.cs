using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>
/// What a stream says while there is nothing to say. The clock of the stream moves on only when it has said what the time before brings, and that of the feed only
/// gives it its turns: however slow the machine is, it sees the same times.
/// </summary>
public sealed class SilentStreamSpecs(TestDatabase database) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ManualClock _turns = new();
    private readonly ManualClock _clock = new();
    private FeedHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), _turns);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task silence_is_broken_a_minute_brings_a_checkpoint_and_a_quarter_of_an_hour_the_end()
    {
        await HappenAsync(1);
        var cursor = await _host.CursorAsync(1);
        await using var stream = await OpenAsync(position: 1);
        await stream.NextAsync("checkpoint");

        var told = new List<SseFrame>();
        while (await NextRoundAsync(stream, TimeSpan.FromSeconds(10)) is { } frame)
            told.Add(frame);

        Assert.Equal("rotate", told[^1].Comment);
        // Between twelve minutes and eighteen.
        Assert.InRange(told.Count, 12 * 6, 18 * 6);
        Assert.All(told.SkipLast(1).Index(), round =>
        {
            if (round.Index % 6 == 5)
                Assert.Equal(("checkpoint", cursor), (round.Item.Event, round.Item.Id));
            else
                Assert.Equal(new SseFrame(null, null, null, ""), round.Item);
        });
    }

    [Fact]
    public async Task a_filter_that_nothing_matched_resumes_near_the_head()
    {
        const int events = 10_000;
        await using var stream = await OpenAsync(position: 0);
        Assert.Equal(0, (await stream.NextAsync("checkpoint")).Position);
        for (var told = 0; told < events; told += 500)
            await HappenAsync(500);

        // Woken by the news, the stream may be under way while the first minute passes, and then its checkpoint is of where it was.
        Assert.Equal("checkpoint", (await NextRoundAsync(stream, TimeSpan.FromMinutes(1)))?.Event);
        var checkpoint = await NextRoundAsync(stream, TimeSpan.FromMinutes(1));
        Assert.Equal(("checkpoint", events), (checkpoint?.Event, checkpoint?.Position));
        await using var resumed = await _host.StreamAsync("country=NO", checkpoint!.Id);
        Assert.Equal(checkpoint.Id, resumed.Response.Headers.GetValues(StreamEvents.StartHeader).Single());
        Assert.Equal(checkpoint.Id, (await _host.GetAsync("/v1/events?country=NO&after=earliest"))["next"].GetValue<string>());
    }

    [Fact]
    public async Task a_stream_that_may_catch_up_slowly_only_gets_something_each_second()
    {
        await HappenAsync(25);
        var waits = _clock.AwaitTimerAsync(TimeSpan.FromSeconds(1));
        await using var stream = await OpenAsync(position: 0, country: "IS", catchUpPerSecond: 10);
        await GetAsync(1, 10);
        await GetAsync(11, 20);
        foreach (var position in Enumerable.Range(21, 5))
            Assert.Equal(position, (await stream.NextAsync("policy-event")).Position);
        Assert.Equal(25, (await stream.NextAsync("checkpoint")).Position);

        // It has sent these, and waits for a second before it goes on.
        async Task GetAsync(int first, int last)
        {
            await waits.WaitAsync(Patience, Cancellation);
            for (var position = first; position <= last; position++)
                Assert.Equal(position, (await stream.NextAsync("policy-event").WaitAsync(Patience, Cancellation)).Position);
            waits = _clock.AwaitTimerAsync(TimeSpan.FromSeconds(1));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Publishes events of Iceland, no more than the feed reads at once, and waits until that one piece of news has woken all readers.</summary>
    private async Task HappenAsync(int count)
    {
        var woken = _host.WokenAsync();
        await _host.InsertAsync(count, "IS");
        await woken.WaitAsync(Patience, Cancellation);
    }

    /// <summary>A stream of what happens in a country: in Norway nothing does.</summary>
    private async Task<SseReader> OpenAsync(long position, string country = "NO", int catchUpPerSecond = 0)
    {
        var pipe = new Pipe();
        var filter = FeedFilter.Of(JsonSerializer.SerializeToElement(new { Country = country }, Json.Options));
        var start = new FeedCursor((await _host.Feed.HeadAsync(Cancellation)).Epoch, position);
        var stream = new EventStream(pipe.Writer, _host.Feed, filter, named: true, catchUpPerSecond, _clock, _host.Services.GetRequiredService<FeedMetrics>(), start);
        _ = RunAsync();
        return new SseReader(pipe.Reader.AsStream());

        async Task RunAsync()
        {
            try
            {
                await stream.RunAsync(Cancellation);
            }
            finally
            {
                await pipe.Writer.CompleteAsync();
            }
        }
    }

    /// <summary>Lets some time pass at once, gives each stream its turn, and reads what that brings. No news is under way: it would be taken for a turn.</summary>
    private async Task<SseFrame?> NextRoundAsync(SseReader stream, TimeSpan passing)
    {
        _clock.Advance(passing);
        for (var turn = 0; turn < Feed.Turns; turn++)
        {
            var taken = _host.Feed.Signal(turn);
            _turns.Advance(TimeSpan.FromSeconds(1));
            await taken.WaitAsync(Patience, Cancellation);
        }

        return await stream.NextAsync().WaitAsync(Patience, Cancellation);
    }
}
