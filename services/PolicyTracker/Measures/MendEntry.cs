using System.ComponentModel.DataAnnotations;
using PolicyTracker.Facts;

namespace PolicyTracker.Measures;

/// <summary>A better record of the same act of a government: the whole entry as it should stand.</summary>
public sealed record CorrectEntry : MeasureRequest, IHasRules
{
    /// <summary>What the entry does; what it did before when left out.</summary>
    public Transition? Transition { get; init; }
    /// <summary>What the measure is; with its first entry, and only there.</summary>
    public MeasureDefinition? Definition { get; init; }
    /// <summary>What becomes of the definition; with amend.</summary>
    public DefinitionChanges? Changes { get; init; }
    public required Cause Cause { get; init; }
    [MaxLength(2000)] public required string Why { get; init; }

    public IEnumerable<Violation> Violations() => CauseRule.Check(Cause);
}

/// <summary>Mends of our record of one entry. The life that remains must be one that the life cycle allows.</summary>
public static partial class MeasureDecisions
{
    /// <param name="record">The measure's entries, at least those up to the number.</param>
    /// <param name="today">The day in UTC: what is recorded has happened by then.</param>
    public static MeasureDecision Correct(string id, IReadOnlyList<RecordedEntry> record, int number, CorrectEntry command, DateOnly today)
    {
        var recorded = record[number - 1];
        if (recorded.Retracted) return IsRetracted($"Entry {number}", "corrected");
        var transition = command.Transition ?? recorded.Entry.Does();
        Violation[] broken =
        [
            .. command.DateViolations(transition, today), .. DefinitionViolations(number, command.Definition), .. ChangesViolations(record, transition, command.Changes),
        ];
        if (broken.Length > 0) return new Refusal(broken);

        var replacement = command.Entry(transition, command.Definition, command.Changes);
        return replacement == recorded.Entry
            ? new AlreadyHolds(number)
            : Mend(record, number, new MeasureEntryCorrected(id, number, recorded.Entry, replacement, command.Cause, command.Why), $"With entry {number} corrected so");
    }

    public static MeasureDecision Retract(string id, IReadOnlyList<RecordedEntry> record, int number, Cause cause, string why) =>
        record[number - 1] is { Retracted: false, Entry: var entry }
            ? Mend(record, number, new MeasureEntryRetracted(id, number, entry, cause, why), $"Without entry {number}")
            : new AlreadyHolds(number);

    public static MeasureDecision Reinstate(string id, IReadOnlyList<RecordedEntry> record, int number, Cause cause, string why) =>
        record[number - 1] is { Retracted: true, Entry: var entry }
            ? Mend(record, number, new MeasureEntryReinstated(id, number, entry, cause, why), $"With entry {number} reinstated")
            : new AlreadyHolds(number);

    private static MeasureDecision Mend(IReadOnlyList<RecordedEntry> record, int number, object mend, string act) =>
        (MeasureDecision?)Check(record.After(mend), number, act) ?? new Recorded(number, mend);

    private static IEnumerable<Violation> DefinitionViolations(int number, MeasureDefinition? definition) => (number, definition) switch
    {
        (1, null) => [new(Codes.MissingField, "definition", "The first entry of a measure defines it.")],
        (1, _) => definition.Violations().Select(broken => broken with { Field = $"definition.{broken.Field}" }),
        (_, null) => [],
        _ => [new(Codes.FieldNotAllowed, "definition", $"Entry 1 defines the measure; entry {number} amends it with changes.")],
    };
}
