using System.Security.Cryptography;

namespace PolicyTracker.Feeds;

/// <summary>Spreads over time what many connections would do at once. No decision rests on it.</summary>
internal static class Jitter
{
    /// <summary>A number from 0 to below 1.</summary>
    public static double Next() => RandomNumberGenerator.GetInt32(1_000_000) / 1_000_000.0;
}
