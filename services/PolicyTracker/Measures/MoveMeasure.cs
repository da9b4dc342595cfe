namespace PolicyTracker.Measures;

/// <summary>A known measure moves on.</summary>
public sealed record MoveMeasure : MeasureRequest
{
    /// <summary>What becomes of the definition; with amend.</summary>
    public DefinitionChanges? Changes { get; init; }
}

public static partial class MeasureDecisions
{
    /// <summary>
    /// The next entry of a measure, which may be older than entries already recorded. It is allowed when the life cycle allows it from the stage that holds
    /// on its own effective day, and when every entry after that day is still allowed from the stage that it then meets. Nothing precedes the first entry.
    /// </summary>
    /// <param name="soFar">The measure's entries, at least the first.</param>
    /// <param name="today">The day in UTC: what is recorded has happened by then.</param>
    public static MeasureDecision Move(IReadOnlyList<RecordedEntry> soFar, Transition transition, MoveMeasure command, DateOnly today)
    {
        Violation[] broken = [.. command.DateViolations(transition, today), .. ChangesViolations(soFar, transition, command.Changes)];
        if (broken.Length > 0) return new Refusal(broken);

        var entry = command.Entry(transition, changes: command.Changes);
        if (soFar.FirstOrDefault(recorded => recorded.Entry == entry) is { } holding) return new AlreadyHolds(holding.Number);
        return Place(soFar, new(soFar.Max(recorded => recorded.Number) + 1, entry));
    }

    private static IEnumerable<Violation> ChangesViolations(IReadOnlyList<RecordedEntry> soFar, Transition transition, DefinitionChanges? changes)
    {
        if (changes is null) return [];
        if (transition is not Transition.Amend)
            return [new(Codes.FieldNotAllowed, "changes", $"{LifeCycle.NameOf(transition)} takes no changes.", [LifeCycle.NameOf(Transition.Amend)])];
        // Any day's definition will do: each field is replaced whole, and the rules tie it only to kind and issuer, which never change.
        return MeasureLife.Steps(soFar).First().After.Definition.With(changes).Violations().Select(broken => broken with { Field = $"changes.{broken.Field}" });
    }
}
