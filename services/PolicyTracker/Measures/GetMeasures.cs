using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Measures;

/// <summary>
/// <c>GET /v1/measures</c>: every measure that was heard of by asOf and where it stands then, in the order of their ids. Retracted measures,
/// of which no entry stands, are listed with <c>status=retracted</c> alone.
/// </summary>
public static class GetMeasures
{
    /// <summary>How many measures are read at a time until a page is full.</summary>
    private const int AtATime = 250;

    public static readonly IReadOnlyList<string> Parameters = ["country", "issuer", "target", "kind", "stage", "active", "status", .. KnownParameters.OfPages];

    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var (filter, size, cursor) = (MeasureFilter.Of(query), query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var found = new List<MeasureReading>();
        for (var (after, more) = (cursor?.After, true); more && found.Count <= size;)
        {
            var read = await ReadAsync(snapshot, filter, after);
            found.AddRange(read.Where(m => m.HeardOf <= snapshot.Moment.AsOf && filter.Takes(m)));
            (after, more) = read.Count == AtATime ? (read[^1].Id, true) : (null, false);
        }

        return Results.Json(snapshot.PageOf(http, found, size, m => m.Id, m => m.Line()), Json.Options);
    }

    private static async Task<IReadOnlyList<MeasureReading>> ReadAsync(Snapshot snapshot, MeasureFilter filter, string? after)
    {
        var retracted = filter.Status == RecordStatus.Retracted;
        // Of a retracted measure no row is known any more: it shows as its first entry was last known.
        var shown = retracted ? $"e.number = 1 and e.known_from <= {snapshot.Moment.KnownAt.Sequence}" : snapshot.Known("e");
        var rows = await snapshot.ReadAsync(new Conditions(shown)
            .If(retracted, $"not exists (select 1 from {Schema.Policy}.measure_entry s where s.measure_id = e.measure_id and {snapshot.Known("s")})")
            .On("issuer = ?", filter.Issuer)
            .On("countries @> array[?]", filter.Target)
            .On("countries @> array[?]", filter.Country)
            .On("measure_id > ?", after)
            .Command(snapshot, $"""
                with next as (select distinct measure_id from {Schema.Policy}.measure_entry e where {"{conditions}"} order by measure_id limit {AtATime})
                select distinct on (measure_id, number) measure_id, number, entry from {Schema.Policy}.measure_entry e join next using (measure_id)
                 where {shown} order by measure_id, number, known_from desc
                """), row => (Id: row.GetString(0), Entry: new RecordedEntry(row.GetInt32(1), JsonSerializer.Deserialize<MeasureEntry>(row.GetString(2), Json.Options)!)));
        return [.. rows.GroupBy(r => r.Id, r => r.Entry with { Retracted = retracted }).Select(g => new MeasureReading(g.Key, [.. g], snapshot.Moment.AsOf))];
    }
}

/// <summary>Which measures are asked for.</summary>
/// <param name="Country">Their issuer or one of their targets.</param>
/// <param name="Active">Whether they have not ended.</param>
internal sealed record MeasureFilter(string? Country, string? Issuer, string? Target, MeasureKind? Kind, Stage? Stage, bool? Active, RecordStatus? Status)
{
    public static MeasureFilter Of(Parameters query) => new(
        query.Country("country"), query.Country("issuer"), query.Country("target"), query.OneOf<MeasureKind>("kind"), query.OneOf<Stage>("stage"),
        query.Truth("active"), query.OneOf<RecordStatus>("status"));

    public bool Takes(MeasureReading measure) => measure.Definition is var definition
        && (Issuer is null || definition.Issuer == Issuer)
        && (Target is null || definition.Targets.Contains(Target))
        && (Country is null || definition.Issuer == Country || definition.Targets.Contains(Country))
        && (Kind is null || definition.Kind == Kind)
        && (Stage is null || measure.State?.Stage == Stage)
        && (Active is null || measure.State?.IsActive == Active);
}

/// <summary>A measure as it is read at one moment.</summary>
/// <param name="record">Its entries in the order of their numbers, at least the first.</param>
internal sealed class MeasureReading(string id, IReadOnlyList<RecordedEntry> record, DateOnly asOf)
{
    public string Id => id;
    public IReadOnlyList<MeasureState> Life { get; } = MeasureLife.Of(record);
    /// <summary>The day from which its first entry counts.</summary>
    public DateOnly HeardOf => record[0].Entry.EffectiveDay();
    /// <summary>Where it stands; null before its first entry counts, and when no entry stands.</summary>
    public MeasureState? State => MeasureLife.StateAt(Life, asOf);
    public MeasureDefinition Definition => (State ?? (Life.Count > 0 ? Life[0] : null))?.Definition ?? record[0].Entry.Definition!;

    /// <summary>What it is and where it stands, in one line.</summary>
    public JsonObject Line()
    {
        var standing = record.Standing().Count();
        var line = new JsonObject { ["id"] = id }.With(Definition);
        line["status"] = WireNames.Of(standing > 0 ? RecordStatus.Recorded : RecordStatus.Retracted);
        if (State is { } state)
        {
            line["stage"] = WireNames.Of(state.Stage);
            line["since"] = state.From.ToString("O");
            line.With(state.Dates);
        }

        line["entryCount"] = standing;
        return line;
    }
}
