using PolicyTracker.Reliance;
using PolicyTracker.Views;

namespace PolicyTracker.History;

/// <summary>A pair's conclusions from one day of world time to another, by claims that are known at one moment. Only what turns on a day is resolved again.</summary>
/// <param name="claims">The dependent's claims that name the supplier or stand for every pair, of whatever day.</param>
internal sealed class WorldLine(MethodDefinition method, string dependent, string supplier, IEnumerable<ClaimRow> claims)
{
    private readonly Dictionary<SubjectKey, List<ClaimRow>> _subjects = claims.GroupBy(c => c.Key).ToDictionary(g => g.Key, g => g.ToList());
    private readonly Dictionary<SubjectKey, SubjectState> _standing = [];
    private readonly Dictionary<string, Dictionary<Indicator, Tally>> _tallies = new() { [supplier] = [], [Claim.EveryPair] = [] };

    /// <summary>The conclusion on the first day, and on each later day on which it is another than on the day before.</summary>
    /// <param name="number">The index or indicator that is followed; null for all of them.</param>
    public IEnumerable<WorldStep> Steps(DateOnly first, DateOnly last, string? number = null)
    {
        var turning = Turning(first, last);
        var conclusion = On(first, _subjects.Keys, turned: []);
        foreach (var day in Days(turning.Keys, first, last).Prepend(first))
        {
            var turned = turning.GetValueOrDefault(day, []);
            SubjectKey[] keys = [.. turned.Select(c => c.Key).Distinct()];
            var eve = Stand(keys);
            var after = On(day, keys);
            if (day == first || !AreSame(after, conclusion, number))
                yield return new WorldStep(day, after, Needed(day, turned, eve, happened => AreSame(On(day, keys, happened), after, number)));
            conclusion = after;
        }
    }

    /// <summary>The conclusion on a day.</summary>
    public PairConclusion On(DateOnly day) => On(day, _subjects.Keys);

    private static bool AreSame(PairConclusion one, PairConclusion other, string? number) => number is null
        ? ConclusionChanges.Between(one, other).IsEmpty
        : ConclusionChanges.NumberOf(one, number) == ConclusionChanges.NumberOf(other, number);

    /// <summary>The claims that begin to count, or are reaffirmed, on each day.</summary>
    private Dictionary<DateOnly, List<ClaimRow>> Turning(DateOnly first, DateOnly last) => _subjects.Values.SelectMany(rows => rows)
        .SelectMany(row => Turn.DaysOf(row.Claim).Select(day => (Day: day, Row: row)))
        .Where(turn => turn.Day >= first && turn.Day <= last)
        .GroupBy(turn => turn.Day, turn => turn.Row).ToDictionary(g => g.Key, g => g.Distinct().OrderBy(row => row.Told).ThenBy(row => row.Claim.Origin, StringComparer.Ordinal).ToList());

    private IEnumerable<DateOnly> Days(IEnumerable<DateOnly> turning, DateOnly first, DateOnly last)
    {
        var stale = _subjects.Values.SelectMany(rows => rows).SelectMany(row => Turn.StaleDaysOf(row.Claim, method, last));
        return turning.Concat(stale).Where(day => day > first).Distinct().Order();
    }

    /// <summary>Of what turned on a day, one claim for each fact and measure without which the conclusion would be another.</summary>
    /// <param name="eve">How the subjects of these claims stood before the day.</param>
    private List<TurnedClaim> Needed(DateOnly day, List<ClaimRow> turned, Standing eve, Func<HashSet<string>, bool> lead)
    {
        List<string> origins = [.. turned.Select(row => row.Claim.Origin).Distinct()];
        var after = Stand(eve.Subjects.Keys);
        var needed = Responsible.Needed(origins, origins, happened =>
        {
            Restore(eve);
            return lead(happened);
        });
        Restore(after);
        return [.. needed.Select(origin => new TurnedClaim(day, turned.First(row => row.Claim.Origin == origin)))];
    }

    private Standing Stand(IEnumerable<SubjectKey> keys) => new(
        keys.ToDictionary(key => key, key => _standing.GetValueOrDefault(key)), _tallies.ToDictionary(t => t.Key, t => new Dictionary<Indicator, Tally>(t.Value)));

    private void Restore(Standing standing)
    {
        foreach (var (key, state) in standing.Subjects)
        {
            _standing.Remove(key);
            if (state is not null)
                _standing[key] = state;
        }

        foreach (var (of, tallies) in standing.Tallies)
            _tallies[of] = new Dictionary<Indicator, Tally>(tallies);
    }

    /// <param name="turned">The facts and measures of which the claims of this very day count; null for all of them.</param>
    private PairConclusion On(DateOnly day, IEnumerable<SubjectKey> keys, HashSet<string>? turned = null)
    {
        foreach (var key in keys)
            Move(key, SubjectState.Resolve(_subjects[key].Select(row => row.Claim).Select(Counting).OfType<Claim>(), day));
        return Conclusions.Opens(dependent, supplier, _tallies[supplier])
            ? Conclusions.Conclude(method, dependent, supplier, _tallies[supplier], _tallies[Claim.EveryPair], day).Rounded()
            : Conclusions.Nothing(method, dependent, supplier, day);

        Claim? Counting(Claim claim) => turned is null || turned.Contains(claim.Origin) ? claim : Turn.Counting(claim, other => other != day);
    }

    private void Move(SubjectKey key, SubjectState? now)
    {
        var tallies = _tallies[key.Supplier];
        var tally = tallies.GetValueOrDefault(key.Indicator, Tally.Empty);
        if (_standing.Remove(key, out var was))
        {
            tally = tally.Remove(was, out var newestLost);
            if (newestLost)
                tally = tally.WithNewest(was.Group(), Alike(key, was).Max(state => state.Newest));
        }

        if (now is not null)
        {
            tally = tally.Add(now);
            _standing[key] = now;
        }

        tallies[key.Indicator] = tally;
    }

    private IEnumerable<SubjectState> Alike(SubjectKey key, SubjectState was) => _standing
        .Where(s => (s.Key with { Subject = key.Subject }) == key && s.Value.Group() == was.Group()).Select(s => s.Value);

    /// <summary>How some subjects stand, and all tallies.</summary>
    private sealed record Standing(IReadOnlyDictionary<SubjectKey, SubjectState?> Subjects, IReadOnlyDictionary<string, Dictionary<Indicator, Tally>> Tallies);
}

/// <summary>A day from which a pair's conclusions are others than before.</summary>
/// <param name="Turned">Of the claims that began to count, or were reaffirmed, on the day, those that the conclusions need, one for each fact and measure; none where codes only went stale.</param>
internal sealed record WorldStep(DateOnly Day, PairConclusion Pair, IReadOnlyList<TurnedClaim> Turned);
