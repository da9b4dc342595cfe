using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Measures;

/// <summary>One event in the life of an entry.</summary>
/// <param name="RecordedAt">From when the service could answer with it.</param>
/// <param name="Before">What a correction replaced.</param>
/// <param name="After">What it was replaced by.</param>
public sealed record EntryEvent(
    long Sequence, DateTimeOffset RecordedAt, string Type, Cause Cause, string? Why = null, MeasureEntry? Before = null, MeasureEntry? After = null)
{
    internal static EntryEvent Of(IEvent e, DateTimeOffset at)
    {
        var told = new EntryEvent(e.Sequence, at, e.EventTypeName, Cause.WorldChanged);
        return e.Data switch
        {
            MeasureEntryCorrected c => told with { Cause = c.Cause, Why = c.Why, Before = c.Previous, After = c.Replacement },
            MeasureEntryRetracted r => told with { Cause = r.Cause, Why = r.Why },
            MeasureEntryReinstated r => told with { Cause = r.Cause, Why = r.Why },
            _ => told,
        };
    }
}

/// <summary>
/// <c>GET /v1/measures/{id}</c>: a measure as it stands at asOf and what may follow there; its states and entries over its whole life, the retracted entries
/// and the earlier forms of corrected ones included.
/// </summary>
public static class GetMeasure
{
    /// <exception cref="Refused">Nothing of this id was known at the moment.</exception>
    public static async Task<IResult> Get(HttpContext http, string id)
    {
        await using var snapshot = await Snapshot.OpenAsync(http);
        var events = await snapshot.EventsAsync(http.RequestServices.GetRequiredService<IDocumentStore>(), MeasureId.StreamId(id));
        if (events.Count == 0)
            throw new Refused(Codes.NotFound, $"No measure {Echo.Of(id)} was known at sequence {snapshot.Moment.KnownAt.Sequence}. To read what was just recorded, send its sequence as atLeast.");

        var record = MeasureRecord.Of(events.Select(e => e.Data));
        var measure = new MeasureReading(id, record, snapshot.Moment.AsOf);
        var times = await RecordPoints.TimesAsync(snapshot, [.. events.Select(e => e.Sequence)]);
        var tag = MeasureEndpoints.ETagOf(events.Count);
        http.Response.Headers.ETag = tag;
        if (Holds(http.Request, tag) && !TurnedSince(times[events[^1].Sequence], http, measure))
            return Results.StatusCode(StatusCodes.Status304NotModified);

        var lives = events.ToLookup(NumberOf(events), e => EntryEvent.Of(e, times[e.Sequence]));
        return Results.Json(snapshot.Moment.With(Detail(measure, record, lives)), Json.Options);
    }

    private static JsonObject Detail(MeasureReading measure, IReadOnlyList<RecordedEntry> record, ILookup<int, EntryEvent> lives)
    {
        var steps = MeasureLife.Steps(record).ToDictionary(step => step.Recorded.Number);
        var detail = measure.Line();
        detail["mayFollow"] = JsonSerializer.SerializeToNode(measure.State is { } state ? LifeCycle.Table[state.Stage] : [], Json.Options);
        detail["states"] = new JsonArray([.. measure.Life.Select(StateItem)]);
        detail["entries"] = new JsonArray([.. record.Select(recorded => EntryItem(recorded, steps.GetValueOrDefault(recorded.Number), [.. lives[recorded.Number]]))]);
        return detail;
    }

    private static JsonObject StateItem(MeasureState state) => new JsonObject
    {
        ["from"] = state.From.ToString("O"),
        ["stage"] = WireNames.Of(state.Stage),
        ["entry"] = state.Entry,
    }.With(state.Dates).With("definition", state.Definition);

    private static JsonObject EntryItem(RecordedEntry recorded, Step? step, IReadOnlyList<EntryEvent> life)
    {
        var item = new JsonObject
        {
            ["number"] = recorded.Number,
            ["status"] = WireNames.Of(recorded.Status),
            ["sequence"] = life[0].Sequence,
            ["recordedAt"] = JsonSerializer.SerializeToNode(life[0].RecordedAt, Json.Options),
            ["countsFrom"] = recorded.Entry.EffectiveDay().ToString("O"),
        }.With(recorded.Entry);
        if (step?.Was is { } was)
            item["changed"] = Differences(Fields(was), Fields(step.After));
        return item.With("life", life);
    }

    /// <summary>What an entry made of the definition and the dates, by field.</summary>
    private static JsonObject Differences(JsonObject before, JsonObject after) => new(
        before.Select(field => field.Key).Union(after.Select(field => field.Key))
            .Where(name => !JsonNode.DeepEquals(before[name], after[name]))
            .Select(name => KeyValuePair.Create<string, JsonNode?>(name, new JsonObject { ["before"] = before[name]?.DeepClone(), ["after"] = after[name]?.DeepClone() })));

    private static JsonObject Fields(Measure measure) => new JsonObject().With(measure.Definition).With(measure.DatesIn(measure.Posted));

    private static JsonObject With<T>(this JsonObject item, string member, T value)
    {
        item[member] = JsonSerializer.SerializeToNode(value, Json.Options);
        return item;
    }

    /// <summary>The number of the entry that an event is about.</summary>
    private static Func<IEvent, int> NumberOf(IReadOnlyList<IEvent> events)
    {
        var numbers = events.Where(e => e.Data is MeasureEntry).Select((e, i) => (e.Sequence, Number: i + 1)).ToDictionary(e => e.Sequence, e => e.Number);
        return e => e.Data switch
        {
            MeasureEntryCorrected corrected => corrected.Number,
            MeasureEntryRetracted retracted => retracted.Number,
            MeasureEntryReinstated reinstated => reinstated.Number,
            _ => numbers[e.Sequence],
        };
    }

    private static bool Holds(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch.ToString().Split(',').Select(t => t.Trim()).Any(t => t == "*" || t == tag || t == $"W/{tag}");

    // The version counts events; a stage that a date has brought since the last one is news to whoever read before it.
    private static bool TurnedSince(DateTimeOffset recorded, HttpContext http, MeasureReading measure) =>
        new Parameters(http).Day("asOf") is null && measure.State?.From > DateOnly.FromDateTime(recorded.UtcDateTime);
}
