using System.Text.Json;
using Npgsql;
using PolicyTracker.Recording;

namespace PolicyTracker.Views;

/// <summary>Appends each change that the projection found as an event, once and in order: a change is marked as announced in the transaction of its event.</summary>
public sealed partial class Announcer(Ledger ledger, NpgsqlDataSource database, ILogger<Announcer> logger) : BackgroundService
{
    /// <summary>The channel on which the projection tells that there is something to announce.</summary>
    internal const string Channel = "policytracker_changes";

    private const int MostAtOnce = 200;
    private const long OneAtATime = 5_080_002;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Interrupted(e);
                await Task.Delay(Longest, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellation);
        while (true)
        {
            while (await AnnounceAsync(cancellation) == MostAtOnce)
                continue;
            await connection.WaitAsync(Longest, cancellation);
        }
    }

    private async Task<int> AnnounceAsync(CancellationToken cancellation)
    {
        var count = 0;
        await ledger.WriteAsync(null, async draft =>
        {
            var changes = await WaitingAsync(draft);
            count = changes.Count;
            foreach (var ofPair in changes.GroupBy(c => RelianceChanged.Stream(c.Dependent, c.Supplier)))
            {
                if (await draft.ExistsAsync(ofPair.Key))
                    draft.Append(ofPair.Key, ofPair);
                else
                    draft.Start<RelianceChanged>(ofPair.Key, ofPair);
            }

            return new Answer(StatusCodes.Status200OK, count);
        }, cancellation);
        return count;
    }

    private static async Task<IReadOnlyList<RelianceChanged>> WaitingAsync(Draft draft)
    {
        await using var command = draft.Command($"""
            with turn as materialized (select pg_try_advisory_xact_lock({OneAtATime}) as mine),
                 waiting as (select number from {Schema.Policy}.conclusion_change, turn where mine and not announced order by number limit {MostAtOnce})
            update {Schema.Policy}.conclusion_change c set announced = true from waiting w where c.number = w.number and not c.announced returning c.number, c.change
            """);
        var changes = new List<(long Number, RelianceChanged Change)>();
        await using var rows = await command.ExecuteReaderAsync(draft.Cancellation);
        while (await rows.ReadAsync(draft.Cancellation))
            changes.Add((rows.GetInt64(0), JsonSerializer.Deserialize<RelianceChanged>(rows.GetString(1), Json.Options)!));
        return [.. changes.OrderBy(c => c.Number).Select(c => c.Change)];
    }

    [LoggerMessage(LogLevel.Warning, "Changes wait to be announced; trying again")]
    private partial void Interrupted(Exception e);
}
