using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>
/// What a stream says while there is nothing to say. The clock of the stream stands still whenever the stream runs, and that of the feed only gives it its
/// turns: however slow the machine is, it sees the same times.
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
        await _host.InsertAsync(1);
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
        await _host.InsertAsync(events, "IS");
        await _host.FollowedAsync(events);

        // Woken by the news, the stream may be under way already; then a minute's checkpoint is its answer to that.
        var checkpoint = await NextRoundAsync(stream, TimeSpan.FromMinutes(1));
        Assert.Equal(("checkpoint", events), (checkpoint?.Event, checkpoint?.Position));
        await using var resumed = await _host.StreamAsync("country=NO", checkpoint!.Id);
        Assert.Equal(checkpoint.Id, resumed.Response.Headers.GetValues(StreamEvents.StartHeader).Single());
        Assert.Equal(checkpoint.Id, (await _host.GetAsync("/v1/events?country=NO&after=earliest"))["next"].GetValue<string>());
    }

    /// <summary>A stream of what happens in Norway, where nothing does.</summary>
    private async Task<SseReader> OpenAsync(long position)
    {
        var pipe = new Pipe();
        var filter = FeedFilter.Of(JsonSerializer.SerializeToElement(new { Country = "NO" }, Json.Options));
        var start = new FeedCursor((await _host.Feed.HeadAsync(Cancellation)).Epoch, position);
        var stream = new EventStream(pipe.Writer, _host.Feed, filter, named: true, catchUpPerSecond: 0, _clock, _host.Services.GetRequiredService<FeedMetrics>(), start);
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

    /// <summary>Lets some time pass at once, gives each stream its turn, and reads what that brings.</summary>
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
