using System.Diagnostics.Metrics;
using Npgsql;
using PolicyTracker.Feeds;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.Hosting;

/// <summary>Measures every few seconds how far the views and the feed are behind the store. While the database does not answer, nothing is told.</summary>
internal sealed partial class ShardMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ILogger<ShardMetrics> _logger;
    private Reading? _last;

    public ShardMetrics(IMeterFactory meters, NpgsqlDataSource database, TimeProvider clock, ILogger<ShardMetrics> logger)
    {
        (_database, _clock, _logger) = (database, clock, logger);
        var meter = meters.Create(Meters.Name);
        meter.CreateObservableGauge("policytracker.views.lag", () => Told(r => r.Views.Behind.TotalSeconds), "s", "The age of the oldest event that the views lack.");
        meter.CreateObservableGauge("policytracker.feed.lag", () => Told(r => r.Feed.Behind.TotalSeconds), "s", "The age of the oldest event that the feed lacks.");
        meter.CreateObservableGauge("policytracker.high_water.hold", () => Told(r => r.Feed.Held.TotalSeconds), "s", "The age of the oldest event that the daemon may not deliver yet.");
        meter.CreateObservableGauge("policytracker.views.passed_over", () => Told(r => r.PassedOver.Events), "{event}", "Events that the views lack because the daemon passed over them.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _clock);
        do
        {
            try
            {
                _last = await ReadAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                _last = null;
                NotRead(e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<Reading> ReadAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        return new Reading(await LagAsync(connection, ViewsProjection.Name, cancellation), await LagAsync(connection, FeedPublisher.Name, cancellation),
            await PassedOver.ReadAsync(connection, cancellation));
    }

    private async Task<ShardLag> LagAsync(NpgsqlConnection connection, string shard, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(ShardLag.QueryOf(shard), connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return ShardLag.Of(row, _clock.GetUtcNow());
    }

    private Measurement<T>[] Told<T>(Func<Reading, T> figure) where T : struct => _last is { } last ? [new Measurement<T>(figure(last))] : [];

    [LoggerMessage(LogLevel.Debug, "The lag could not be read")]
    private partial void NotRead(Exception e);

    private sealed record Reading(ShardLag Views, ShardLag Feed, PassedOver PassedOver);
}
