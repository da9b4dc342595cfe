using System.Collections.Immutable;

namespace PolicyTracker.Reliance;

/// <summary>Subject states that differ in their newest day only.</summary>
/// <param name="Latest">Their common state, with the newest day of them all.</param>
public sealed record TallyGroup(SubjectState Latest, int Count)
{
    internal TallyGroup With(TallyGroup alike) => new(Latest.Newest < alike.Latest.Newest ? alike.Latest : Latest, Count + alike.Count);
}

/// <summary>The subject states of one indicator of one pair, counted by group: as small as the states are alike, however many the subjects.</summary>
public sealed record Tally
{
    public static readonly Tally Empty = new();

    /// <summary>The groups by <see cref="SubjectState.Group"/>; the order of arrival leaves no trace.</summary>
    public ImmutableSortedDictionary<string, TallyGroup> Groups { get; init; } = ImmutableSortedDictionary<string, TallyGroup>.Empty;

    /// <summary>Tallies many at once.</summary>
    /// <param name="groups">States by their <see cref="SubjectState.Group"/>; one group may come in parts.</param>
    public static Tally Of(IEnumerable<(string Group, TallyGroup Part)> groups)
    {
        var tallied = new Dictionary<string, TallyGroup>(StringComparer.Ordinal);
        foreach (var (key, part) in groups)
            tallied[key] = tallied.TryGetValue(key, out var group) ? group.With(part) : part;
        return new Tally { Groups = tallied.ToImmutableSortedDictionary() };
    }

    public Tally Add(SubjectState state)
    {
        var (key, one) = (state.Group(), new TallyGroup(state, 1));
        return With(key, Groups.TryGetValue(key, out var group) ? group.With(one) : one);
    }

    /// <summary>Takes out a state that was added before.</summary>
    /// <param name="newestLost">Whether the group's newest day left with it: look it up among the states that remain and give it to <see cref="WithNewest"/>.
    /// Until then the group keeps the day that it had.</param>
    /// <exception cref="InvalidOperationException">No such state was added.</exception>
    public Tally Remove(SubjectState state, out bool newestLost)
    {
        var key = state.Group();
        if (!Groups.TryGetValue(key, out var group))
            throw new InvalidOperationException($"The tally holds no state {key}.");
        newestLost = group.Count > 1 && group.Latest.Newest == state.Newest;
        return group.Count == 1 ? this with { Groups = Groups.Remove(key) } : With(key, group with { Count = group.Count - 1 });
    }

    /// <summary>Sets the newest day of a group.</summary>
    public Tally WithNewest(string group, DateOnly newest)
    {
        var held = Groups[group];
        return With(group, held with { Latest = held.Latest with { Newest = newest } });
    }

    public bool Equals(Tally? other) => other is not null && Groups.SequenceEqual(other.Groups);

    public override int GetHashCode() => Groups.Count;

    private Tally With(string key, TallyGroup group) => this with { Groups = Groups.SetItem(key, group) };
}
