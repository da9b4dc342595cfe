using PolicyTracker.Feeds;

namespace PolicyTracker.Webhooks;

/// <summary>The replays of a subscription beside its order: one message at a time, tried as often as any, and then left.</summary>
internal sealed class ReplayLane(Replays replays, Lease lease, TimeProvider clock)
{
    private Replay? _replay;
    private bool _sending;
    private int _most = lease.Subscription.Rules.MostEvents;

    /// <summary>When the next message is sent; null when there is none, or one is on its way.</summary>
    public DateTimeOffset? Due => _sending ? null : _replay?.Due;

    public async Task OpenAsync(CancellationToken cancellation) => _replay = await replays.FirstAsync(lease.Subscription.Id, cancellation);

    /// <summary>The message that is due now; null when none is.</summary>
    public async Task<Message?> NextAsync(CancellationToken cancellation)
    {
        while (Due <= clock.GetUtcNow())
        {
            var events = await replays.NextAsync(_replay!, lease.Subscription, _most, cancellation);
            if (events.Count > 0)
            {
                _sending = true;
                return new Message(lease.Subscription, events);
            }

            await replays.RemoveAsync(lease, _replay!, cancellation);
            await OpenAsync(cancellation);
        }

        return null;
    }

    public async Task EndAsync(Message message, Attempt attempt, CancellationToken cancellation)
    {
        var replay = _replay!;
        var now = clock.GetUtcNow();
        // A message of the log is sent as it was, or not at all.
        var divisible = replay.What is ReplayOf.All or ReplayOf.Missing && message.Events.Count > 1;
        var verdict = Verdict.OfReplay(attempt, divisible, replay.Failures, now, Jitter.Next());
        int? learned = verdict.Status == DeliveryStatus.Split ? message.Events.Count / 2 : null;
        _most = learned ?? _most;
        _replay = verdict.Status switch
        {
            DeliveryStatus.Waiting => replay with { Failures = verdict.Failures, Due = verdict.Due!.Value },
            DeliveryStatus.Split => replay with { Due = now },
            _ => replay with { Cursor = message.Last, Remaining = replay.Remaining - 1, Failures = 0, Due = now },
        };
        _sending = false;
        await replays.EndAsync(lease, _replay, message, verdict, attempt, learned, cancellation);
    }
}
