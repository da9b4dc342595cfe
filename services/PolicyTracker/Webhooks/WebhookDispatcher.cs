using System.Collections.Concurrent;

namespace PolicyTracker.Webhooks;

/// <summary>
/// Gives the subscriptions that are due their turns, round robin: one slot each, so many on a node and so many to one host. However far one is behind, it
/// has one slot, and gives it up to those who wait.
/// </summary>
internal sealed partial class WebhookDispatcher(CourierTools tools, FailureNotices notices, ILogger<WebhookDispatcher> logger) : BackgroundService
{
    /// <summary>How many subscriptions a node serves at once.</summary>
    public const int MostServed = 64;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1), BetweenRenewals = TimeSpan.FromSeconds(5), BetweenNotices = TimeSpan.FromMinutes(1), BetweenCleanings = TimeSpan.FromHours(1);
    /// <summary>How long what is on its way may take when the service stops.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Lease> _served = [];
    private TaskCompletionSource _wake = NewSignal();

    /// <summary>Looks at once for what is due.</summary>
    public void Wake() => Interlocked.Exchange(ref _wake, NewSignal()).SetResult();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        DispatchAsync(stoppingToken),
        RepeatAsync(BetweenRenewals, cancellation => tools.Leases.RenewAsync([.. _served.Values], cancellation), stoppingToken),
        RepeatAsync(BetweenNotices, notices.TellAsync, stoppingToken),
        RepeatAsync(BetweenCleanings, cancellation => DeliveryLog.ForgetAsync(tools.Database, tools.Clock.GetUtcNow(), cancellation), stoppingToken));

    private async Task DispatchAsync(CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource();
        var turns = new List<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            // Whoever asks to be woken before looking misses nothing.
            var woken = Task.WhenAny(tools.Feed.Signal(0), Volatile.Read(ref _wake).Task, Task.Delay(Poll, tools.Clock, stoppingToken));
            try
            {
                var leases = await tools.Leases.ClaimAsync(MostServed - _served.Count, tools.Feed.Head, _served.Keys, tools.Hosts.Places(), stoppingToken);
                foreach (var lease in leases)
                    turns.Add(ServeAsync(lease, stoppingToken, patience.Token));
            }
            catch (Exception e)
            {
                if (!stoppingToken.IsCancellationRequested)
                    Interrupted(e);
            }

            turns.RemoveAll(turn => turn.IsCompleted);
            await woken;
        }

        patience.CancelAfter(Grace);
        await Task.WhenAll(turns);
    }

    private async Task ServeAsync(Lease lease, CancellationToken stopping, CancellationToken cancellation)
    {
        var (id, host) = (lease.Subscription.Id, lease.Subscription.Settings.Host);
        _served[id] = lease;
        tools.Hosts.Enter(host);
        try
        {
            await TakeTurnAsync(lease, stopping, cancellation);
        }
        catch (LeaseLostException)
        {
            TakenOver(id);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // Its lease runs out, and then it is tried again.
            Failed(e, id);
        }
        finally
        {
            _served.TryRemove(id, out _);
            tools.Hosts.Leave(host);
            Wake();
        }
    }

    private async Task TakeTurnAsync(Lease lease, CancellationToken stopping, CancellationToken cancellation)
    {
        var host = lease.Subscription.Settings.Host;
        try
        {
            await new Courier(tools, lease, () => _served.Count == MostServed || tools.Hosts.IsFull(host), stopping).RunAsync(cancellation);
        }
        catch (Refused) when (!cancellation.IsCancellationRequested)
        {
            await tools.Disabling.StopAsync(lease, SubscriptionState.Paused, StateReason.CursorLost, lease.Subscription.Cursor, cancellation);
        }
    }

    private async Task RepeatAsync(TimeSpan between, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(between, tools.Clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await work(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Interrupted(e);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(LogLevel.Warning, "Webhooks wait; trying again")]
    private partial void Interrupted(Exception e);

    [LoggerMessage(LogLevel.Information, "Subscription {Id} is served by another node now")]
    private partial void TakenOver(string id);

    [LoggerMessage(LogLevel.Warning, "Subscription {Id} cannot be served; trying again")]
    private partial void Failed(Exception e, string id);
}
