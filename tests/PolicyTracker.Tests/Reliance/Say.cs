using PolicyTracker.Reliance;

namespace PolicyTracker.Tests.Reliance;

/// <summary>Claims on CN's reliance on US, each plain until a spec says what it is about.</summary>
internal static class Say
{
    public static readonly DateOnly Day = Seed.Date("2024-01-10");

    /// <summary>One tier B, unreviewed claim of <see cref="Day"/>, general, about the subject "one".</summary>
    public static Claim That(Indicator indicator, int value, ClaimKind kind = ClaimKind.Code, string subject = "one") => new()
    {
        Origin = "fact",
        Dependent = "CN",
        Supplier = "US",
        Indicator = indicator,
        Subject = subject,
        Kind = kind,
        Value = value,
        General = true,
        Effective = Day,
        Tier = Tier.B,
        Reviewed = false,
        Publisher = "Reuters",
        Disputed = false,
    };

    public static Claim OnDay(this Claim claim, int day) => claim with { Effective = Day.AddDays(day) };

    /// <summary>What is concluded of one indicator a month after <see cref="Day"/>.</summary>
    public static IndicatorConclusion Conclude(Indicator indicator, params Claim[] claims) => ConcludeOn(Day.AddDays(31), indicator, claims);

    public static IndicatorConclusion ConcludeOn(DateOnly asOf, Indicator indicator, params Claim[] claims) => Pair(claims, asOf).Of(indicator);

    public static PairConclusion Pair(IReadOnlyCollection<Claim> claims, DateOnly asOf) => Exact(claims, asOf).Rounded();

    /// <summary>The conclusion before it is rounded.</summary>
    public static PairConclusion Exact(IReadOnlyCollection<Claim> claims, DateOnly asOf) => Conclusions.Conclude(
        Methods.First,
        "CN", "US",
        Conclusions.Tallied(claims.Where(claim => claim.Supplier == "US"), asOf),
        Conclusions.Tallied(claims.Where(claim => claim.Supplier == Claim.EveryPair), asOf), asOf);
}
