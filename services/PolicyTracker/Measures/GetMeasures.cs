using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Measures;

/// <summary>
/// <c>GET /v1/measures</c>: every measure and where it stands at asOf, in the order of their ids. With <c>asOf</c>, only those that were
/// heard of by that day; without it, also one whose first entry counts from a later day, without a stage.
/// </summary>
public static class GetMeasures
{
    public static readonly IReadOnlyList<string> Parameters = ["country", "issuer", "target", "kind", "stage", .. KnownParameters.OfPages];

    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var (country, issuer, target, kind, stage) = (query.Country("country"), query.Country("issuer"), query.Country("target"), query.OneOf<MeasureKind>("kind"), query.OneOf<Stage>("stage"));
        var (asOf, size, cursor) = (query.Day("asOf"), query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var entries = await snapshot.ReadAsync(new Conditions(snapshot.Known("e"))
            .On("issuer = ?", issuer)
            .On("measure_id > ?", cursor?.After)
            .Command(snapshot, $"select {EntryRow.Columns} from {Schema.Policy}.measure_entry e where {{conditions}} order by measure_id, number"), EntryRow.Read);

        var found = entries.GroupBy(e => e.Measure).Select(g => new MeasureReading(g.Key, [.. g], snapshot.Moment.AsOf))
            .Where(m => (asOf is null || m.State is not null) && (target is null || m.Definition.Targets.Contains(target))
                && (country is null || m.Definition.Issuer == country || m.Definition.Targets.Contains(country))
                && (kind is null || m.Definition.Kind == kind) && (stage is null || m.State?.Stage == stage))
            .Take(size + 1).ToList();
        return Results.Json(snapshot.PageOf(http, found, size, m => m.Id, m => m.Line()), Json.Options);
    }
}

/// <summary>An entry of a measure's life line as the views hold it.</summary>
/// <param name="Sequence">The store's sequence of the entry.</param>
internal sealed record EntryRow(string Measure, RecordedEntry Recorded, long Sequence)
{
    public const string Columns = "measure_id, number, entry, known_from";

    public static EntryRow Read(NpgsqlDataReader row) =>
        new(row.GetString(0), new RecordedEntry(row.GetInt32(1), JsonSerializer.Deserialize<MeasureEntry>(row.GetString(2), Json.Options)!), row.GetInt64(3));
}

/// <summary>A measure as it is read at one moment.</summary>
internal sealed class MeasureReading(string id, IReadOnlyList<EntryRow> entries, DateOnly asOf)
{
    public string Id => id;
    public IReadOnlyList<MeasureState> Life { get; } = MeasureLife.Of(entries.Select(e => e.Recorded));
    /// <summary>Where it stands; null before its first entry counts.</summary>
    public MeasureState? State => MeasureLife.StateAt(Life, asOf);
    public MeasureDefinition Definition => (State ?? Life[0]).Definition;

    /// <summary>What it is and where it stands, in one line.</summary>
    public JsonObject Line()
    {
        var line = new JsonObject { ["id"] = id }.With(Definition);
        if (State is { } state)
        {
            line["stage"] = WireNames.Of(state.Stage);
            line["since"] = state.From.ToString("O");
        }

        line["entryCount"] = entries.Count;
        return line;
    }
}
