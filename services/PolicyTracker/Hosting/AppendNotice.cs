using JasperFx.Events.Daemon.HighWater;
using Marten;
using Npgsql;

namespace PolicyTracker.Hosting;

/// <summary>Wakes the daemon when an event is appended, wherever that was done: the transaction that appends tells the database, and the database every node.</summary>
/// <remarks>
/// Marten has the same, but forgets what is told while the daemon looks at what was told before: that event waits for the next append, or a quarter of a second.
/// </remarks>
internal sealed partial class AppendNotice(NpgsqlDataSource database, ILogger<AppendNotice> logger) : BackgroundService, IDaemonWakeup
{
    private const string Channel = "mt_events_appended";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _told = new(0);

    /// <summary>Ends when something was appended since it last ended, or when the time is over.</summary>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        await _told.WaitAsync(timeout, token);
        // Whoever looks now sees all that was told until now.
        while (_told.Wait(0, CancellationToken.None))
            continue;
    }

    public override void Dispose()
    {
        base.Dispose();
        _told.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
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
                await Task.Delay(Retry, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        connection.Notification += (_, _) => _told.Release();
        await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellation);
        while (true)
            await connection.WaitAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "The daemon hears of no append and looks for them by itself; trying again")]
    private partial void Interrupted(Exception e);

    /// <summary>Tells of the events of each session that is saved.</summary>
    public sealed class Teller : DocumentSessionListenerBase
    {
        public override Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token)
        {
            if (session.PendingChanges.Streams().Any())
                session.QueueSqlCommand($"notify {Channel}");
            return Task.CompletedTask;
        }
    }
}

internal static class AppendNoticeSetup
{
    public static void AddAppendNotice(this IServiceCollection services) => services
        .AddSingleton<AppendNotice>()
        .AddHostedService(provider => provider.GetRequiredService<AppendNotice>())
        .ConfigureMarten((provider, options) =>
        {
            options.Projections.Wakeup = provider.GetRequiredService<AppendNotice>();
            options.Listeners.Add(new AppendNotice.Teller());
        });
}
