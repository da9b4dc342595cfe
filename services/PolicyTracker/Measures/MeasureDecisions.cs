namespace PolicyTracker.Measures;

/// <summary>What a request about a measure comes to.</summary>
public abstract record MeasureDecision;

/// <summary>The event is to be recorded.</summary>
/// <param name="Number">The number of the entry that it is about.</param>
/// <param name="Event">The new entry, or what becomes of a recorded one.</param>
public sealed record Recorded(int Number, object Event) : MeasureDecision;

/// <summary>The record says so already: nothing changes, and the request succeeds.</summary>
/// <param name="Number">The number of the entry that says it.</param>
public sealed record AlreadyHolds(int Number) : MeasureDecision;

/// <summary>The request is refused: <c>measure_differs</c> is a conflict with what is recorded, every other code a broken rule.</summary>
public sealed record Refusal(IReadOnlyList<Violation> Violations) : MeasureDecision
{
    /// <summary>The entry that the life cycle would not allow, where there is one.</summary>
    public int? Entry { get; init; }
    /// <summary>The stage that this entry would meet; null when nothing would be known by then.</summary>
    public Stage? Meets { get; init; }
}

public static partial class MeasureDecisions
{
    private const string NotAllowed = Codes.MeasureTransitionNotAllowed;

    /// <summary>Refuses a record that the life cycle does not allow; null when it allows every standing entry.</summary>
    /// <param name="record">The record as the act would leave it.</param>
    /// <param name="acted">The number of the entry that is acted on.</param>
    /// <param name="act">The act, as a condition in words.</param>
    private static Refusal? Check(IReadOnlyList<RecordedEntry> record, int acted, string act) =>
        record.Standing().ToArray() is [var first, .. var others] ? OutOfPlace(first, others, acted, act) ?? Forbidden(record, acted, act) : null;

    /// <summary>The first entry defines the measure: nothing stands without it, or counts before it.</summary>
    private static Refusal? OutOfPlace(RecordedEntry first, RecordedEntry[] others, int acted, string act)
    {
        if (first.Entry.Definition is null)
            return new Refusal([new(NotAllowed, "number", $"{act}, entry {first.Number} would meet no measure: entry 1 defines it.", [])]) { Entry = first.Number };

        var day = first.Entry.EffectiveDay();
        if (Array.Find(others, other => other.Entry.EffectiveDay() < day) is not { } early)
            return null;
        var nothing = $"Nothing is known of the measure before its first entry, on {day:O}.";
        var detail = early.Number == acted ? nothing : $"{act}, entry {early.Number} on {early.Entry.EffectiveDay():O} would no longer be allowed: {nothing}";
        return new Refusal([new(NotAllowed, "occurred", detail, [])]) { Entry = early.Number };
    }

    private static Refusal? Forbidden(IReadOnlyList<RecordedEntry> record, int acted, string act)
    {
        foreach (var step in MeasureLife.Steps(record))
        {
            if (Broken(step) is not { } broken)
                continue;
            var number = step.Recorded.Number;
            return new Refusal([number == acted ? broken : broken with { Code = NotAllowed, Field = "occurred", Detail = $"{act}, entry {number} would no longer be allowed: {broken.Detail}" }])
            {
                Entry = number,
                Meets = step.Before,
            };
        }

        return null;
    }

    private static Violation? Broken(Step step)
    {
        var transition = step.Recorded.Entry.Does();
        var allowed = step.Before is { } stage ? LifeCycle.Table[stage] : LifeCycle.Openings;
        if (!allowed.Contains(transition))
        {
            string[] names = [.. allowed.Select(LifeCycle.NameOf)];
            return new(NotAllowed, "transition", $"{LifeCycle.NameOf(transition)} on {step.Day:O} meets a measure that is {NameOf(step.Before)}. "
                + $"Allowed there: {(names.Length == 0 ? "nothing" : string.Join(", ", names))}.", names);
        }

        if (step.Before is not Stage.Suspended && step.Recorded.Entry is MeasureAmended { Until: not null })
            return new(NotAllowed, "until", $"Only the end of a suspension can be moved; on {step.Day:O} the measure is {NameOf(step.Before)}.");
        if (step.After.Expires <= step.After.Effective)
            return new(Codes.ExpiresNotAfterEffective, "expires", $"{step.After.Expires:O} is not after the effective day, {step.After.Effective:O}.");
        return step.After.Definition.Violations().FirstOrDefault();
    }

    private static string NameOf(Stage? stage) => stage is { } known ? LifeCycle.NameOf(known) : "unknown";
}
