using PolicyTracker.Days;
using PolicyTracker.Recording;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Views;

/// <summary>Adopts at start the method that the settings name, unless it is the one last adopted. Whichever node is first appends the event.</summary>
public sealed partial class AdoptMethod(
    Ledger ledger, DayClock days, IServiceProvider services, TimeProvider clock, IConfiguration configuration, ILogger<AdoptMethod> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _adopted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MethodDefinition _method = Methods.First;

    /// <summary>Ends when the views conclude with the method.</summary>
    public Task Adopted => _adopted.Task;

    /// <exception cref="UnknownMethodException">The settings name no version of the method; the service does not start.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _method = Methods.Of(configuration["PolicyTracker:Method"] ?? Methods.First.Id);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await days.CaughtUp.WaitAsync(stoppingToken);
        while (!await AdoptAsync(stoppingToken))
            await Task.Delay(BetweenTries, clock, stoppingToken);
        _adopted.SetResult();
    }

    private async Task<bool> AdoptAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await ledger.WriteAsync(null, DecideAsync, cancellation);
            await AtLeast.WaitAsync(services, answer.Sequence, Timeout.InfiniteTimeSpan, cancellation);
            MethodPublished(_method.Id);
            return true;
        }
        // A failure that escapes would end the host; the store wraps those of the database in its own.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            MethodWaits(e, BetweenTries.TotalSeconds);
            return false;
        }
    }

    private async Task<Answer> DecideAsync(Draft draft)
    {
        var last = await draft.ReadLockedAsync(MethodAdopted.Stream) is [.., var newest] ? newest : null;
        var adopted = new MethodAdopted(_method.Id, (last?.Data as MethodAdopted)?.Method ?? Methods.First.Id);
        if (adopted.Method != adopted.Previous && last is null)
            draft.Start<MethodAdopted>(MethodAdopted.Stream, adopted);
        else if (adopted.Method != adopted.Previous)
            draft.Append(MethodAdopted.Stream, adopted);
        return new Answer(StatusCodes.Status200OK, adopted, Sequence: last?.Sequence ?? 0);
    }

    [LoggerMessage(LogLevel.Information, "Method: {Method}")]
    private partial void MethodPublished(string method);

    [LoggerMessage(LogLevel.Warning, "The method could not be adopted; trying again in {Seconds} s")]
    private partial void MethodWaits(Exception e, double seconds);
}
