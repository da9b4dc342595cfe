using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Facts;
using PolicyTracker.Measures;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;

namespace PolicyTracker.CountryViews;

/// <summary>The facts and measures that an answer names, as items of its lists.</summary>
internal sealed class Items
{
    // What every fact has is told by the item's own members; what is left is what this type of fact says.
    private static readonly IReadOnlyList<string> OfEveryFact =
        [.. typeof(Fact).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)), Json.Discriminator];

    private readonly Dictionary<string, NamedFact> _facts;
    private readonly Dictionary<string, List<RecordedEntry>> _measures;
    private readonly string _country;
    private readonly MethodDefinition _method;

    private Items(string country, MethodDefinition method, Dictionary<string, NamedFact> facts, Dictionary<string, List<RecordedEntry>> measures) =>
        (_country, _method, _facts, _measures) = (country, method, facts, measures);

    /// <param name="method">The method by which evidence is coded.</param>
    public static async Task<Items> LoadAsync(Snapshot snapshot, string country, MethodDefinition method, IReadOnlyList<EvidenceRow> evidence, IReadOnlyList<ListedRow> listed)
    {
        var facts = snapshot.Command($"select fact_id, type, fact from {Schema.Policy}.fact_version f where fact_id = any($1) and {snapshot.Known("f")}");
        facts.Parameters.AddWithValue(listed.Select(l => l.Origin).Distinct().ToArray());
        var ofMeasures = evidence.Where(e => e.Fact is null).Select(e => e.Origin).Concat(listed.Select(l => l.Origin)).Distinct().ToArray();
        var entries = snapshot.Command($"""
            select measure_id, number, entry from {Schema.Policy}.measure_entry e where {snapshot.Known("e")} and measure_id = any(array(
                   select unnest($1::text[]) union select measure_id from {Schema.Policy}.measure_entry c where countries @> array[$2] and {snapshot.Known("c")}))
             order by measure_id, number
            """);
        entries.Parameters.AddWithValue(ofMeasures);
        entries.Parameters.AddWithValue(country);
        var measures = await snapshot.ReadAsync(entries, row => (Id: row.GetString(0),
            Entry: new RecordedEntry(row.GetInt32(1), JsonSerializer.Deserialize<MeasureEntry>(row.GetString(2), Json.Options)!)));
        return new Items(
            country,
            method,
            (await snapshot.ReadAsync(facts, row => (Id: row.GetString(0), Fact: new NamedFact(row.GetString(1), JsonSerializer.Deserialize<Fact>(row.GetString(2), Json.Options)!))))
                .ToDictionary(f => f.Id, f => f.Fact),
            measures.GroupBy(m => m.Id).ToDictionary(g => g.Key, g => g.Select(m => m.Entry).ToList()));
    }

    /// <summary>Evidence of an indicator: a fact or measure with what it says.</summary>
    public EvidenceItem Of(EvidenceRow row)
    {
        var measure = row.Fact is null ? Standing(row.Origin, row.Effective) : null;
        var codes = row.Kind is not (ClaimKind.End or ClaimKind.EndOfEarlier or ClaimKind.Denial);
        return new EvidenceItem
        {
            Fact = measure is null ? row.Origin : null,
            Measure = measure is null ? null : row.Origin,
            Id = row.Origin,
            Type = row.Fact?.Type ?? measure!.Type,
            Occurred = row.Fact?.Occurred ?? measure!.Occurred,
            Publisher = measure?.Publisher ?? row.Publisher,
            Effective = row.Effective,
            Kind = measure?.Kind,
            Stage = measure?.Stage,
            Tier = row.Tier,
            Says = row.Kind,
            Value = codes ? _method.Of(row.Indicator).CodeOf(row.Kind, row.Value) : null,
            Flag = codes ? row.General ? 1 : 0 : null,
        };
    }

    /// <summary>A subject of a list, with the fact that it rests on, and what that fact says.</summary>
    public JsonObject Of(ListedRow row)
    {
        var item = Item(row.Origin, row.Since);
        item["contested"] = row.Contested;
        if (_facts.TryGetValue(row.Origin, out var named))
        {
            foreach (var (name, value) in JsonSerializer.SerializeToNode(named.Fact, Json.Options)!.AsObject().Where(m => !OfEveryFact.Contains(m.Key)).ToList())
                item[name] = value?.DeepClone();
        }

        return item;
    }

    /// <summary>The measures of and against the country that have not ended, the newest stage first.</summary>
    public ItemList<JsonObject> Measures(Moment moment)
    {
        var active = _measures
            .Select(m => (Id: m.Key, State: MeasureLife.StateAt(MeasureLife.Of(m.Value), moment.AsOf)))
            .Where(m => m.State is { IsActive: true } s && (s.Definition.Issuer == _country || s.Definition.Targets.Contains(_country)))
            .OrderByDescending(m => m.State!.From).ThenBy(m => m.Id, StringComparer.Ordinal)
            .ToList();
        return ItemList.Of([.. active.Select(m => new JsonObject
        {
            ["measure"] = m.Id,
            ["kind"] = WireNames.Of(m.State!.Definition.Kind),
            ["title"] = m.State.Definition.Title,
            ["issuer"] = m.State.Definition.Issuer,
            ["targets"] = JsonSerializer.SerializeToNode(m.State.Definition.Targets, Json.Options),
            ["stage"] = WireNames.Of(m.State.Stage),
            ["since"] = m.State.From.ToString("O"),
        })], $"/v1/measures?country={_country}&active=true", moment);
    }

    private JsonObject Item(string origin, DateOnly since)
    {
        if (_facts.TryGetValue(origin, out var fact))
            return Item("fact", origin, fact.Type, fact.Fact.Occurred.Text, fact.Fact.Source.Publisher, since);
        var measure = Standing(origin, since);
        var item = Item("measure", origin, measure.Type, measure.Occurred, measure.Publisher, since);
        (item["kind"], item["stage"]) = (WireNames.Of(measure.Kind), WireNames.Of(measure.Stage));
        return item;
    }

    /// <summary>A measure as it stood on a day, and the entry that brought it there.</summary>
    private StandingMeasure Standing(string id, DateOnly day)
    {
        var state = MeasureLife.StateAt(MeasureLife.Of(_measures[id]), day)!;
        var entry = _measures[id].First(e => e.Number == state.Entry).Entry;
        return new StandingMeasure(WireNames.Of(entry.GetType()), entry.Occurred.Text, entry.Source.Publisher, state.Definition.Kind, state.Stage);
    }

    private static JsonObject Item(string of, string id, string type, string occurred, string publisher, DateOnly since) => new()
    {
        [of] = id,
        ["id"] = id,
        ["type"] = type,
        ["occurred"] = occurred,
        ["publisher"] = publisher,
        ["effective"] = since.ToString("O"),
    };

    /// <summary>What an item tells of a measure.</summary>
    private sealed record StandingMeasure(string Type, string Occurred, string Publisher, MeasureKind Kind, Stage Stage);

    /// <summary>A fact with its wire name.</summary>
    private sealed record NamedFact(string Type, Fact Fact);
}
