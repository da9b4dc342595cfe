using System.Diagnostics.Metrics;

namespace PolicyTracker.Webhooks;

/// <summary>What is counted of the webhooks on this node.</summary>
internal sealed class WebhookMetrics
{
    private static readonly AttemptResult[] Results = Enum.GetValues<AttemptResult>();

    private readonly long[] _attempts = new long[Results.Length];

    // Observed, and so told while they are zero: an alarm on the first failure needs the zero before it.
    public WebhookMetrics(IMeterFactory meters) => meters.Create(Meters.Name).CreateObservableCounter(
        "policytracker.webhook.attempts",
        () => Results.Select(result => new Measurement<long>(Volatile.Read(ref _attempts[(int)result]), new KeyValuePair<string, object?>("result", WireNames.Of(result)))),
        "{attempt}", "Attempts to deliver a message, by what came of them.");

    public void Ended(AttemptResult result) => Interlocked.Increment(ref _attempts[(int)result]);
}
