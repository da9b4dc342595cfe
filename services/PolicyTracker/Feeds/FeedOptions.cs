namespace PolicyTracker.Feeds;

/// <summary>What holds for the feed on one node, under <c>PolicyTracker:Feed</c>.</summary>
public sealed record FeedOptions
{
    /// <summary>How many streams and waiting reads one node holds.</summary>
    public int StreamsPerNode { get; init; } = 1000;
    /// <summary>How many of them come from one address.</summary>
    public int StreamsPerAddress { get; init; } = 2;
    /// <summary>How many events a second one stream gets while it catches up; 0 for as many as its reader takes.</summary>
    public int CatchUpPerSecond { get; init; }
    /// <summary>After how many seconds a canary follows the one before; 0 for none.</summary>
    public double CanarySeconds { get; init; } = 300;

    internal TimeSpan? CanaryInterval => CanarySeconds > 0 ? TimeSpan.FromSeconds(CanarySeconds) : null;
}
