using Marten;
using Marten.Events.Archiving;
using Npgsql;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.Feeds;

/// <summary>Publishes late what the daemon has passed over: each minute it looks for public events that the store has and the feed lacks.</summary>
/// <remarks>
/// The daemon reads the store up to its high-water mark and never looks back. What moves the mark over a transaction that is still open, as a bulk insert
/// does, or an operator, makes the daemon miss all that this transaction commits later. In normal life there is nothing to find.
/// </remarks>
public sealed partial class Reconciler(IDocumentStore store, NpgsqlDataSource database, FeedMetrics metrics, TimeProvider clock, ILogger<Reconciler> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const long OneAtATime = 5_080_004;
    private const int MostAtOnce = 1000;
    private static readonly TimeSpan Window = TimeSpan.FromDays(7);

    // What was appended in the window, and however long ago each stretch over which the mark has skipped; all of it only as far as the feed has come.
    private static readonly string Missing = $"""
        with suspect as (
            select e.id, e.seq_id from {Schema.Events}.mt_events e
             where e.type = any($2) and e.seq_id > coalesce((select sequence from {Schema.Policy}.feed where recorded_at < $1 order by recorded_at desc, position desc limit 1), 0)
            union
            select e.id, e.seq_id from {Schema.Events}.mt_high_water_skips s join {Schema.Events}.mt_events e on e.seq_id between s.starting_sequence and s.ending_sequence
             where e.type = any($2))
        select s.id from suspect s
         where s.seq_id <= (select last_seq_id from {Schema.Events}.mt_event_progression where name = '{ShardLag.NameOf(FeedPublisher.Name)}')
           and not exists (select 1 from {Schema.Policy}.feed f where f.event_id = s.id)
         order by s.seq_id limit {MostAtOnce}
        """;

    private long _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await ReconcileAsync(stoppingToken) == MostAtOnce)
                    continue;
                await ReportViewsAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Interrupted(e);
            }
        }
    }

    /// <summary>Publishes what is missing, unless another node is doing so.</summary>
    /// <returns>How many events were missing.</returns>
    internal async Task<int> ReconcileAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await FindAsync(transaction, cancellation) is not { Length: > 0 } missing)
            return 0;

        await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var events = await session.Events.QueryAllRawEvents().Where(e => e.MaybeArchived() && missing.Contains(e.Id)).OrderBy(e => e.Sequence).ToListAsync(cancellation);
        await FeedPublisher.PublishAsync(session, events, late: true, cancellation);
        await session.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        metrics.Repaired(events.Count);
        Repaired(events.Count, events[0].Sequence, events[0].Id);
        return events.Count;
    }

    private async Task<Guid[]> FindAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var turn = new NpgsqlCommand($"select pg_try_advisory_xact_lock({OneAtATime})", transaction.Connection, transaction);
        if (!(bool)(await turn.ExecuteScalarAsync(cancellation))!)
            return [];
        // A statement of its own: it sees what the node before committed.
        await using var find = new NpgsqlCommand(Missing, transaction.Connection, transaction);
        find.Parameters.AddWithValue(clock.GetUtcNow() - Window);
        find.Parameters.AddWithValue(PublicEvents.Published.ToArray());
        var found = new List<Guid>();
        await using var rows = await find.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            found.Add(rows.GetGuid(0));
        return [.. found];
    }

    private async Task ReportViewsAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var passedOver = await PassedOver.ReadAsync(connection, cancellation);
        if (passedOver.Events > _told)
            ViewsLack(passedOver.Events, passedOver.First);
        _told = passedOver.Events;
    }

    [LoggerMessage(LogLevel.Error, "The daemon had passed over {Count} events, which the feed lacked, the first at sequence {Sequence} with id {Id}: they were published late. Find out what moved the high-water mark")]
    private partial void Repaired(int count, long sequence, Guid id);

    [LoggerMessage(LogLevel.Error, "The views lack {Count} events that the daemon has passed over, the first at sequence {Sequence}: rebuild them")]
    private partial void ViewsLack(long count, long sequence);

    [LoggerMessage(LogLevel.Warning, "The feed could not be compared with the store; trying again in a minute")]
    private partial void Interrupted(Exception e);
}
