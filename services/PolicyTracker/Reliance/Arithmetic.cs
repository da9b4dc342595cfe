namespace PolicyTracker.Reliance;

/// <summary>The arithmetic of an ordinal indicator with a scope flag, as OxCGRT publishes it. Everything is exact until it is rounded for an answer.</summary>
public static class Arithmetic
{
    /// <summary>One indicator on the scale from 0 to 100: <c>100 * (v - 0.5 * (1 - f)) / N</c>, and 0 when v is 0.</summary>
    /// <param name="value">The code v, from 0 to <paramref name="top"/>.</param>
    /// <param name="general">The flag f; an indicator without a flag is general.</param>
    /// <param name="top">The top N of the indicator's scale.</param>
    public static decimal SubScore(int value, bool general, int top) => value == 0 ? 0 : 100 * (value - (general ? 0 : 0.5m)) / top;

    /// <summary>The simple mean of sub-scores.</summary>
    public static decimal Mean(IReadOnlyCollection<decimal> scores) => scores.Sum() / scores.Count;

    /// <summary>Two places, half away from zero: the form in which every number is published.</summary>
    public static decimal Rounded(decimal score) => Math.Round(score, 2, MidpointRounding.AwayFromZero);
}
