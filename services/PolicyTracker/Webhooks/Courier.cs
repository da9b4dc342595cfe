using Npgsql;
using PolicyTracker.Feeds;

namespace PolicyTracker.Webhooks;

/// <summary>What all couriers of a node work with.</summary>
internal sealed record CourierTools(
    Feed Feed, Leases Leases, MessageSender Sender, Replays Replays, Disabling Disabling, WebhookHosts Hosts, NpgsqlDataSource Database, TimeProvider Clock);

/// <summary>
/// Serves one subscription for a turn: reads the feed, sends what <see cref="DeliveryQueue"/> decides, writes what became of it, and gives the subscription
/// back when there is nothing to do for a while, when somebody has acted on it, or when others wait for a turn.
/// </summary>
/// <param name="crowded">Whether others wait.</param>
/// <param name="stopping">The service stops: what is on its way comes to its end, and nothing more is sent.</param>
internal sealed class Courier(CourierTools tools, Lease lease, Func<bool> crowded, CancellationToken stopping)
{
    private const int PageSize = 100;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);
    /// <summary>What is due within this time is waited for.</summary>
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _clock = tools.Clock;
    private readonly Subscription _subscription = lease.Subscription;
    private readonly string _host = lease.Subscription.Settings.Host;
    private readonly RateLimit _rate = new(lease.Subscription.Rate, tools.Clock);
    private readonly ReplayLane _replays = new(tools.Replays, lease, tools.Clock);
    private readonly Dictionary<long, FeedEntry> _entries = [];
    private readonly List<Task<Sent>> _onTheirWay = [];
    private HashSet<long> _known = [];
    private DeliveryQueue _queue = DeliveryQueue.At(lease.Subscription.Cursor);
    private DeliveryRules _rules = lease.Subscription.Rules;
    private DateTimeOffset? _failingSince = lease.Subscription.FailingSince;
    private bool _more = true;
    private bool _over;

    /// <exception cref="LeaseLostException">Another node has taken the subscription over.</exception>
    /// <exception cref="Refused">What follows the cursor is kept no longer, or is numbered anew.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await ServeAsync(ends.Token);
        }
        finally
        {
            await ends.CancelAsync();
        }
    }

    private async Task ServeAsync(CancellationToken cancellation)
    {
        await TakeUpAsync(cancellation);
        var begun = _clock.GetTimestamp();
        while (true)
        {
            // Whoever asks to be woken before looking misses nothing.
            var news = tools.Feed.Signal(0);
            _over |= stopping.IsCancellationRequested || (_clock.GetElapsedTime(begun) > Turn && crowded());
            var plan = await SendDueAsync(cancellation);
            if (plan.Starved && (_more || tools.Feed.Head > _queue.Scanned))
            {
                await ReadAsync(cancellation);
                continue;
            }

            var due = DueAfter(plan);
            if (_onTheirWay.Count == 0 && (_over || IsShut || due is null || due > _clock.GetUtcNow() + Brief))
            {
                await tools.Leases.ReleaseAsync(lease, _queue.Cursor, due, plan.Starved ? _queue.Scanned : null, cancellation);
                return;
            }

            await WaitAsync(due, plan.Starved ? news : null, cancellation);
            var ended = _onTheirWay.Where(sending => sending.IsCompleted).ToList();
            _onTheirWay.RemoveAll(ended.Contains);
            foreach (var sent in ended)
                await EndAsync(await sent, cancellation);
            if (ended.Count == 0)
                _over |= await tools.Leases.VersionAsync(lease, cancellation) != _subscription.Version;
        }
    }

    /// <summary>Finds out what the turns before have left.</summary>
    private async Task TakeUpAsync(CancellationToken cancellation)
    {
        var logged = await DeliveryLog.BeyondAsync(tools.Database, _subscription, cancellation);
        _known = [.. logged.SelectMany(message => message.Positions)];
        var waiting = logged.Where(message => message.Status == DeliveryStatus.Waiting).ToList();
        foreach (var entry in await tools.Feed.AtAsync([.. waiting.SelectMany(message => message.Positions)], cancellation))
            _entries[entry.Position] = entry;
        _queue = _queue.With(
            from message in waiting
            where message.Positions.All(_entries.ContainsKey)
            select new Parcel([.. message.Positions], _entries[message.Positions[0]].Stream, message.Failures, message.Due!.Value));
        await _replays.OpenAsync(cancellation);
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var filter = await _subscription.Settings.Filter.WithMembersAsync(tools.Database, _clock, cancellation);
        var page = await tools.Feed.ReadAsync(_queue.Scanned, filter, PageSize, cancellation);
        if (page.Epoch != _subscription.Epoch)
            throw new Refused(Codes.CursorEpoch, "The feed was numbered anew.");
        var fresh = page.Entries.Where(entry => !_known.Contains(entry.Position)).ToList();
        foreach (var entry in fresh)
            _entries[entry.Position] = entry;
        var now = _clock.GetUtcNow();
        _queue = _queue.Read(fresh.Select(entry => new FreshEvent(entry.Position, entry.Stream, entry.PublishedAt < now ? entry.PublishedAt : now)), page.Scanned);
        _more = page.HasMore;
    }

    private async Task<Plan> SendDueAsync(CancellationToken cancellation)
    {
        var plan = _queue.Next(_rules, Room(), _clock.GetUtcNow());
        _queue = plan.Queue;
        foreach (var parcel in plan.Sends)
            Send(parcel, new Message(_subscription, [.. parcel.Positions.Select(position => _entries[position])]), cancellation);
        if (Room() > _queue.InFlight.Count && await _replays.NextAsync(cancellation) is { } again)
            Send(null, again, cancellation);
        return plan;
    }

    /// <summary>Whether its host was found dead, and is to be left alone for now.</summary>
    private bool IsShut => tools.Hosts.RoomOn(_host) == 0;

    private int Room() => _over ? 0 : _rate.Of(tools.Hosts.RoomOn(_host), _queue.InFlight.Count);

    private void Send(Parcel? parcel, Message message, CancellationToken cancellation)
    {
        tools.Hosts.Sent(_host);
        _rate.Sent();
        _onTheirWay.Add(SendAsync(_queue.Cursor));

        async Task<Sent> SendAsync(long cursor) => new(parcel, message, await tools.Sender.SendAsync(message, cursor, redelivery: parcel is null, cancellation));
    }

    private async Task EndAsync(Sent sent, CancellationToken cancellation)
    {
        var hostShut = tools.Hosts.IsShut(_host);
        tools.Hosts.Ended(_host, sent.Attempt);
        if (sent.Parcel is not { } parcel)
        {
            await _replays.EndAsync(sent.Message, sent.Attempt, cancellation);
            if (sent.Attempt.Result == AttemptResult.Delivered)
                _failingSince = null;
            return;
        }

        var now = _clock.GetUtcNow();
        var verdict = Verdict.On(sent.Attempt, parcel.Positions.Length, parcel.Failures, new Standing(_failingSince, _subscription.Settings.OnExhausted, hostShut), now, Jitter.Next());
        _queue = verdict.Status switch
        {
            DeliveryStatus.Waiting => _queue.Again(parcel, verdict.Failures, verdict.Due!.Value),
            DeliveryStatus.Split => _queue.Split(parcel),
            _ => _queue.Done(parcel),
        };
        if (verdict.Status == DeliveryStatus.Split)
            _rules = _rules with { MostEvents = parcel.Positions.Length / 2 };
        if (verdict.Status is DeliveryStatus.Delivered or DeliveryStatus.Parked)
            foreach (var position in parcel.Positions)
                _entries.Remove(position);
        _failingSince = verdict.Status == DeliveryStatus.Delivered ? null : _failingSince ?? now;

        var learned = verdict.Status == DeliveryStatus.Split ? _rules.MostEvents : (int?)null;
        var isAsItWas = await tools.Leases.EndAsync(lease, sent.Message, verdict, sent.Attempt, _queue.Cursor, learned, cancellation) == _subscription.Version;
        _over |= !isAsItWas;
        // Where somebody has acted meanwhile, the attempt may have gone to a receiver that is the subscription's no longer.
        if (verdict.State is { } state && isAsItWas)
        {
            await tools.Disabling.StopAsync(lease, state, verdict.Reason!.Value, _queue.Cursor, cancellation);
            _over = true;
        }
    }

    /// <summary>When there is something to do, if nothing else happens. Where nothing may be sent, the subscription is left as due as it is.</summary>
    private DateTimeOffset? DueAfter(Plan plan)
    {
        var due = new[] { plan.Wake, _rate.Next, Room() > _queue.InFlight.Count ? _replays.Due : null }.Min();
        // Where neither a time nor news brings something, there was no room, and there may be some by now.
        if ((due is not null || plan.Starved) && !_over && !IsShut)
            return due;
        return _onTheirWay.Count > 0 ? null : _rate.Next ?? _clock.GetUtcNow();
    }

    private async Task WaitAsync(DateTimeOffset? due, Task? news, CancellationToken cancellation)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _over ? CancellationToken.None : stopping);
        var wait = due is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Max(0, (due.Value - _clock.GetUtcNow()).Ticks));
        await Task.WhenAny([Task.Delay(wait, _clock, woken.Token), .. _onTheirWay, .. news is null ? Array.Empty<Task>() : [news]]);
        await woken.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private sealed record Sent(Parcel? Parcel, Message Message, Attempt Attempt);
}
