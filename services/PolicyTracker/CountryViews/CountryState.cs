using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>All that an answer about a country rests on, at one moment: read from the current document, or concluded from the claims known then.</summary>
/// <param name="Method">The method that concludes.</param>
/// <param name="Evidence">The newest claims, one of each fact or measure, by supplier and indicator.</param>
/// <param name="Listed">The newest subjects of each list.</param>
internal sealed record CountryState(
    MethodDefinition Method,
    CountryReliance Country,
    IReadOnlyList<EvidenceRow> Evidence,
    IReadOnlyList<ListedRow> Listed)
{
    /// <summary>How many items a list carries; the rest is told by its total.</summary>
    public const int Newest = 20;

    public static async Task<CountryState> ReadAsync(Snapshot snapshot, string country, MethodDefinition method) =>
        snapshot.Moment.IsLatest && await CurrentState.DocumentAsync(snapshot, country) is { } document && document.AsOf == snapshot.Moment.AsOf
            ? await CurrentState.ReadAsync(snapshot, document, method)
            : await PastState.ReadAsync(snapshot, country, method);

    /// <summary>The documents of all countries at the snapshot's moment.</summary>
    public static async Task<IReadOnlyList<CountryReliance>> AllAsync(Snapshot snapshot)
    {
        var current = snapshot.Moment.IsLatest ? await CurrentState.DocumentsAsync(snapshot) : [];
        return current.Count > 0 && current.All(d => d.AsOf == snapshot.Moment.AsOf) ? current : await PastState.DocumentsAsync(snapshot);
    }

    /// <summary>How many facts and measures speak of an indicator of a pair.</summary>
    public int EvidenceTotal(string supplier, Indicator indicator) =>
        new[] { supplier, Claim.EveryPair }.Sum(s => Country.Tallies.GetValueOrDefault(s)?.Evidence.GetValueOrDefault(indicator) ?? 0);

    /// <summary>The subjects of one indicator, grouped by how they stand, whoever supplies.</summary>
    public IEnumerable<TallyGroup> Groups(Indicator indicator, params IEnumerable<string> suppliers) =>
        suppliers.Select(s => Country.Tallies.GetValueOrDefault(s)?.ByIndicator.GetValueOrDefault(indicator)).OfType<Tally>().SelectMany(t => t.Groups.Values);

    public PairConclusion PairWith(string supplier) =>
        Country.Pairs.FirstOrDefault(p => p.Supplier == supplier) ?? Conclusions.Nothing(Method, Country.Country, supplier, Country.AsOf);

    /// <summary>The conclusions on a pair before they are rounded.</summary>
    public PairConclusion ExactlyWith(string supplier)
    {
        return Country.Pairs.Any(p => p.Supplier == supplier)
            ? Conclusions.Conclude(Method, Country.Country, supplier, Tallies(supplier), Tallies(Claim.EveryPair), Country.AsOf)
            : Conclusions.Nothing(Method, Country.Country, supplier, Country.AsOf);

        IReadOnlyDictionary<Indicator, Tally> Tallies(string of) => Country.Tallies.GetValueOrDefault(of, PairTallies.Empty).ByIndicator;
    }
}

/// <summary>A fact or measure that speaks of an indicator.</summary>
internal sealed record EvidenceRow(string Supplier, Indicator Indicator, string Origin, DateOnly Effective, long Told, ClaimKind Kind, int Value, bool General, Tier Tier);

/// <summary>A subject in one of the lists, and the fact that it rests on.</summary>
internal sealed record ListedRow(string List, string Subject, string Origin, DateOnly Since, bool Contested);
