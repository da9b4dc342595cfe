using PolicyTracker.Reliance;

namespace PolicyTracker.Views;

/// <summary>How one subject stands on a day, and which fact or measure it rests on.</summary>
/// <param name="Origin">The newest of those that say what holds.</param>
/// <param name="Since">The day from which that one counts.</param>
/// <param name="Told">The sequence of the event in which that one told it.</param>
internal sealed record Standing(SubjectState State, string Origin, DateOnly Since, long Told)
{
    public static Standing? Of(IReadOnlyCollection<ClaimRow> rows, DateOnly asOf)
    {
        if (SubjectState.Resolve(rows.Select(r => r.Claim), asOf) is not { } state)
            return null;
        var newest = rows.Where(r => r.Claim.Effective <= asOf && (state.Winner is null || Reading.Of(r.Claim) == state.Winner))
            .MaxBy(r => (r.Claim.Effective, r.Told, r.Claim.Origin))!;
        return new Standing(state, newest.Claim.Origin, newest.Claim.Effective, newest.Told);
    }
}

/// <summary>How one subject stands from one day of world time until another, the latter left out.</summary>
/// <param name="To">Null when it stands so for ever, by what is known.</param>
internal sealed record StandingSpan(DateOnly From, DateOnly? To, Standing Standing)
{
    /// <summary>How a subject stands from the day before some claims count on: the spans before are the same with and without them.</summary>
    /// <param name="rows">All claims on the subject, of whatever day.</param>
    /// <param name="first">The first day on which one of the claims counts that make the difference.</param>
    public static IReadOnlyList<StandingSpan> Around(IReadOnlyCollection<ClaimRow> rows, DateOnly first)
    {
        var byDay = rows.ToLookup(r => r.Claim.Effective);
        DateOnly[] days = [.. rows.SelectMany(r => r.Claim.ConfirmedOn.Where(day => day > r.Claim.Effective).Append(r.Claim.Effective)).Distinct().Order()];
        var (spans, telling) = (new List<StandingSpan>(), new List<ClaimRow>());
        // What can no longer tell is left behind, so that a subject of many claims costs a step a day and not all of them on each.
        var leaves = SubjectState.Changes(rows.Select(r => r.Claim));
        foreach (var (i, day) in days.Index())
        {
            telling.RemoveAll(earlier => leaves && byDay[day].Any(later => SubjectState.Outlives(later.Claim, earlier.Claim)));
            telling.AddRange(byDay[day]);
            DateOnly? next = i + 1 < days.Length ? days[i + 1] : null;
            if ((next is null || next >= first) && Standing.Of(telling, day) is { } standing)
                spans.Add(new StandingSpan(day, next, standing));
        }

        return spans;
    }
}
