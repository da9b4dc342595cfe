namespace PolicyTracker.Webhooks;

/// <summary>When a message that failed is tried again: eleven attempts over some three days.</summary>
internal static class RetrySchedule
{
    private const double Spread = 0.2;

    // Before the first attempt, the second, and so on.
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    public static int MostAttempts => Waits.Length;

    /// <summary>How long to wait after so many failures; null when there is no further attempt.</summary>
    /// <param name="retryAfter">What the receiver asked for; it makes a wait longer, never shorter.</param>
    /// <param name="chance">From 0 to below 1: those who failed together do not come back together.</param>
    public static TimeSpan? After(int failures, TimeSpan? retryAfter, double chance)
    {
        if (failures >= MostAttempts)
            return null;
        var wait = Waits[failures] * (1 - Spread + 2 * Spread * chance);
        return retryAfter > wait ? retryAfter : wait;
    }
}
