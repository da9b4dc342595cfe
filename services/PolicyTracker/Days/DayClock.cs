using Npgsql;
using Wolverine;

namespace PolicyTracker.Days;

/// <summary>Begins each day at midnight (UTC), and at start the days that passed while no node was up.</summary>
public sealed partial class DayClock(IServiceScopeFactory scopes, NpgsqlDataSource database, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<DayClock> logger)
    : BackgroundService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the day of the start has begun.</summary>
    public Task CaughtUp => _caughtUp.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);

        while (true)
        {
            var wait = await CatchUpAsync(stoppingToken) ? UntilMidnight() : BetweenTries;
            await Task.Delay(wait, clock, stoppingToken);
        }
    }

    private async Task<bool> CatchUpAsync(CancellationToken cancellation)
    {
        try
        {
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            await using var scope = scopes.CreateAsyncScope();
            var bus = scope.ServiceProvider.GetRequiredService<IMessageBus>();
            foreach (var date in BeginDay.Missed(await LastAsync(cancellation), today))
                await bus.InvokeAsync(new BeginDay(date), cancellation);
            _caughtUp.TrySetResult();
            return true;
        }
        // A failure that escapes would end the host; the store wraps those of the database in its own.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            DayWaits(e, BetweenTries.TotalSeconds);
            return false;
        }
    }

    private TimeSpan UntilMidnight()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return now.Date.AddDays(1) - now;
    }

    private async Task<DateOnly?> LastAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select max(id) from {Schema.Events}.mt_streams where id like 'day/%'");
        return await command.ExecuteScalarAsync(cancellation) is string id ? DateOnly.ParseExact(id["day/".Length..], "yyyy-MM-dd") : null;
    }

    [LoggerMessage(LogLevel.Warning, "The day could not begin; trying again in {Seconds} s")]
    private partial void DayWaits(Exception e, double seconds);
}
