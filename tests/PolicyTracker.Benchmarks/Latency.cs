using System.Diagnostics;

namespace PolicyTracker.Benchmarks;

/// <summary>From a write to its event at each of 1,000 subscribers, at 50 writes a second, and where the time goes.</summary>
internal static class Latency
{
    private const int Readers = 1000, PerSecond = 50, WarmUp = 1500, Events = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task RunAsync()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        await using var rows = await FeedRowsSeen.ListenAsync(service);
        await service.RecordAsync(1);
        var ours = await MeasureAsync(service.Stream, "event: checkpoint", () => service.RecordAsync(1));
        var seen = await rows.OfFactsAsync(Events);

        var message = await service.MessageAsync();
        await using var nchan = await Nchan.StartAsync();
        var theirs = await MeasureAsync(nchan.Stream, "\r\n\r\n", () => nchan.PublishAsync(message));

        var unit = theirs.Deliveries(write => write.Sent);
        await new Report("From commit to client", $"{Readers:N0} subscribers of `/v1/events/stream`, {PerSecond} writes a second by `POST /v1/facts`, {Events:N0} writes after {WarmUp} to warm up; milliseconds on the clients' clock, over all deliveries.")
            .Table(["from … to", "p50", "p99", "most", "p50 to nchan's", "p99 to nchan's"],
                ours.Deliveries(write => write.Answered).Row("**answer to the write … event at the subscriber**", unit),
                ours.Deliveries(write => write.Sent).Row("request of the write … event at the subscriber", unit),
                unit.Row("the same, nchan", unit))
            .Say("Where it goes, for each write:")
            .Table(["from … to", "p50", "p99", "most", "p50 to nchan's", "p99 to nchan's"],
                ours.Of(i => (ours.Writes[i].Sent, ours.Writes[i].Answered)).Row("request … answer, the commit", unit),
                ours.Of(i => (ours.Writes[i].Answered, seen[i])).Row("answer … row in the feed, heard by a listener", unit),
                ours.Of(i => (seen[i], ours.First(i))).Row("row in the feed … first subscriber", unit),
                ours.Of(i => (ours.First(i), ours.Last(i))).Row("first … last subscriber", unit))
            .Say($"{ours.PerSecond:0} writes a second were made, {theirs.PerSecond:0} of nchan's.")
            .WriteAsync("latency");
    }

    private static async Task<Run> MeasureAsync(Uri stream, string until, Func<Task> publish)
    {
        using var subscribers = Subscribers.Connect(stream, Readers, until);
        await PublishAsync(publish, new (long, long)[WarmUp]);
        await AllAsync(subscribers, WarmUp);
        var arrivals = subscribers.KeepArrivals(Events);
        var writes = new (long Sent, long Answered)[Events];
        var watch = Stopwatch.StartNew();
        await PublishAsync(publish, writes);
        var perSecond = Events / watch.Elapsed.TotalSeconds;
        await AllAsync(subscribers, WarmUp + Events);
        return new Run(writes, arrivals, perSecond);
    }

    private static async Task AllAsync(Subscribers subscribers, int events)
    {
        if (!await subscribers.DeliveredAsync((long)events * Readers, Patience))
            throw new InvalidOperationException($"{subscribers.Delivered} of {events * Readers} deliveries came; {subscribers.Lost} connections were lost.");
    }

    private static async Task PublishAsync(Func<Task> publish, (long Sent, long Answered)[] writes)
    {
        using var turn = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
        for (var i = 0; i < writes.Length; i++)
        {
            await turn.WaitForNextTickAsync();
            var sent = Stopwatch.GetTimestamp();
            await publish();
            writes[i] = (sent, Stopwatch.GetTimestamp());
        }
    }

    private sealed record Run((long Sent, long Answered)[] Writes, long[] Arrivals, double PerSecond)
    {
        public long First(int write) => Arrivals[(write * Readers)..((write + 1) * Readers)].Min();
        public long Last(int write) => Arrivals[(write * Readers)..((write + 1) * Readers)].Max();

        public Figures Deliveries(Func<(long Sent, long Answered), long> from) => new(Arrivals.Select((at, i) => Stopwatch.GetElapsedTime(from(Writes[i / Readers]), at)));
        public Figures Of(Func<int, (long From, long To)> span) => new(Enumerable.Range(0, Writes.Length).Select(span).Select(s => Stopwatch.GetElapsedTime(s.From, s.To)));
    }
}
