using System.Collections.Immutable;

namespace PolicyTracker.Measures;

/// <summary>What a request about a measure comes to.</summary>
public abstract record MeasureDecision;

/// <summary>The entry is to be recorded.</summary>
public sealed record Recorded(MeasureEntry Entry) : MeasureDecision;

/// <summary>The very entry is on record already: nothing changes, and the request succeeds.</summary>
/// <param name="Number">The number of that entry.</param>
public sealed record AlreadyHolds(int Number) : MeasureDecision;

/// <summary>The request is refused: <c>measure_differs</c> is a conflict with what is recorded, every other code a broken rule.</summary>
public sealed record Refusal(IReadOnlyList<Violation> Violations) : MeasureDecision;

public static partial class MeasureDecisions
{
    private const string NotAllowed = Codes.MeasureTransitionNotAllowed;

    private static MeasureDecision Place(IReadOnlyList<RecordedEntry> soFar, RecordedEntry added)
    {
        var first = soFar.Append(added).MinBy(recorded => recorded.Number)!.Entry.EffectiveDay();
        if (added.Entry.EffectiveDay() < first)
            return new Refusal([new(NotAllowed, "occurred", $"Nothing is known of the measure before its first entry, on {first:O}.", [])]);

        var broken = MeasureLife.Steps([.. soFar, added]).Select(step => Broken(step, added)).FirstOrDefault(violation => violation is not null);
        return broken is null ? new Recorded(added.Entry) : new Refusal([broken]);
    }

    private static Violation? Broken(Step step, RecordedEntry added)
    {
        var transition = step.Recorded.Entry.Does();
        var allowed = step.Before is { } stage ? LifeCycle.Table[stage] : LifeCycle.Openings;
        if (!allowed.Contains(transition)) return Forbidden(step, added, allowed);
        if (step.Before is not Stage.Suspended && step.Recorded.Entry is MeasureAmended { Until: not null })
            return new(NotAllowed, "until", $"Only the end of a suspension can be moved; on {step.Day:O} the measure is {NameOf(step.Before)}.");
        if (step.After.Expires <= step.After.Effective)
            return new(Codes.ExpiresNotAfterEffective, "expires", $"{step.After.Expires:O} is not after the effective day, {step.After.Effective:O}.");
        return null;
    }

    private static Violation Forbidden(Step step, RecordedEntry added, ImmutableArray<Transition> allowed)
    {
        string[] names = [.. allowed.Select(LifeCycle.NameOf)];
        var meets = $"{LifeCycle.NameOf(step.Recorded.Entry.Does())} on {step.Day:O} meets a measure that is {NameOf(step.Before)}. "
            + $"Allowed there: {(names.Length == 0 ? "nothing" : string.Join(", ", names))}.";
        return step.Recorded == added
            ? new(NotAllowed, "transition", meets, names)
            : new(NotAllowed, "occurred", $"With this entry before it, entry {step.Recorded.Number} would no longer be allowed: {meets}", names);
    }

    private static string NameOf(Stage? stage) => stage is { } known ? LifeCycle.NameOf(known) : "unknown";
}
