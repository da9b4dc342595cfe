namespace PolicyTracker.Days;

/// <summary>A day began, in UTC. The projections' only clock: measures come into force, facts become effective and codes go stale with it.</summary>
[WireName("day_began")]
public sealed record DayBegan(DateOnly Date)
{
    public static string Stream(DateOnly date) => $"day/{date:yyyy-MM-dd}";
}
