using System.Globalization;

namespace PolicyTracker.Reliance;

/// <summary>What is read from a subject: its claim without its day and its source. No reading at all (null) means that the subject says nothing.</summary>
/// <param name="Counted">A service, a publisher or a provider, where the codebook counts them across subjects.</param>
public sealed record Reading(ClaimKind Kind, int Value, bool General, string? Counted = null)
{
    /// <summary>Orders what one subject may read, from the least to the greatest score that it can lead to.</summary>
    public static readonly IComparer<Reading?> ByScore = Comparer<Reading?>.Create((one, other) => Rank(one).CompareTo(Rank(other)));

    public static Reading Of(Claim claim) => new(claim.Kind, claim.Value, claim.General, claim.Counted);

    /// <summary>The reading as a text that no other reading shares.</summary>
    public string Key() => $"{Kind}.{Value}.{(General ? "general" : "limited")}.{Uri.EscapeDataString(Counted ?? "")}";

    /// <summary>The reading that a text of <see cref="Key"/> tells; null for an empty one.</summary>
    public static Reading? OfKey(string key) => key.Length == 0 ? null
        : key.Split('.', 4) is [var kind, var value, var scope, var counted]
            ? new Reading(Enum.Parse<ClaimKind>(kind), int.Parse(value, CultureInfo.InvariantCulture), scope == "general", counted.Length == 0 ? null : Uri.UnescapeDataString(counted))
            : throw new FormatException($"No reading: {key}.");

    // A foreign approval opens a gate, so it leads to a lower barrier than none known, and a known absence to a higher one.
    private static int Rank(Reading? reading) => reading switch
    {
        null => -1,
        { Kind: ClaimKind.ForeignApprovals, Value: > 0 } => -2,
        _ => 4 * reading.Value + (MayRise(reading.Kind) ? 2 : 0) + (reading.General ? 1 : 0),
    };

    private static bool MayRise(ClaimKind kind) => kind is ClaimKind.BasketService or ClaimKind.Commonplace or ClaimKind.Withholding or ClaimKind.Proposal;
}
