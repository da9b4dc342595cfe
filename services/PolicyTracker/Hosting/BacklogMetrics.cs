using System.Diagnostics.Metrics;
using Npgsql;
using PolicyTracker.Feeds;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;
using PolicyTracker.Webhooks;

namespace PolicyTracker.Hosting;

/// <summary>Measures every few seconds how far behind is what follows the store: the views, the feed, and who is sent the feed. While the database does not answer, nothing is told.</summary>
internal sealed partial class BacklogMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ILogger<BacklogMetrics> _logger;
    private Reading? _last;

    public BacklogMetrics(IMeterFactory meters, NpgsqlDataSource database, TimeProvider clock, ILogger<BacklogMetrics> logger)
    {
        (_database, _clock, _logger) = (database, clock, logger);
        var meter = meters.Create(Meters.Name);
        meter.CreateObservableGauge("policytracker.views.lag", () => Told(r => r.Views.Behind.TotalSeconds), "s", "The age of the oldest event that the views lack.");
        meter.CreateObservableGauge("policytracker.feed.lag", () => Told(r => r.Feed.Behind.TotalSeconds), "s", "The age of the oldest event that the feed lacks.");
        meter.CreateObservableGauge("policytracker.high_water.hold", () => Told(r => r.Feed.Held.TotalSeconds), "s", "The age of the oldest event that the daemon may not deliver yet.");
        meter.CreateObservableGauge("policytracker.views.passed_over", () => Told(r => r.PassedOver.Events), "{event}", "Events that the views lack because the daemon passed over them.");
        meter.CreateObservableGauge("policytracker.webhook.lag", () => OfWebhooks(webhook => webhook.Behind?.TotalSeconds), "s", "The age of the oldest event beyond what an active subscription has, also where its filter may yet leave it out.");
        meter.CreateObservableGauge("policytracker.webhook.parked", () => OfWebhooks(webhook => (long?)webhook.Parked), "{message}", "Messages of a subscription that were given up, and can be replayed.");
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
            await PassedOver.ReadAsync(connection, cancellation), await WebhookBacklog.ReadAsync(connection, _clock.GetUtcNow(), cancellation));
    }

    private async Task<ShardLag> LagAsync(NpgsqlConnection connection, string shard, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(ShardLag.QueryOf(shard), connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return ShardLag.Of(row, _clock.GetUtcNow());
    }

    private Measurement<T>[] Told<T>(Func<Reading, T> figure) where T : struct => _last is { } last ? [new Measurement<T>(figure(last))] : [];

    private IEnumerable<Measurement<T>> OfWebhooks<T>(Func<WebhookBacklog, T?> figure) where T : struct =>
        from webhook in _last?.Webhooks ?? []
        let told = figure(webhook)
        where told is not null
        select new Measurement<T>(told.Value, new KeyValuePair<string, object?>("subscription", webhook.Subscription));

    [LoggerMessage(LogLevel.Debug, "The lag could not be read")]
    private partial void NotRead(Exception e);

    private sealed record Reading(ShardLag Views, ShardLag Feed, PassedOver PassedOver, IReadOnlyList<WebhookBacklog> Webhooks);
}
