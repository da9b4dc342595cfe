using Npgsql;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Sources;

/// <summary>A correction or retraction of a fact, or of an entry of a measure, that this publisher told, the newest first.</summary>
/// <param name="Entry">The number of the entry in its measure.</param>
public sealed record SourceChange(long Sequence, string Type, string? Fact, string? Measure, int? Entry, Cause Cause, string Why);

/// <summary>How many of a publisher's facts are of each tier.</summary>
public sealed record TierCounts(long A, long B, long C);

/// <summary>How often our record of what a publisher told was changed, by cause.</summary>
public sealed record CauseCounts(long SourceCorrected, long OurError, long PipelineChange)
{
    internal long Total => SourceCorrected + OurError + PipelineChange;
}

/// <summary>A publisher, and how those of its facts and entries of measures that count by the answer's day have fared in our record. Spellings that differ in case or space are one publisher.</summary>
/// <param name="Facts">How many facts it was ever the source of, retracted ones and those that were since corrected to another source included.</param>
/// <param name="ByTier">These facts by the tier that they have, or last had from it.</param>
/// <param name="MeasureEntries">How many entries of measures it was ever the source of, likewise.</param>
/// <param name="Corrected">How many of the facts and entries were corrected or retracted, and not reinstated since.</param>
/// <param name="ShareCorrected">The same as a share of the facts and entries, from 0 to 1, to four places.</param>
/// <param name="Causes">These corrections and retractions by cause; a fact or an entry may have several.</param>
/// <param name="Newest">The newest three of them.</param>
/// <param name="Disputed">How many of the facts are disputed now, and not retracted.</param>
/// <param name="FirstPublished">The first day on which one of its sources was published, as far as days are known and not after the answer's.</param>
/// <param name="LastPublished">The last such day.</param>
/// <param name="LastChecked">The last day, likewise, on which one of its sources was retrieved, or one of its facts confirmed.</param>
/// <param name="LastChanged">When our record of it last changed.</param>
public sealed record SourceItem(
    string Publisher, long Facts, TierCounts ByTier, long MeasureEntries, long Corrected, decimal ShareCorrected, CauseCounts Causes, ItemList<SourceChange> Newest,
    long Disputed, DateOnly? FirstPublished, DateOnly? LastPublished, DateOnly? LastChecked, RecordPoint LastChanged);

/// <summary>What the rows tell of one publisher.</summary>
/// <param name="Key">Its name without case and surplus space.</param>
internal sealed record SourceRow(
    string Key, string Publisher, long Facts, TierCounts ByTier, long MeasureEntries, long Corrected, CauseCounts Causes, long Disputed,
    DateOnly? FirstPublished, DateOnly? LastPublished, DateOnly? LastChecked, long LastChanged)
{
    public decimal ShareCorrected => Math.Round((decimal)Corrected / (Facts + MeasureEntries), 4, MidpointRounding.AwayFromZero);

    public static SourceRow Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2), new TierCounts(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)), row.GetInt64(6), row.GetInt64(7),
        new CauseCounts(row.GetInt64(8), row.GetInt64(9), row.GetInt64(10)), row.GetInt64(11), Day(row, 12), Day(row, 13), Day(row, 14), row.GetInt64(15));

    public SourceItem With(IEnumerable<SourceChange> newest, IReadOnlyDictionary<long, DateTimeOffset> times, Moment moment) => new(
        Publisher, Facts, ByTier, MeasureEntries, Corrected, ShareCorrected, Causes,
        ItemList.Of([.. newest], (int)Causes.Total, $"/v1/sources/{GetChanges.Below}?publisher={Uri.EscapeDataString(Key)}", moment), Disputed, FirstPublished, LastPublished, LastChecked,
        new RecordPoint(LastChanged, times[LastChanged]));

    private static DateOnly? Day(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateOnly>(column);
}
