using System.Collections.Immutable;

namespace PolicyTracker.Reliance;

/// <summary>What the method concludes of one dependent and one supplier. Numbers are exact until <see cref="Rounded"/>.</summary>
public sealed record PairConclusion
{
    public required string Dependent { get; init; }
    public required string Supplier { get; init; }
    public required IndexConclusion Reliance { get; init; }
    public required IndexConclusion Restriction { get; init; }
    public required IndexConclusion Substitution { get; init; }
    /// <summary>All eleven, in the method's order.</summary>
    public required ImmutableArray<IndicatorConclusion> Indicators { get; init; }

    public IndicatorConclusion Of(Indicator id) => Indicators.First(indicator => indicator.Id == id);

    /// <summary>The conclusion as it is published and compared: every number to two places.</summary>
    public PairConclusion Rounded() => this with
    {
        Reliance = Reliance.Rounded(),
        Restriction = Restriction.Rounded(),
        Substitution = Substitution.Rounded(),
        Indicators = [.. Indicators.Select(indicator => indicator.Rounded())],
    };

    public bool Equals(PairConclusion? other) => other is not null
        && (Dependent, Supplier, Reliance, Restriction, Substitution) == (other.Dependent, other.Supplier, other.Reliance, other.Restriction, other.Substitution)
        && Indicators.SequenceEqual(other.Indicators);

    public override int GetHashCode() => HashCode.Combine(Dependent, Supplier, Reliance, Restriction, Substitution);
}
