namespace PolicyTracker.Measures;

/// <summary>An entry as it meets a measure.</summary>
/// <param name="Was">The measure that it meets; null when nothing was known by then.</param>
internal sealed record Step(RecordedEntry Recorded, DateOnly Day, Measure? Was, Measure After)
{
    /// <summary>The stage that held on the entry's day; null when nothing was known by then.</summary>
    public Stage? Before => Was?.StageOn(Day);
}

/// <summary>
/// The life of a measure in world time: its entries in order of effective day, those of one day in order of record, and between them what follows from dates.
/// When an entry was recorded does not matter beyond that, so that one heard of late takes the place that it would have had. Retracted entries have none.
/// </summary>
public static class MeasureLife
{
    /// <summary>The states of the measure, each from its day until the next one's; their days strictly increase.</summary>
    public static IReadOnlyList<MeasureState> Of(IEnumerable<RecordedEntry> entries)
    {
        Step[] steps = [.. Steps(entries)];
        return [.. steps.SelectMany((step, i) => States(step, i + 1 < steps.Length ? steps[i + 1].Day : null))];
    }

    /// <summary>The state that holds on a day; null before the first one.</summary>
    public static MeasureState? StateAt(IReadOnlyList<MeasureState> life, DateOnly asOf) => life.LastOrDefault(state => state.From <= asOf);

    internal static IEnumerable<Step> Steps(IEnumerable<RecordedEntry> entries)
    {
        Measure? measure = null;
        foreach (var recorded in entries.Standing().OrderBy(recorded => recorded.Entry.EffectiveDay()).ThenBy(recorded => recorded.Number))
        {
            var was = measure;
            measure = Measure.Apply(was, recorded.Entry);
            yield return new(recorded, recorded.Entry.EffectiveDay(), was, measure);
        }
    }

    private static IEnumerable<MeasureState> States(Step step, DateOnly? end)
    {
        Stage? last = null;
        foreach (var day in step.After.Turns().Where(turn => turn > step.Day).Prepend(step.Day).TakeWhile(day => end is null || day < end))
        {
            var stage = step.After.StageOn(day);
            if (stage == last) continue;
            var entry = step.Recorded.Entry;
            yield return new(day, stage, step.After.Definition, step.Recorded.Number, entry.Tier, entry.Reviewed, entry.Source.Publisher) { Dates = step.After.DatesIn(stage) };
            last = stage;
        }
    }
}
