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

    /// <summary>The conclusion on the first day, and on each later day on which it differs from the day before.</summary>
    public IEnumerable<WorldStep> Steps(DateOnly first, DateOnly last)
    {
        var conclusion = On(first, _subjects.Keys);
        var turning = Turning(first, last);
        yield return new WorldStep(first, conclusion, turning.GetValueOrDefault(first, []));
        foreach (var day in Days(turning.Keys, first, last))
        {
            var turned = turning.GetValueOrDefault(day, []);
            var after = On(day, turned.Select(c => c.Key).Distinct());
            if (after != conclusion)
                yield return new WorldStep(day, after, turned);
            conclusion = after;
        }
    }

    /// <summary>The claims that begin to count, or are reaffirmed, on each day.</summary>
    private Dictionary<DateOnly, List<ClaimRow>> Turning(DateOnly first, DateOnly last) => _subjects.Values.SelectMany(rows => rows)
        .SelectMany(row => Turn.DaysOf(row.Claim).Select(day => (Day: day, Row: row)))
        .Where(turn => turn.Day >= first && turn.Day <= last)
        .GroupBy(turn => turn.Day, turn => turn.Row).ToDictionary(g => g.Key, g => g.Distinct().ToList());

    private IEnumerable<DateOnly> Days(IEnumerable<DateOnly> turning, DateOnly first, DateOnly last)
    {
        var stale = _subjects.Values.SelectMany(rows => rows).SelectMany(row => Turn.StaleDaysOf(row.Claim, method, last));
        return turning.Concat(stale).Where(day => day > first).Distinct().Order();
    }

    private PairConclusion On(DateOnly day, IEnumerable<SubjectKey> turned)
    {
        foreach (var key in turned)
            Move(key, SubjectState.Resolve(_subjects[key].Select(r => r.Claim), day));
        return Conclusions.Opens(dependent, supplier, _tallies[supplier])
            ? Conclusions.Conclude(method, dependent, supplier, _tallies[supplier], _tallies[Claim.EveryPair], day).Rounded()
            : Conclusions.Nothing(method, dependent, supplier, day);
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
}

/// <summary>A day from which a pair's conclusions are others than before.</summary>
/// <param name="Turned">The claims that began to count, or were reaffirmed, on the day; none where codes only went stale.</param>
internal sealed record WorldStep(DateOnly Day, PairConclusion Pair, IReadOnlyList<ClaimRow> Turned);
