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
    /// <param name="record">The measure's entries, at least the first.</param>
    /// <param name="today">The day in UTC: what is recorded has happened by then.</param>
    public static MeasureDecision Move(IReadOnlyList<RecordedEntry> record, Transition transition, MoveMeasure command, DateOnly today)
    {
        Violation[] broken = [.. command.DateViolations(transition, today), .. ChangesViolations(record, transition, command.Changes)];
        if (broken.Length > 0) return new Refusal(broken);

        var entry = command.Entry(transition, changes: command.Changes);
        if (record.FirstOrDefault(recorded => recorded.HasSaid(entry)) is { } holding) return new AlreadyHolds(holding.Number);
        if (record[0].Retracted) return IsRetracted("The measure", "moved on");
        var number = record.Count + 1;
        return (MeasureDecision?)Check(record.After(entry), number, "With this entry before it") ?? new Recorded(number, entry);
    }

    private static IEnumerable<Violation> ChangesViolations(IReadOnlyList<RecordedEntry> record, Transition transition, DefinitionChanges? changes)
    {
        if (changes is null) return [];
        if (transition is not Transition.Amend)
            return [new(Codes.FieldNotAllowed, "changes", $"{LifeCycle.NameOf(transition)} takes no changes.", [LifeCycle.NameOf(Transition.Amend)])];
        // Any day's definition will do: each field is replaced whole, and the rules tie it only to kind and issuer, which no entry but the first says.
        return record[0].Entry.Definition!.With(changes).Violations().Select(broken => broken with { Field = $"changes.{broken.Field}" });
    }

    private static Refusal IsRetracted(string what, string act) => new([new(Codes.EntryRetracted, "number", $"{what} is retracted and cannot be {act}. Reinstate it first.")]);
}
