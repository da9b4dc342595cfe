using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>All that an answer about a country rests on, at one moment: read from the current document, or concluded from how the subjects stood by what was known then.</summary>
/// <param name="Method">The method that concludes.</param>
internal sealed record CountryState(MethodDefinition Method, CountryReliance Country)
{
    public static async Task<CountryState> ReadAsync(Snapshot snapshot, string country, MethodDefinition method)
    {
        var current = snapshot.Moment.IsLatest ? await CurrentState.DocumentAsync(snapshot, country) : null;
        return new CountryState(method, current?.AsOf == snapshot.Moment.AsOf ? current.By(method) : await PastState.DocumentAsync(snapshot, country, method));
    }

    /// <summary>The states of several countries, each asked for once, in that order. Those of a past moment tell no last change.</summary>
    public static async Task<IReadOnlyList<CountryState>> ReadAsync(Snapshot snapshot, IReadOnlyCollection<string> countries, MethodDefinition method)
    {
        var current = snapshot.Moment.IsLatest ? await CurrentState.DocumentsAsync(snapshot, countries) : [];
        var documents = current.Count == countries.Count && current.All(d => d.AsOf == snapshot.Moment.AsOf)
            ? current.Select(d => d.By(method))
            : await PastState.DocumentsAsync(snapshot, countries, method);
        var byCode = documents.ToDictionary(d => d.Country);
        return [.. countries.Select(country => new CountryState(method, byCode[country]))];
    }

    /// <summary>The documents of all countries at the snapshot's moment.</summary>
    public static async Task<IReadOnlyList<CountryReliance>> AllAsync(Snapshot snapshot)
    {
        var current = snapshot.Moment.IsLatest ? await CurrentState.DocumentsAsync(snapshot) : [];
        return current.Count > 0 && current.All(d => d.AsOf == snapshot.Moment.AsOf) ? current : await PastState.DocumentsAsync(snapshot);
    }

    /// <summary>How many facts and measures speak of an indicator of a pair.</summary>
    public int EvidenceTotal(string supplier, Indicator indicator) =>
        new[] { supplier, Claim.EveryPair }.Sum(s => Country.Tallies.GetValueOrDefault(s)?.Evidence.GetValueOrDefault(indicator) ?? 0);

    /// <summary>The numbers of these suppliers of which facts or measures speak.</summary>
    public IEnumerable<(string Supplier, Indicator Indicator)> Evidenced(IEnumerable<string> suppliers) =>
        suppliers.SelectMany(s => Country.Tallies.GetValueOrDefault(s, PairTallies.Empty).Evidence.Keys.Select(i => (s, i)));

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
