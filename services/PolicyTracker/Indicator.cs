using System.Text.Json.Serialization;

namespace PolicyTracker;

/// <summary>The eleven indicators of the reliance method. Their ids appear in facts, in answers and in links, and never change.</summary>
public enum Indicator
{
    /// <summary>Reliance: hosted services offered to the country.</summary>
    [JsonStringEnumMemberName("R1")] R1,
    /// <summary>Reliance: informal access by proxy, VPN or reseller.</summary>
    [JsonStringEnumMemberName("R2")] R2,
    /// <summary>Reliance: local models derived from foreign ones.</summary>
    [JsonStringEnumMemberName("R3")] R3,
    /// <summary>Reliance: local products with foreign tools and APIs embedded.</summary>
    [JsonStringEnumMemberName("R4")] R4,
    /// <summary>Reliance: foreign compute, as chips or as cloud.</summary>
    [JsonStringEnumMemberName("R5")] R5,
    /// <summary>Restriction: the supplier's controls on models.</summary>
    [JsonStringEnumMemberName("X1")] X1,
    /// <summary>Restriction: the supplier's controls on compute.</summary>
    [JsonStringEnumMemberName("X2")] X2,
    /// <summary>Restriction: what providers do themselves.</summary>
    [JsonStringEnumMemberName("X3")] X3,
    /// <summary>Restriction: the dependent country's own barriers.</summary>
    [JsonStringEnumMemberName("X4")] X4,
    /// <summary>Substitution: domestic models approved for the public.</summary>
    [JsonStringEnumMemberName("S1")] S1,
    /// <summary>Substitution: the policy of self-reliance.</summary>
    [JsonStringEnumMemberName("S2")] S2,
}

/// <summary>The scales of the indicators.</summary>
public static class IndicatorScale
{
    /// <summary>The highest code (N of the method); the lowest is 0 everywhere.</summary>
    public static int Top(this Indicator indicator) => indicator == Indicator.R2 ? 2 : 3;
}
