namespace PolicyTracker.Recording;

/// <summary>Takes the way of every event, from the write to the readers of the feed, so that silence is told from a fault.</summary>
[WireName("canary")]
public sealed record Canary : ServiceEvent
{
    public const string Stream = "canary";
}
