using System.Collections.Immutable;

namespace PolicyTracker.Measures;

/// <summary>An entry was replaced by a better record of the same act; what it aims at may change, and all whom it concerned or concerns hear of it.</summary>
[WireName("measure_entry_corrected")]
public sealed record MeasureEntryCorrected(string MeasureId, int Number, MeasureEntry Previous, MeasureEntry Replacement, Cause Cause, string Why);

/// <summary>An entry no longer holds in our record. A measure of which no entry stands is retracted.</summary>
[WireName("measure_entry_retracted")]
public sealed record MeasureEntryRetracted(string MeasureId, int Number, MeasureEntry Entry, Cause Cause, string Why);

/// <summary>A retraction was undone; the entry stands as it stood before.</summary>
[WireName("measure_entry_reinstated")]
public sealed record MeasureEntryReinstated(string MeasureId, int Number, MeasureEntry Entry, Cause Cause, string Why);

/// <summary>Where an entry, or a measure, stands in our record.</summary>
public enum RecordStatus { Recorded, Retracted }

/// <summary>An entry with its place in the record.</summary>
/// <param name="Number">Its number in the measure's life line, first is 1; it grows with the time of recording, not with the time of the world, and never changes.</param>
/// <param name="Entry">Its form as last corrected.</param>
public sealed record RecordedEntry(int Number, MeasureEntry Entry)
{
    public bool Retracted { get; init; }
    /// <summary>The forms that corrections replaced, oldest first.</summary>
    public ImmutableArray<MeasureEntry> Earlier { get; init; } = [];

    public RecordStatus Status => Retracted ? RecordStatus.Retracted : RecordStatus.Recorded;

    /// <summary>Whether the entry says this, or said it once.</summary>
    public bool HasSaid(MeasureEntry entry) => Entry == entry || Earlier.Contains(entry);
}

/// <summary>The record of a measure as its events leave it: every entry in the order of the numbers, the retracted ones included.</summary>
public static class MeasureRecord
{
    public static IReadOnlyList<RecordedEntry> Of(IEnumerable<object> events) => events.Aggregate((IReadOnlyList<RecordedEntry>)[], After);

    /// <summary>The record after one more event.</summary>
    public static IReadOnlyList<RecordedEntry> After(this IReadOnlyList<RecordedEntry> record, object e) => e switch
    {
        MeasureEntry entry => [.. record, new RecordedEntry(record.Count + 1, entry)],
        MeasureEntryCorrected c => record.With(c.Number, r => r with { Entry = c.Replacement, Earlier = r.Earlier.Add(c.Previous) }),
        MeasureEntryRetracted r => record.With(r.Number, recorded => recorded with { Retracted = true }),
        MeasureEntryReinstated r => record.With(r.Number, recorded => recorded with { Retracted = false }),
        _ => throw new ArgumentOutOfRangeException(nameof(e), e, "Not an event of a measure."),
    };

    /// <summary>The entries that hold in our record.</summary>
    public static IEnumerable<RecordedEntry> Standing(this IEnumerable<RecordedEntry> record) => record.Where(recorded => !recorded.Retracted);

    /// <summary>Whom the standing entries concern: the issuer, and every target that the measure ever had.</summary>
    public static IReadOnlyList<string> Countries(this IReadOnlyList<RecordedEntry> record) =>
        [.. MeasureLife.Of(record).SelectMany(s => s.Definition.Targets.Append(s.Definition.Issuer)).Distinct()];

    private static RecordedEntry[] With(this IReadOnlyList<RecordedEntry> record, int number, Func<RecordedEntry, RecordedEntry> act) =>
        [.. record.Select(recorded => recorded.Number == number ? act(recorded) : recorded)];
}
