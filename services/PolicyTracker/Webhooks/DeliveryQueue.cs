using System.Collections.Immutable;

namespace PolicyTracker.Webhooks;

/// <summary>An event that was not tried yet, as much of it as the order of deliveries asks for.</summary>
/// <param name="Key">What must stay in order goes together: the event's stream.</param>
/// <param name="Since">When it was read.</param>
internal readonly record struct FreshEvent(long Position, string Key, DateTimeOffset Since);

/// <summary>The events of one message: tried, acknowledged and parked as a whole.</summary>
/// <param name="Positions">At least one, rising.</param>
/// <param name="Failures">How many failed attempts count against it.</param>
/// <param name="Due">It is not tried before.</param>
internal sealed record Parcel(ImmutableArray<long> Positions, string Key, int Failures, DateTimeOffset Due)
{
    public long First => Positions[0];
    public long Last => Positions[^1];
}

/// <summary>In which order, and how many at once.</summary>
/// <param name="MostInFlight">How many messages may be on their way; with strict one, whatever this says.</param>
/// <param name="MostEvents">How many events a message holds; it waits for that many, <paramref name="MostWait"/> at most.</param>
internal sealed record DeliveryRules(Ordering Ordering, int MostInFlight, int MostEvents, TimeSpan MostWait)
{
    /// <summary>How many keys are on their way at once where order is kept for each.</summary>
    public const int MostKeys = 8;

    public int Capacity => Ordering switch
    {
        Ordering.Strict => 1,
        Ordering.Keyed => Math.Min(MostKeys, MostInFlight),
        _ => MostInFlight,
    };
}

/// <summary>What to do now.</summary>
/// <param name="Queue">The queue with what is sent on its way.</param>
/// <param name="Wake">When there is more to send, if nothing else happens; null when only an end or news brings it.</param>
/// <param name="Starved">Whether another event of the feed could be sent at once.</param>
internal sealed record Plan(DeliveryQueue Queue, IReadOnlyList<Parcel> Sends, DateTimeOffset? Wake, bool Starved);

/// <summary>
/// What one subscription is still to get of what was read of the feed: the decision what to send next, without a clock and without a network. An event is
/// fresh, on its way, or waits for another attempt, and it leaves when it is delivered or parked.
/// </summary>
/// <param name="Scanned">Up to where the feed was read: an event at or below it that matches is here, or it is done.</param>
internal sealed record DeliveryQueue(long Scanned, ImmutableList<FreshEvent> Fresh, ImmutableList<Parcel> Waiting, ImmutableList<Parcel> InFlight)
{
    /// <summary>How many events are held at most; the feed is read no further until some of them are done.</summary>
    public const int MostUnfinished = 1000;
    /// <summary>How far beyond the cursor the feed is read, in positions: whoever takes the subscription over looks through what was delivered in between.</summary>
    public const int MostAhead = 10_000;

    public static DeliveryQueue At(long cursor) => new(cursor, [], [], []);

    /// <summary>The safe watermark: every event at or below it is delivered or parked.</summary>
    public long Cursor => Firsts().Select(first => first - 1).Append(Scanned).Min();

    public int Unfinished => Fresh.Count + Waiting.Sum(parcel => parcel.Positions.Length) + InFlight.Sum(parcel => parcel.Positions.Length);

    /// <summary>The queue with what was read after <see cref="Scanned"/>.</summary>
    public DeliveryQueue Read(IEnumerable<FreshEvent> events, long scanned) => WithFresh(events) with { Scanned = scanned };

    /// <summary>The queue with messages that wait already.</summary>
    public DeliveryQueue With(IEnumerable<Parcel> waiting) => this with { Waiting = Waiting.AddRange(waiting) };

    /// <summary>Decides what is sent now.</summary>
    /// <param name="room">How many messages may be on their way as far as the receiver's host is concerned.</param>
    public Plan Next(DeliveryRules rules, int room, DateTimeOffset now)
    {
        var free = Math.Min(rules.Capacity, room) - InFlight.Count;
        var blocked = InFlight.Select(parcel => LaneOf(parcel, rules.Ordering)).ToHashSet();
        DateTimeOffset? wake = null;
        var sends = new List<Parcel>();
        foreach (var parcel in Waiting.Concat(Gathered(rules)).OrderBy(parcel => parcel.First))
        {
            if (sends.Count >= free)
                break;
            // The first of its lane goes first: behind it the lane is blocked, whether it goes now or later.
            if (!blocked.Add(LaneOf(parcel, rules.Ordering)))
                continue;
            if (parcel.Due <= now)
                sends.Add(parcel);
            else if (wake is null || parcel.Due < wake)
                wake = parcel.Due;
        }

        var queue = Sending(sends);
        var strictlyBlocked = rules.Ordering == Ordering.Strict && (Waiting.Count > 0 || Fresh.Count >= rules.MostEvents);
        return new Plan(queue, sends, wake, sends.Count < free && !strictlyBlocked && queue.Unfinished < MostUnfinished && queue.Scanned - queue.Cursor < MostAhead);
    }

    /// <summary>The queue without a message that is delivered or parked.</summary>
    public DeliveryQueue Done(Parcel parcel) => this with { InFlight = InFlight.Remove(parcel) };

    /// <summary>The queue with a message that is tried again later.</summary>
    public DeliveryQueue Again(Parcel parcel, int failures, DateTimeOffset due) =>
        Done(parcel) with { Waiting = Waiting.Add(parcel with { Failures = failures, Due = due }) };

    /// <summary>The queue with the events of a message that was too large, to be sent in smaller ones.</summary>
    public DeliveryQueue Split(Parcel parcel) => Done(parcel).WithFresh(parcel.Positions.Select(position => new FreshEvent(position, parcel.Key, parcel.Due)));

    // What waited when the subscription was taken over may lie ahead of what is read then.
    private DeliveryQueue WithFresh(IEnumerable<FreshEvent> events) => this with { Fresh = [.. Fresh.Concat(events).OrderBy(fresh => fresh.Position)] };

    private DeliveryQueue Sending(List<Parcel> sends)
    {
        if (sends.Count == 0)
            return this;
        var sent = sends.SelectMany(parcel => parcel.Positions).ToHashSet();
        return this with { Fresh = Fresh.RemoveAll(fresh => sent.Contains(fresh.Position)), Waiting = Waiting.RemoveRange(sends), InFlight = InFlight.AddRange(sends) };
    }

    /// <summary>The messages that the fresh events make, each in the order of its events.</summary>
    private IEnumerable<Parcel> Gathered(DeliveryRules rules) =>
        from fresh in Fresh
        group fresh by rules.Ordering == Ordering.Keyed ? fresh.Key : "" into lane
        from events in lane.Chunk(rules.MostEvents)
        let due = events.Length == rules.MostEvents ? events[0].Since : events[0].Since + rules.MostWait
        select new Parcel([.. events.Select(fresh => fresh.Position)], events[0].Key, 0, due);

    private static string LaneOf(Parcel parcel, Ordering ordering) => ordering switch
    {
        Ordering.Strict => "",
        Ordering.Keyed => parcel.Key,
        _ => parcel.First.ToString(),
    };

    private IEnumerable<long> Firsts() =>
        [.. Fresh.Take(1).Select(fresh => fresh.Position), .. Waiting.Select(parcel => parcel.First), .. InFlight.Select(parcel => parcel.First)];
}
