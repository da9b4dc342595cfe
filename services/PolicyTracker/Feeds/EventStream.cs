using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace PolicyTracker.Feeds;

/// <summary>
/// One reader's stream. It holds no queue: the next page is read when the one before was taken, so that a reader that is slow costs a place and nothing else.
/// What it writes of an event is the same bytes for all readers.
/// </summary>
internal sealed class EventStream(PipeWriter body, Feed feed, FeedFilter filter, bool named, int catchUpPerSecond, TimeProvider clock, FeedMetrics metrics, FeedCursor start)
{
    /// <summary>How long the longest flush may take before the reader is cut off; it resumes where it was.</summary>
    internal static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(10);

    private const int LargestPage = 1000;
    private const int FlushedAt = 32 * 1024;
    // A reader is woken every ten seconds at the latest: its silence lasts for fifteen at most.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    // Of those that come so many a second, a second's worth: a larger page would be followed by a longer silence than a reader bears.
    private readonly int _pageSize = catchUpPerSecond > 0 ? Math.Min(catchUpPerSecond, LargestPage) : LargestPage;
    private readonly int _turn = (int)(Jitter.Next() * Feed.Turns);
    private readonly long _begun = clock.GetTimestamp();
    // A deployment, or a token that expires, is not to bring back all readers at once.
    private readonly TimeSpan _life = Life * (0.8 + 0.4 * Jitter.Next());
    private long _position = start.Position;
    private long _written;
    private long _checkpoint;
    private int _unsent;
    private long _sent;

    /// <summary>Ends when the reader goes, when the service stops, or when the connection has lived long enough.</summary>
    /// <exception cref="TimeoutException">The reader does not read.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Write($"retry: {1000 + (int)(Jitter.Next() * 4000)}\n: connected\n\n");
        await FlushAsync(cancellation);
        await CatchUpAsync(cancellation);
        Checkpoint();
        for (var now = _begun; clock.GetElapsedTime(_begun, now) < _life; now = clock.GetTimestamp())
        {
            // Whoever asks to be woken before reading misses nothing; and a reader that was told something finds the stream awake to what comes.
            var woken = feed.Signal(_turn);
            await FlushAsync(cancellation);
            if (await NextAsync(cancellation))
                continue;
            if (clock.GetElapsedTime(_checkpoint, now) >= BetweenCheckpoints)
                Checkpoint();
            else if (clock.GetElapsedTime(_written, now) >= Quiet)
                Write(":\n\n");
            await FlushAsync(cancellation);
            await woken.WaitAsync(cancellation);
        }

        Write(": rotate\n\n");
        await FlushAsync(cancellation);
    }

    private async Task CatchUpAsync(CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        while (await NextAsync(cancellation))
        {
            await FlushAsync(cancellation);
            if (catchUpPerSecond > 0 && TimeSpan.FromSeconds(_sent / (double)catchUpPerSecond) - clock.GetElapsedTime(begun) is { Ticks: > 0 } early)
                await Task.Delay(early, clock, cancellation);
        }
    }

    /// <summary>Writes the next page and tells whether there is another.</summary>
    private async Task<bool> NextAsync(CancellationToken cancellation)
    {
        var page = await feed.FramesAsync(_position, filter, _pageSize, cancellation);
        if (page.Epoch != start.Epoch)
            throw new OperationCanceledException("The feed was numbered anew.");
        foreach (var entry in page.Entries)
        {
            _sent++;
            Write((named ? entry.Frame : entry.UnnamedFrame).Span);
            if (_unsent >= FlushedAt)
                await FlushAsync(cancellation);
        }

        metrics.Delivered(page.Entries.Count, "stream");
        _position = page.Scanned;
        return page.HasMore;
    }

    /// <summary>Tells how far the feed was looked through, so that a reader whose filter leaves out much resumes near the head.</summary>
    private void Checkpoint()
    {
        var data = JsonSerializer.Serialize(new { Position = _position, AsOf = clock.GetUtcNow(), LagSeconds = Math.Round(feed.Lag.TotalSeconds, 1) }, Json.Options);
        Write($"id: {start with { Position = _position }}\nevent: checkpoint\ndata: {data}\n\n");
        _checkpoint = clock.GetTimestamp();
    }

    private void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        body.Write(bytes);
        _unsent += bytes.Length;
        _written = clock.GetTimestamp();
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (_unsent == 0)
            return;
        _unsent = 0;
        var flush = body.FlushAsync(cancellation);
        var flushed = flush.IsCompleted ? await flush : await flush.AsTask().WaitAsync(LongestFlush, clock, cancellation);
        if (flushed.IsCompleted)
            throw new OperationCanceledException("The reader is gone.");
    }
}
