using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Measures;

/// <summary>One stage in a measure's life, from its first day until the next one's.</summary>
/// <param name="Entry">The number of the entry that it follows from.</param>
public sealed record StageLine(DateOnly From, Stage Stage, int Entry);

/// <summary><c>GET /v1/measures/{id}</c>: a measure with its life line, where it stands at asOf, and what may follow there.</summary>
public static class GetMeasure
{
    /// <exception cref="Refused">Nothing of this id was known at the moment.</exception>
    public static async Task<IResult> Get(HttpContext http, string id)
    {
        await using var snapshot = await Snapshot.OpenAsync(http);
        var entries = await snapshot.ReadAsync(new Conditions(snapshot.Known("e")).On("measure_id = ?", id)
            .Command(snapshot, $"select {EntryRow.Columns} from {Schema.Policy}.measure_entry e where {{conditions}} order by number"), EntryRow.Read);
        if (entries.Count == 0)
            throw new Refused(Codes.NotFound, $"No measure {Echo.Of(id)} was known at sequence {snapshot.Moment.KnownAt.Sequence}. To read what was just recorded, send its sequence as atLeast.");

        var measure = new MeasureReading(id, entries, snapshot.Moment.AsOf);
        var times = await RecordPoints.TimesAsync(snapshot, [.. entries.Select(e => e.Sequence)]);
        var tag = MeasureEndpoints.ETagOf(entries.Count);
        http.Response.Headers.ETag = tag;
        return Holds(http.Request, tag) && !TurnedSince(times[entries[^1].Sequence], http, measure)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Json(snapshot.Moment.With(Detail(measure, entries, times)), Json.Options);
    }

    private static JsonObject Detail(MeasureReading measure, IReadOnlyList<EntryRow> entries, IReadOnlyDictionary<long, DateTimeOffset> times)
    {
        var detail = measure.Line();
        detail["mayFollow"] = JsonSerializer.SerializeToNode(measure.State is { } state ? LifeCycle.Table[state.Stage] : [], Json.Options);
        detail["states"] = JsonSerializer.SerializeToNode(measure.Life.Select(s => new StageLine(s.From, s.Stage, s.Entry)), Json.Options);
        detail["entries"] = new JsonArray([.. entries.Select(e => EntryItem(e, times[e.Sequence]))]);
        return detail;
    }

    private static JsonObject EntryItem(EntryRow row, DateTimeOffset at) => new JsonObject
    {
        ["number"] = row.Recorded.Number,
        ["sequence"] = row.Sequence,
        ["recordedAt"] = JsonSerializer.SerializeToNode(at, Json.Options),
        ["effectiveDay"] = row.Recorded.Entry.EffectiveDay().ToString("O"),
    }.With(row.Recorded.Entry);

    private static bool Holds(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch.ToString().Split(',').Select(t => t.Trim()).Any(t => t == "*" || t == tag || t == $"W/{tag}");

    // The version counts entries; a stage that a date has brought since the last one is news to whoever read before it.
    private static bool TurnedSince(DateTimeOffset recorded, HttpContext http, MeasureReading measure) =>
        new Parameters(http).Day("asOf") is null && measure.State?.From > DateOnly.FromDateTime(recorded.UtcDateTime);
}
