using PolicyTracker.Reliance;
using PolicyTracker.Views;

namespace PolicyTracker.History;

/// <summary>
/// Finds what is responsible for what a number of a pair came to at the second of two points: so few events of the record and turns of the world that each of
/// them is needed to lead there from the first point. What moved nothing, and what was made up for, is not among them; of two of which either would do, the
/// earlier one is. The events are those needed on the second point's day; the turns are those of the days between that are needed beside these events; and
/// another method is needed where that of the first point would make another number of them.
/// </summary>
internal sealed class Responsible
{
    private readonly (MethodDefinition First, MethodDefinition Second) _methods;
    private readonly string _supplier;
    private readonly Passage _passage;
    private readonly IReadOnlyList<PassingClaim> _claims;
    private readonly List<Subject> _subjects;
    private readonly ILookup<Indicator, Subject> _byIndicator;

    /// <param name="claims">The dependent's claims between the two moments of the record that name the supplier or stand for every pair.</param>
    public Responsible((MethodDefinition First, MethodDefinition Second) methods, string supplier, IReadOnlyList<PassingClaim> claims, DateOnly first, DateOnly second)
    {
        (_methods, _supplier, _passage, _claims) = (methods, supplier, new Passage(first, second), claims);
        _subjects = [.. claims.GroupBy(c => c.Row.Key).Select(g => new Subject(g.Key, [.. g], methods.Second, _passage))];
        _byIndicator = _subjects.ToLookup(s => s.Key.Indicator);
    }

    /// <param name="number">An index or an indicator.</param>
    public Reasons For(string number)
    {
        var own = _methods.Second.IndicatorsOf(number).SelectMany(i => _byIndicator[i]).ToList();
        var (allEvents, allTurns) = (EventsOf(_subjects), TurnsOf(_subjects));
        HashSet<Turn> everyTurn = [.. allTurns];
        var second = On(_methods.Second, [.. allEvents], everyTurn);

        var events = Needed(EventsOf(own), allEvents, happened => On(_methods.Second, happened, everyTurn) == second);
        HashSet<long> neededEvents = [.. events];
        var turns = Needed(TurnsOf(own), allTurns, happened => On(_methods.Second, neededEvents, happened) == second);
        return new Reasons(
            events, [.. turns.Select(t => t.Day).Distinct()], [.. turns.Where(t => t.Origin is not null).Select(Turned)],
            OtherMethod: _methods.First != _methods.Second && On(_methods.First, neededEvents, [.. turns]) != second);

        TurnedClaim Turned(Turn turn) => new(
            turn.Day, _claims.First(c => c.Row.Claim.Origin == turn.Origin && c.IsThereAfter(neededEvents) && Turn.DaysOf(c.Row.Claim).Contains(turn.Day)).Row);

        Numbers On(MethodDefinition method, HashSet<long> happened, HashSet<Turn> turned) => Concluded(method, number, happened, turned);
    }

    private static List<long> EventsOf(IEnumerable<Subject> subjects) => [.. subjects.SelectMany(s => s.Events).Distinct().Order()];

    private static List<Turn> TurnsOf(IEnumerable<Subject> subjects) =>
        [.. subjects.SelectMany(s => s.Turns).Distinct().OrderBy(t => t.Day).ThenBy(t => t.Origin, StringComparer.Ordinal)];

    private Numbers Concluded(MethodDefinition method, string number, HashSet<long> events, HashSet<Turn> turns)
    {
        var isOpen = _subjects.Any(s => s.Key.Supplier == _supplier && s.After(events, turns) is not null);
        IndicatorConclusion[] indicators = [.. method.IndicatorsOf(number).Select(Of)];
        return Enum.TryParse<RelianceIndex>(number, ignoreCase: true, out var index)
            ? ConclusionChanges.NumberOf(IndexConclusion.From(method, method.Of(index), indicators).Rounded())
            : ConclusionChanges.NumberOf(indicators.Single().Rounded());

        IndicatorConclusion Of(Indicator indicator)
        {
            var standing = isOpen ? _byIndicator[indicator].Select(s => s.After(events, turns)).OfType<SubjectState>() : [];
            var stale = _byIndicator[indicator].SelectMany(s => s.Turns).Where(t => t.Origin is null && _passage.Counts(t, turns)).Select(t => t.Day);
            return IndicatorConclusion.From(method, method.Of(indicator), standing.Select(state => new TallyGroup(state, 1)), stale.Append(_passage.Earlier).Max());
        }
    }

    /// <summary>Leaves out, the newest first and in ever smaller parts, whatever the others lead to the same without.</summary>
    /// <param name="own">Those on the number's own indicators, the oldest first.</param>
    /// <param name="all">Those on other indicators too: one of them may open the pair, and with it what stands for every pair.</param>
    public static List<T> Needed<T>(List<T> own, List<T> all, Func<HashSet<T>, bool> lead)
    {
        var needed = lead([.. own]) ? own : all;
        for (var size = needed.Count; size > 0;)
        {
            var count = needed.Count;
            foreach (var part in needed.AsEnumerable().Reverse().Chunk(size).ToList())
            {
                List<T> rest = [.. needed.Except(part)];
                if (lead([.. rest]))
                    needed = rest;
            }

            // One may be needed only for another that was left out after it was looked at.
            size = size > 1 ? (size + 1) / 2 : needed.Count < count ? 1 : 0;
        }

        return needed;
    }

    /// <summary>The days between the days of two points.</summary>
    private sealed record Passage(DateOnly First, DateOnly Second)
    {
        public DateOnly Earlier => First < Second ? First : Second;
        public DateOnly Later => First < Second ? Second : First;

        public bool Holds(DateOnly day) => day > Earlier && day <= Later;

        /// <summary>Whether a turn is there once only some have happened, or, on the way back in time, been taken back.</summary>
        public bool Counts(Turn turn, IReadOnlySet<Turn> happened) => turn.Day <= Earlier || (turn.Day <= Later && (First < Second) == happened.Contains(turn));
    }

    /// <summary>The claims on one subject, and how it stands once some events and turns have happened.</summary>
    private sealed class Subject(SubjectKey key, IReadOnlyList<PassingClaim> claims, MethodDefinition method, Passage passage)
    {
        private readonly Dictionary<int, SubjectState?> _atTheEnds = [];

        public SubjectKey Key => key;
        public IReadOnlyList<long> Events { get; } = [.. claims.SelectMany(c => c.Moves).Distinct()];
        public IReadOnlyList<Turn> Turns { get; } = [.. claims.SelectMany(c => Turning(c.Row.Claim, method, passage)).Distinct()];

        public SubjectState? After(IReadOnlySet<long> events, IReadOnlySet<Turn> turns)
        {
            var happened = Events.Count(events.Contains) + Turns.Count(turns.Contains);
            if (happened > 0 && happened < Events.Count + Turns.Count)
                return Resolve(events, turns);
            if (!_atTheEnds.TryGetValue(happened, out var state))
                _atTheEnds[happened] = state = Resolve(events, turns);
            return state;
        }

        private SubjectState? Resolve(IReadOnlySet<long> events, IReadOnlySet<Turn> turns) => SubjectState.Resolve(
            claims.Where(c => c.IsThereAfter(events)).Select(c => Turn.Counting(c.Row.Claim, day => passage.Counts(new Turn(day, c.Row.Claim.Origin), turns))).OfType<Claim>(), passage.Later);

        private static IEnumerable<Turn> Turning(Claim claim, MethodDefinition method, Passage passage) =>
            Turn.DaysOf(claim).Select(day => new Turn(day, claim.Origin)).Concat(Turn.StaleDaysOf(claim, method, passage.Later).Select(day => new Turn(day, null)))
                .Where(turn => passage.Holds(turn.Day));
    }
}

/// <summary>What a number needs to be what it is at the second of two points.</summary>
/// <param name="Days">The days on which something turned that it needs.</param>
/// <param name="Turned">What turned on them, one claim for each day and fact or measure; nothing where codes only went stale.</param>
/// <param name="OtherMethod">Whether it needs the second point's method in place of the first's.</param>
internal sealed record Reasons(IReadOnlyList<long> Events, IReadOnlyList<DateOnly> Days, IReadOnlyList<TurnedClaim> Turned, bool OtherMethod);
