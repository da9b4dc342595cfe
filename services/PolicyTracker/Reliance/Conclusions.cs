using System.Collections.Immutable;

namespace PolicyTracker.Reliance;

/// <summary>From claims to conclusions. Views that keep tallies and reads that start from the claims go through the same functions.</summary>
public static class Conclusions
{
    /// <summary>Concludes on one pair.</summary>
    /// <param name="method">The version of the method that concludes.</param>
    /// <param name="ofPair">The tallies of the claims that name the supplier, by indicator.</param>
    /// <param name="ofEveryPair">The tallies of the dependent's claims that stand for every open pair, by indicator.</param>
    public static PairConclusion Conclude(
        MethodDefinition method, string dependent, string supplier,
        IReadOnlyDictionary<Indicator, Tally> ofPair, IReadOnlyDictionary<Indicator, Tally> ofEveryPair, DateOnly asOf)
    {
        var indicators = method.Indicators
            .Select(indicator => IndicatorConclusion.From(method, indicator, [.. Groups(ofPair, indicator.Id), .. Groups(ofEveryPair, indicator.Id)], asOf))
            .ToImmutableArray();
        return new PairConclusion
        {
            Dependent = dependent,
            Supplier = supplier,
            Reliance = Of(RelianceIndex.Reliance),
            Restriction = Of(RelianceIndex.Restriction),
            Substitution = Of(RelianceIndex.Substitution),
            Indicators = indicators,
        };

        IndexConclusion Of(RelianceIndex id)
        {
            var index = method.Of(id);
            return IndexConclusion.From(method, index, [.. indicators.Where(indicator => index.Indicators.Contains(indicator.Id))]);
        }
    }

    /// <summary>What is concluded of a pair of which nothing is known, ready to be published.</summary>
    public static PairConclusion Nothing(MethodDefinition method, string dependent, string supplier, DateOnly asOf) =>
        Conclude(method, dependent, supplier, ImmutableDictionary<Indicator, Tally>.Empty, ImmutableDictionary<Indicator, Tally>.Empty, asOf).Rounded();

    /// <summary>Concludes on every open pair of one country, by supplier.</summary>
    /// <param name="claims">The country's claims, of whatever day.</param>
    public static IReadOnlyList<PairConclusion> ConcludeAll(MethodDefinition method, string dependent, IEnumerable<Claim> claims, DateOnly asOf)
    {
        var bySupplier = claims.Where(claim => claim.Dependent == dependent)
            .GroupBy(claim => claim.Supplier)
            .ToImmutableSortedDictionary(ofSupplier => ofSupplier.Key, ofSupplier => Tallied(ofSupplier, asOf), StringComparer.Ordinal);
        var ofEveryPair = bySupplier.GetValueOrDefault(Claim.EveryPair) ?? ImmutableSortedDictionary<Indicator, Tally>.Empty;
        return
        [
            .. bySupplier.Where(pair => Opens(dependent, pair.Key, pair.Value))
                .Select(pair => Conclude(method, dependent, pair.Key, pair.Value, ofEveryPair, asOf)),
        ];
    }

    /// <summary>Whether a pair is concluded on: some claim stands that names the supplier, and the supplier is another country.</summary>
    public static bool Opens(string dependent, string supplier, IReadOnlyDictionary<Indicator, Tally> ofPair) =>
        supplier != dependent && supplier is not (Claim.EveryPair or Claim.Unattributed) && ofPair.Values.Any(tally => !tally.Groups.IsEmpty);

    /// <summary>Tallies the claims of one dependent and supplier by indicator.</summary>
    public static IReadOnlyDictionary<Indicator, Tally> Tallied(IEnumerable<Claim> claims, DateOnly asOf) => claims
        .GroupBy(claim => claim.Indicator)
        .ToImmutableSortedDictionary(ofIndicator => ofIndicator.Key, ofIndicator => ofIndicator
            .GroupBy(claim => claim.Subject)
            .Select(subject => SubjectState.Resolve(subject, asOf))
            .OfType<SubjectState>()
            .Aggregate(Tally.Empty, (tally, state) => tally.Add(state)));

    private static IEnumerable<TallyGroup> Groups(IReadOnlyDictionary<Indicator, Tally> tallies, Indicator indicator) =>
        tallies.TryGetValue(indicator, out var tally) ? tally.Groups.Values : [];
}
