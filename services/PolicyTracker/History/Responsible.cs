using PolicyTracker.Reliance;
using PolicyTracker.Views;

namespace PolicyTracker.History;

/// <summary>
/// Finds the events responsible for what an indicator of a pair came to between two moments of the record: so few that each of them is needed to lead, on every
/// day that counts, from the first moment's number to the second one's. What moved nothing, and what was made up for, is not among them; of two events of which
/// either would do, the earlier one is.
/// </summary>
/// <param name="claims">The dependent's claims between the two moments that name the supplier or stand for every pair.</param>
internal sealed class Responsible(MethodDefinition method, string supplier, IEnumerable<PassingClaim> claims, params DateOnly[] days)
{
    private readonly List<Subject> _subjects = [.. claims.GroupBy(c => c.Row.Key).Select(g => new Subject(g.Key, [.. g]))];

    /// <param name="part">What of the indicator's numbers is asked about.</param>
    public IReadOnlyList<long> For(Indicator indicator, Func<Numbers, Numbers> part)
    {
        // Those on other indicators too: one of them may open the pair, and with it what stands for every pair.
        var all = _subjects.SelectMany(s => s.Moves).Distinct().Order().ToList();
        var second = Told(all);
        return Needed(all, events => Told(events).SequenceEqual(second));

        List<Numbers> Told(IEnumerable<long> events)
        {
            var happened = events.ToHashSet();
            return [.. days.Select(day => part(On(day, indicator, happened)))];
        }
    }

    private Numbers On(DateOnly day, Indicator indicator, HashSet<long> events)
    {
        var isOpen = _subjects.Any(s => s.Key.Supplier == supplier && s.On(day, events) is not null);
        var standing = isOpen ? _subjects.Where(s => s.Key.Indicator == indicator).Select(s => s.On(day, events)).OfType<SubjectState>() : [];
        return ConclusionChanges.NumberOf(IndicatorConclusion.From(method, method.Of(indicator), standing.Select(state => new TallyGroup(state, 1)), day).Rounded());
    }

    /// <summary>Leaves out of the events, the newest first and in ever smaller parts, whatever the others lead to the same without.</summary>
    private static List<long> Needed(List<long> events, Func<IEnumerable<long>, bool> lead)
    {
        for (var size = events.Count; size > 0;)
        {
            var count = events.Count;
            foreach (var part in events.AsEnumerable().Reverse().Chunk(size).ToList())
            {
                List<long> rest = [.. events.Except(part)];
                if (lead(rest))
                    events = rest;
            }

            // One event may be needed only for another that was left out after it was looked at.
            size = size > 1 ? (size + 1) / 2 : events.Count < count ? 1 : 0;
        }

        return events;
    }

    /// <summary>The claims on one subject, and how it stands once some events have happened.</summary>
    private sealed class Subject(SubjectKey key, IReadOnlyList<PassingClaim> claims)
    {
        private readonly Dictionary<DateOnly, SubjectState?> _atFirst = [];

        public SubjectKey Key => key;
        public IReadOnlyList<long> Moves { get; } = [.. claims.SelectMany(c => c.Moves).Distinct()];

        public SubjectState? On(DateOnly day, IReadOnlySet<long> events)
        {
            if (Moves.Any(events.Contains))
                return Resolve(day, events);
            if (!_atFirst.TryGetValue(day, out var state))
                _atFirst[day] = state = Resolve(day, events);
            return state;
        }

        private SubjectState? Resolve(DateOnly day, IReadOnlySet<long> events) => SubjectState.Resolve(claims.Where(c => c.IsThereAfter(events)).Select(c => c.Row.Claim), day);
    }
}
