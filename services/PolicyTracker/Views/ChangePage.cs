using System.Collections.Immutable;
using PolicyTracker.Reliance;

namespace PolicyTracker.Views;

/// <summary>Finds the changes of conclusions that a page of events makes: one for each write and pair, also where a page ends within a write.</summary>
/// <param name="known">The sequence up to which events were projected before; what is projected again is no news.</param>
/// <param name="first">The first event of the page.</param>
internal sealed class ChangePage(Progress progress, long known, long first)
{
    private bool _rebuilding = progress.Rebuilding || first <= known;
    private ImmutableSortedDictionary<string, ImmutableArray<PairConclusion>> _before = progress.Before;
    private ImmutableArray<Moved> _moves = progress.Moves;
    private readonly List<object> _found = [];
    private readonly List<(RelianceChanged Change, long Sequence)> _announced = [];
    private readonly HashSet<(string Dependent, string Supplier)> _told = [];

    /// <summary>The method that concludes.</summary>
    public MethodDefinition Method { get; private set; } = Methods.Of(progress.Method);

    /// <summary>The changes found, as rows.</summary>
    public IReadOnlyList<object> Found => _found;

    /// <summary>The announcements of what a rebuild concluded otherwise, with their sequences.</summary>
    public IReadOnlyList<(RelianceChanged Change, long Sequence)> Announced => _announced;

    public Progress Progress(long reached, DateOnly day) => new() { Reached = reached, Day = day, Method = Method.Id, Before = _before, Moves = _moves, Rebuilding = _rebuilding };

    /// <summary>Another method concludes from here on.</summary>
    public void Adopt(MethodDefinition method) => Method = method;

    /// <summary>Keeps what was published before the write.</summary>
    public void Concluded(CountryReliance before, CountryReliance after)
    {
        if (!_before.ContainsKey(before.Country) && !before.Pairs.SequenceEqual(after.Pairs))
            _before = _before.Add(before.Country, before.Pairs);
    }

    /// <summary>Keeps what an event of the write moved.</summary>
    public void Moved(Change change, IEnumerable<SubjectKey> subjects) => _moves = _moves.AddRange(
        subjects.Select(s => new Moved(s.Dependent, s.Supplier, s.Indicator, change.Cause, change.AsCause())).Distinct());

    /// <summary>Compares what holds after the write with what held before it.</summary>
    public void EndWrite(Change change, IReadOnlyDictionary<string, CountryReliance> countries)
    {
        foreach (var (name, before) in change.Event.Sequence > known ? _before : _before.Clear())
        {
            var country = countries[name];
            foreach (var supplier in before.Select(p => p.Supplier).Union(country.Pairs.Select(p => p.Supplier)).Order(StringComparer.Ordinal))
                Find(change, country, Of(before, name, supplier, country.AsOf), Of(country.Pairs, name, supplier, country.AsOf));
        }

        (_before, _moves) = (_before.Clear(), []);
    }

    /// <summary>Keeps the announcement of what a rebuild concluded otherwise, unless a write of the pair is told before: what comes first makes it known.</summary>
    public void Announce(RelianceChanged change, long sequence)
    {
        if (change.CausedBy.IsEmpty && sequence > known && !_told.Contains((change.Dependent, change.Supplier)))
            _announced.Add((change, sequence));
    }

    /// <summary>Whether every write that was projected before has been projected again with this event.</summary>
    public bool EndsRebuild(Change change) => _rebuilding && change.IsLastOfWrite && change.Event.Sequence >= known;

    /// <summary>Finds where a rebuild concludes otherwise than what was published.</summary>
    public void Compare(
        IReadOnlyDictionary<(string Dependent, string Supplier), PairConclusion> published, IReadOnlyDictionary<string, CountryReliance> countries)
    {
        _rebuilding = false;
        var pairs = published.Keys.Union(countries.Values.SelectMany(c => c.Pairs.Select(p => (p.Dependent, p.Supplier))));
        // A write that was cut by the end of what was projected before has just been told.
        foreach (var (dependent, supplier) in pairs.Where(p => !_told.Contains(p)).OrderBy(p => p.Dependent, StringComparer.Ordinal).ThenBy(p => p.Supplier, StringComparer.Ordinal))
        {
            var country = countries.GetValueOrDefault(dependent);
            var asOf = country?.AsOf ?? progress.Day;
            var after = Of(country?.Pairs ?? [], dependent, supplier, asOf);
            Add(published.GetValueOrDefault((dependent, supplier)) ?? Of([], dependent, supplier, asOf), after, Cause.PipelineChange, [], asOf, ConclusionChangeRows.NotAnnounced);
        }
    }

    private void Find(Change change, CountryReliance country, PairConclusion before, PairConclusion after)
    {
        var changed = ConclusionChanges.Between(before, after).Select(c => c.Indicator).OfType<Indicator>().ToHashSet();
        var moves = _moves.Where(m => m.Dependent == country.Country && (m.Supplier == after.Supplier || m.Supplier == Claim.EveryPair) && changed.Contains(m.Indicator)).ToList();
        // A day moves no subject where it only lets codes go stale.
        ImmutableArray<CausingEvent> causedBy = moves.Count > 0 ? [.. moves.Select(m => m.Event).Distinct()] : [change.AsCause()];
        Add(before, after, moves.Count > 0 ? moves[0].Cause : change.Cause, causedBy, country.AsOf, change.Event.Sequence);
    }

    private void Add(PairConclusion before, PairConclusion after, Cause cause, ImmutableArray<CausingEvent> causedBy, DateOnly asOf, long sequence)
    {
        if (ConclusionChanges.Between(before, after) is not { Length: > 0 } changes)
            return;
        _told.Add((after.Dependent, after.Supplier));
        _found.Add(ConclusionChangeRows.Row(new RelianceChanged(after.Dependent, after.Supplier, Method.Id, cause, causedBy, asOf, changes), after, sequence));
    }

    private PairConclusion Of(IEnumerable<PairConclusion> pairs, string dependent, string supplier, DateOnly asOf) =>
        pairs.FirstOrDefault(p => p.Supplier == supplier) ?? Conclusions.Nothing(Method, dependent, supplier, asOf);
}
