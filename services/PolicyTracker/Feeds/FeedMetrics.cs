using System.Diagnostics.Metrics;

namespace PolicyTracker.Feeds;

/// <summary>What is counted and timed of the feed on this node.</summary>
public sealed class FeedMetrics
{
    private readonly Histogram<double> _latency;
    private readonly Counter<long> _delivered;
    private long _caughtUp, _repaired;

    public FeedMetrics(IMeterFactory meters, FeedPlaces places)
    {
        var meter = meters.Create(Meters.Name);
        _latency = meter.CreateHistogram("policytracker.feed.latency", "s", "From the append of an event until this node's readers can have it.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] });
        _delivered = meter.CreateCounter<long>("policytracker.feed.delivered", "{event}", "Events that were written to readers.");
        // Observed, and so told while they are zero: an alarm on the first one needs the zero before it.
        meter.CreateObservableCounter("policytracker.feed.caught_up", () => Volatile.Read(ref _caughtUp), "{event}", "Events that were read from the database for a reader who is behind the newest.");
        meter.CreateObservableCounter("policytracker.feed.repaired", () => Volatile.Read(ref _repaired), "{event}", "Events that the daemon had passed over and that were published late.");
        meter.CreateObservableUpDownCounter("policytracker.feed.readers", () => places.Taken, "{connection}", "Streams and waiting reads that are held.");
    }

    /// <summary>An event has come to this node.</summary>
    internal void Arrived(FeedEntry entry, TimeSpan latency) => _latency.Record(latency.TotalSeconds, new KeyValuePair<string, object?>("canary", entry.IsCanary));

    /// <param name="channel">How they were written: pull or stream.</param>
    internal void Delivered(int events, string channel) => _delivered.Add(events, new KeyValuePair<string, object?>("channel", channel));

    internal void CaughtUp(int events) => Interlocked.Add(ref _caughtUp, events);

    internal void Repaired(int events) => Interlocked.Add(ref _repaired, events);
}
