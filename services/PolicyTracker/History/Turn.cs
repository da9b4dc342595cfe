using PolicyTracker.Reliance;

namespace PolicyTracker.History;

/// <summary>A day of the world on which the claims of one fact or measure begin to count or are reaffirmed; without an origin, one on which a code may go stale.</summary>
internal readonly record struct Turn(DateOnly Day, string? Origin)
{
    /// <summary>The days on which a claim begins to count or is reaffirmed.</summary>
    public static IEnumerable<DateOnly> DaysOf(Claim claim) => claim.ConfirmedOn.Where(day => day > claim.Effective).Append(claim.Effective);

    /// <summary>The claim as it is if it turns on some days only; null if it does not begin to count on any of them.</summary>
    public static Claim? Counting(Claim claim, Func<DateOnly, bool> on) => !on(claim.Effective) ? null
        : claim.ConfirmedOn.Count == 0 ? claim
        : claim with { ConfirmedOn = [.. claim.ConfirmedOn.Where(on)] };

    /// <summary>The days up to a last one on which what rests on a claim goes stale.</summary>
    public static IEnumerable<DateOnly> StaleDaysOf(Claim claim, MethodDefinition method, DateOnly last) =>
        DaysOf(claim).Where(day => day.DayNumber + method.StaleAfterDays < last.DayNumber).Select(day => day.AddDays(method.StaleAfterDays + 1));
}
