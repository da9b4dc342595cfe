using System.Collections.Immutable;

namespace PolicyTracker.Reliance;

/// <summary>What the claims of one subject come to on one day: section 4, rules 1 and 2 of the method.</summary>
public sealed record SubjectState
{
    /// <summary>What holds; null when the subject's claims have ended and only a contested end keeps it in view.</summary>
    public required Reading? Winner { get; init; }
    /// <summary>The least of the contradicting readings, <see cref="Winner"/> when there is no contradiction, null for nothing at all.</summary>
    public required Reading? Least { get; init; }
    /// <summary>The greatest of the contradicting readings.</summary>
    public required Reading? Greatest { get; init; }
    public required bool Contested { get; init; }
    /// <summary>Whether it rests on a tier A or B claim, and not on tier C alone.</summary>
    public required bool Firm { get; init; }
    public required Confidence Confidence { get; init; }
    /// <summary>The newest effective or confirmed day among the standing claims of the winning value.</summary>
    public required DateOnly Newest { get; init; }

    /// <summary>Everything but the newest day, as a text: states that share it are counted together.</summary>
    public string Group() => string.Join('|', Winner?.Key(), Least?.Key(), Greatest?.Key(), Contested ? "contested" : "", Firm ? "firm" : "", Confidence);

    /// <summary>The state of a group, its newest day given: what <see cref="Group"/> wrote, read back.</summary>
    public static SubjectState OfGroup(string group, DateOnly newest)
    {
        var parts = group.Split('|');
        return new SubjectState
        {
            Winner = Reading.OfKey(parts[0]),
            Least = Reading.OfKey(parts[1]),
            Greatest = Reading.OfKey(parts[2]),
            Contested = parts[3].Length > 0,
            Firm = parts[4].Length > 0,
            Confidence = Enum.Parse<Confidence>(parts[5]),
            Newest = newest,
        };
    }

    /// <summary>Whether the claims of a subject are of days that follow each other, and not all of one period.</summary>
    public static bool Changes(IEnumerable<Claim> claims) => claims.All(claim => claim.Kind != ClaimKind.Derivation);

    /// <summary>Whether from one claim's day on another one tells nothing any more, whatever else is claimed: where the one ends, so does the other.</summary>
    /// <param name="earlier">A claim on the same subject, which <see cref="Changes"/>.</param>
    public static bool Outlives(Claim later, Claim earlier) =>
        earlier.Effective < later.Effective && earlier.ConfirmedOn.All(day => day <= later.Effective)
        && (IsEnder(earlier) ? IsEnder(later) && IsFirm(later) && !later.Disputed : MakesCode(earlier) && MakesCode(later)
            && (IsFirm(later) || (!IsFirm(earlier) && Reading.Of(earlier) == Reading.Of(later))));

    /// <summary>Resolves the claims of one subject.</summary>
    /// <returns>Null when nothing stands and nothing is contested.</returns>
    public static SubjectState? Resolve(IEnumerable<Claim> claims, DateOnly asOf)
    {
        var effective = claims.Where(claim => claim.Effective <= asOf).ToImmutableArray();
        var enders = effective.Where(IsEnder).ToImmutableArray();
        var standing = effective.Where(claim => MakesCode(claim) && !enders.Any(ender => Ends(ender, claim))).ToImmutableArray();
        if (standing.Length > 0)
            return Standing(standing, enders, effective.Any(claim => claim.Kind == ClaimKind.Denial), asOf);

        var undisputed = effective.RemoveAll(claim => IsEnder(claim) && claim.Disputed);
        return undisputed.Length < effective.Length && Resolve(undisputed, asOf) is { } unless
            ? unless with { Winner = null, Least = null, Contested = true }
            : null;
    }

    private static SubjectState Standing(ImmutableArray<Claim> standing, ImmutableArray<Claim> enders, bool denied, DateOnly asOf)
    {
        var firm = standing.Any(IsFirm);
        var deciding = firm ? standing.RemoveAll(claim => !IsFirm(claim)) : standing;
        var since = Changes(deciding) ? deciding.Max(claim => claim.Effective) : DateOnly.MinValue;
        var current = deciding.RemoveAll(claim => claim.Effective < since);
        var winning = Settle(current);
        var winner = Reading.Of(winning[0]);
        var undone = denied || enders.Any(ender => winning.Any(claim => Reaches(ender, claim)));
        var readings = standing.Where(claim => claim.Effective >= since).Select(Reading.Of).Append(undone ? null : winner)
            .Distinct().Order(Reading.ByScore).ToImmutableArray();
        return new SubjectState
        {
            Winner = winner,
            Least = readings[0],
            Greatest = readings[^1],
            Contested = readings.Length > 1 || current.Any(claim => claim.Disputed),
            Firm = firm,
            Confidence = winning.Max(ConfidenceOf),
            Newest = deciding.Where(claim => claim.Value == winner.Value).Max(claim => NewestDay(claim, asOf)),
        };
    }

    /// <summary>Settles a contradiction: the higher tier, then more independent publishers, then the lower value.</summary>
    private static ImmutableArray<Claim> Settle(ImmutableArray<Claim> current) => current
        .GroupBy(Reading.Of)
        .OrderBy(said => said.Min(claim => claim.Tier))
        .ThenByDescending(said => said.Select(claim => Codebook.Normalised(claim.Publisher)).Distinct().Count())
        .ThenBy(said => said.Key, Reading.ByScore)
        .First().ToImmutableArray();

    private static bool MakesCode(Claim claim) => !IsEnder(claim) && claim.Kind != ClaimKind.Denial;

    private static bool IsEnder(Claim claim) => claim.Kind is ClaimKind.End or ClaimKind.EndOfEarlier;

    private static bool IsFirm(Claim claim) => claim.Tier != Tier.C;

    private static bool Reaches(Claim ender, Claim claim) =>
        ender.Kind == ClaimKind.End ? claim.Effective <= ender.Effective : claim.Effective < ender.Effective;

    private static bool Ends(Claim ender, Claim claim) => Reaches(ender, claim) && (IsFirm(ender) || !IsFirm(claim));

    private static Confidence ConfidenceOf(Claim claim) => (claim.Reviewed, claim.Tier) switch
    {
        (true, Tier.A) => Confidence.High,
        (true, Tier.B) => Confidence.Medium,
        _ => Confidence.Low,
    };

    private static DateOnly NewestDay(Claim claim, DateOnly asOf) =>
        claim.ConfirmedOn.Where(day => day <= asOf).Append(claim.Effective).Max();
}
