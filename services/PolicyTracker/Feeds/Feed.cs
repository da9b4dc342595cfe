using Npgsql;

namespace PolicyTracker.Feeds;

/// <summary>The head of the feed, as one look at the database shows it.</summary>
/// <param name="Position">The last position given; all at or below it are to be seen.</param>
/// <param name="Expired">The last position that is kept no longer; 0 while all are.</param>
public sealed record FeedHead(string Epoch, long Position, long Expired);

/// <summary>A stretch of the feed.</summary>
/// <typeparam name="T">What is read of each event: all, or only what is sent.</typeparam>
/// <param name="Entries">What matches, in order.</param>
/// <param name="Scanned">Up to where was looked: what is read next comes after it, and nothing that matches before it was left out.</param>
/// <param name="Head">Up to where there was something to look at.</param>
public sealed record FeedPage<T>(string Epoch, IReadOnlyList<T> Entries, long Scanned, long Head) where T : FeedFrame
{
    public bool HasMore => Scanned < Head;
    public FeedCursor Next => new(Epoch, Scanned);
}

/// <summary>A canary that has arrived.</summary>
/// <param name="At">When it was appended.</param>
/// <param name="Latency">How long it took until this node's readers could have it.</param>
public sealed record CanaryRun(DateTimeOffset At, TimeSpan Latency);

/// <summary>
/// The one way to read the feed, for every channel: at least once, in total order by position, nothing ever skipped, from any point again; whoever has an
/// event already knows it by its id.
/// </summary>
/// <remarks>
/// The newest entries are read once for each page and node, however many subscribers the node has, and shared by all. A subscriber asks to be woken first
/// and then reads the next page: there is no other way for something live to arrive, and so none on which it could be lost.
/// </remarks>
public sealed partial class Feed(NpgsqlDataSource database, FeedMetrics metrics, TimeProvider clock, ILogger<Feed> logger) : BackgroundService
{
    /// <summary>In how many turns the idle subscribers are woken, one each second.</summary>
    internal const int Turns = 10;

    private const int PageSize = 1000;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly FeedFilter All = FeedFilter.Everything.WithCanaries();

    private readonly TaskCompletionSource[] _signals = [.. Enumerable.Range(0, Turns).Select(_ => NewSignal())];
    private readonly SemaphoreSlim _shown = new(0);
    private volatile FeedTail _tail = FeedTail.None;

    /// <summary>Up to where this node has read the feed.</summary>
    public long Head => _tail.Head;

    /// <summary>The name of the feed's numbering; empty until the node has read the feed once.</summary>
    public string Epoch => _tail.Epoch;

    /// <summary>The age of the oldest event of the store that the feed lacks, as it was a second ago at most; zero when it lacks none.</summary>
    public TimeSpan Lag { get; private set; }

    /// <summary>The last canary that came to this node; null while none has.</summary>
    public CanaryRun? Canary { get; private set; }

    /// <summary>Reads what matches after a position, with all that is known of it.</summary>
    /// <inheritdoc cref="FramesAsync"/>
    public async Task<FeedPage<FeedEntry>> ReadAsync(long after, FeedFilter filter, int most, CancellationToken cancellation)
    {
        var tail = _tail;
        return after >= tail.Before ? tail.Read(after, filter, most) : await StoredAsync(FeedEntry.Columns, after, filter, most, cancellation);
    }

    /// <summary>Reads what matches after a position, as it is sent.</summary>
    /// <param name="after">A position of the present epoch.</param>
    /// <param name="most">How many entries the page holds at most.</param>
    /// <exception cref="Refused">What follows the position is kept no longer.</exception>
    public async Task<FeedPage<FeedFrame>> FramesAsync(long after, FeedFilter filter, int most, CancellationToken cancellation)
    {
        var tail = _tail;
        if (after < tail.Before)
            return await StoredAsync(FeedFrame.Columns, after, filter, most, cancellation);
        var page = tail.Read(after, filter, most);
        return new FeedPage<FeedFrame>(page.Epoch, page.Entries, page.Scanned, page.Head);
    }

    /// <summary>The entries at these positions that are still kept, in order.</summary>
    public async Task<IReadOnlyList<FeedEntry>> AtAsync(IReadOnlyList<long> positions, CancellationToken cancellation)
    {
        if (positions.Count == 0)
            return [];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FeedQueries.AtAsync(connection, positions, cancellation);
    }

    /// <summary>Waits until there is something beyond a position, or the time is over.</summary>
    /// <returns>Up to where this node has read the feed.</returns>
    public async Task<long> WaitAsync(long beyond, TimeSpan longest, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            var signal = Signal(0);
            var left = longest - clock.GetElapsedTime(start);
            if (Head > beyond || left <= TimeSpan.Zero)
                return Head;
            try
            {
                await signal.WaitAsync(left, clock, cancellation);
            }
            catch (TimeoutException)
            {
                return Head;
            }
        }
    }

    /// <summary>The head as the database has it now.</summary>
    public async Task<FeedHead> HeadAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await FeedQueries.ReadAsync(connection, FeedFrame.Columns, long.MaxValue, FeedFilter.Everything, 1, cancellation)).Head;
    }

    /// <summary>The position of the nth of the last that match up to a position, the last one being the first; null when fewer match.</summary>
    public async Task<long?> LastAsync(FeedFilter filter, long upTo, int nth, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FeedQueries.LastAsync(connection, filter, upTo, nth, cancellation);
    }

    /// <summary>All that matches after a position and up to another, of which what lies above the head may lack what is still to come.</summary>
    public async Task<(FeedHead Head, IReadOnlyList<FeedEntry> Entries)> RangeAsync(long after, long upTo, FeedFilter filter, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (head, read) = await FeedQueries.ReadAsync(connection, FeedEntry.Columns, after, filter, PageSize, cancellation);
        var found = new List<FeedEntry>();
        while (read.Count > 0 && read[0].Position <= upTo)
        {
            found.AddRange(read.Where(entry => entry.Position <= upTo));
            (_, read) = await FeedQueries.ReadAsync(connection, FeedEntry.Columns, read[^1].Position, filter, PageSize, cancellation);
        }

        return (head, found);
    }

    /// <summary>The first position that was recorded at or after a time; null when there is none. Times do not rise with positions.</summary>
    public async Task<long?> FirstSinceAsync(DateTimeOffset time, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FeedQueries.FirstSinceAsync(connection, time, cancellation);
    }

    /// <summary>One event as it is sent; null when the feed has none of this id.</summary>
    public async Task<string?> FindAsync(Guid id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FeedQueries.FindAsync(connection, id, cancellation);
    }

    /// <summary>Ends with the next news, or with the next turn of this group of subscribers. Taken before reading, it misses nothing.</summary>
    internal Task Signal(int turn) => Volatile.Read(ref _signals[turn]).Task;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        FollowAsync(stoppingToken),
        TakeTurnsAsync(stoppingToken),
        Task.Factory.StartNew(() => WakeReaders(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    private async Task<FeedPage<T>> StoredAsync<T>(FeedColumns<T> columns, long after, FeedFilter filter, int most, CancellationToken cancellation) where T : FeedFrame
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (head, entries) = await FeedQueries.ReadAsync(connection, columns, after, filter, most, cancellation);
        if (after < head.Expired)
            throw FeedStart.Expired(head);
        metrics.CaughtUp(entries.Count);
        return new FeedPage<T>(head.Epoch, entries, FeedQueries.IsFull(entries, most) ? entries[^1].Position : Math.Max(after, head.Position), head.Position);
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Interrupted(e);
                await Task.Delay(Poll, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await FreshPlans.UseAsync(connection, cancellation);
        await using (var listen = new NpgsqlCommand($"{FeedRows.MakeHead}; listen {FeedRows.Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellation);
        long? lagRead = null;
        while (true)
        {
            while (await AdvanceAsync(connection, cancellation))
                continue;
            if (lagRead is null || clock.GetElapsedTime(lagRead.Value) >= Poll)
                (Lag, lagRead) = (await FeedQueries.LagAsync(connection, clock.GetUtcNow(), cancellation), clock.GetTimestamp());
            await connection.WaitAsync(Poll, cancellation);
        }
    }

    /// <summary>Reads one page further and tells whether there may be another.</summary>
    private async Task<bool> AdvanceAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var tail = _tail;
        var after = tail == FeedTail.None ? long.MaxValue : tail.Head;
        var (head, read) = await FeedQueries.ReadAsync(connection, FeedEntry.Columns, after, All, PageSize, cancellation);
        if (head.Epoch != tail.Epoch)
        {
            Show(FeedTail.At(head));
            return true;
        }

        var full = FeedQueries.IsFull(read, PageSize);
        var position = full ? read[^1].Position : Math.Max(head.Position, tail.Head);
        if (position == tail.Head && head.Expired == tail.Expired)
            return false;
        foreach (var entry in read)
            Arrived(entry);
        Show(tail.With(head, read, position));
        return full;
    }

    /// <summary>Shows the readers a new end of the feed.</summary>
    private void Show(FeedTail tail)
    {
        _tail = tail;
        _shown.Release();
    }

    /// <summary>
    /// Wakes the readers from a thread of its own: so they stand in the common queue of the thread pool, behind whatever else this node has to do, and all its threads
    /// share them. Woken by one of those threads, they would be that one's.
    /// </summary>
    private void WakeReaders(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                _shown.Wait(stoppingToken);
                // Who is woken sees all that was shown until now.
                while (_shown.Wait(0, CancellationToken.None))
                    continue;
                for (var turn = 0; turn < Turns; turn++)
                    Wake(turn);
            }
        }
        catch (OperationCanceledException)
        {
            // The readers end with the service.
        }
    }

    private void Arrived(FeedEntry entry)
    {
        // The clock of the node that appended it may be ahead of this one's.
        var latency = clock.GetUtcNow() - entry.RecordedAt is { Ticks: > 0 } passed ? passed : TimeSpan.Zero;
        metrics.Arrived(entry, latency);
        if (entry.IsCanary)
            Canary = new CanaryRun(entry.RecordedAt, latency);
    }

    private async Task TakeTurnsAsync(CancellationToken stoppingToken)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        for (var turn = 0; await second.WaitForNextTickAsync(stoppingToken); turn = (turn + 1) % Turns)
            Wake(turn);
    }

    private void Wake(int turn) => Interlocked.Exchange(ref _signals[turn], NewSignal()).SetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(LogLevel.Warning, "The feed cannot be followed; trying again")]
    private partial void Interrupted(Exception e);
}
