using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using PolicyTracker.Registry;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Facts;

/// <summary>
/// <c>GET /v1/facts</c>: what is recorded and counts by asOf, the newest record first. Retracted facts are listed with <c>status=retracted</c> alone.
/// </summary>
public static class GetFacts
{
    public static readonly IReadOnlyList<string> Parameters = ["country", "type", "provider", "indicator", "supplier", "status", "from", "to", "text", .. KnownParameters.OfPages];

    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var (filter, size, cursor) = (FactFilter.Of(query), query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var provider = filter.Provider is { } named ? await FindProvider.IdAsync(snapshot, "provider", named) : null;
        var rows = await snapshot.ReadAsync(Select(snapshot, filter, provider, cursor?.AfterSequence(), size + 1), FactRow.Read);
        return Results.Json(snapshot.PageOf(http, rows, size, r => r.Recorded.ToString(CultureInfo.InvariantCulture), FactItem.Of), Json.Options);
    }

    private static NpgsqlCommand Select(Snapshot snapshot, FactFilter filter, string? provider, long? after, int most) => new Conditions(snapshot.Known("f"))
        .On("country = ?", filter.Country)
        .On("type = ?", filter.Type)
        .On("status = ?", filter.Status is { } status ? WireNames.Of(status) : null)
        .If(filter.Status is null, $"status <> '{WireNames.Of(FactStatus.Retracted)}'")
        .On("effective >= ?", filter.From)
        .On("effective <= ?", filter.To)
        .On("effective <= ?", snapshot.Moment.AsOf)
        .On(NamedInFacts.IsProvider(snapshot, "?"), provider)
        .On(Says(snapshot, filter.Status, "c.indicator = ?"), filter.Indicator?.ToString())
        .On(Says(snapshot, filter.Status, "c.supplier = any(?)"), filter.Suppliers)
        .On("strpos(search, ?) > 0", filter.Text?.ToLowerInvariant())
        .On("recorded < ?", after)
        .Command(snapshot, $"select {FactRow.Columns} from {Schema.Policy}.fact_version f where {{conditions}} order by recorded desc limit {most}");

    private static string Says(Snapshot snapshot, FactStatus? status, string what)
    {
        // What is retracted says nothing any more: it is found by what it said until then.
        var said = status == FactStatus.Retracted
            ? "c.known_to = f.known_from"
            : snapshot.Known("c");
        return $"exists (select 1 from {Schema.Policy}.claim c where c.origin = f.fact_id and {said} and {what})";
    }
}

/// <summary>Which facts are asked for.</summary>
/// <param name="Provider">A provider's id, or a name of it.</param>
/// <param name="Indicator">The indicator that the fact speaks of.</param>
/// <param name="Supplier">The supplier of whom it speaks, or of every one; <c>?</c> where it cannot be attributed.</param>
/// <param name="From">The first effective day.</param>
/// <param name="To">The last effective day.</param>
internal sealed record FactFilter(
    string? Country, string? Type, string? Provider, Indicator? Indicator, string? Supplier, FactStatus? Status, DateOnly? From, DateOnly? To, string? Text)
{
    private const string Unattributed = "?";

    /// <summary>Whom a claim has to name. One that stands for every pair, <c>*</c>, speaks of each country, and of nobody whose country is unknown.</summary>
    public string[]? Suppliers => Supplier switch
    {
        null => null,
        Unattributed => [Unattributed],
        var country => [country, "*"],
    };

    public static FactFilter Of(Parameters query)
    {
        var (from, to) = query.Days();
        return new FactFilter(
            query.Country("country"),
            query.OneOf("type", FactTypes.Names, Codes.UnknownType),
            query.Text("provider"),
            query.OneOf<Indicator>("indicator"),
            query.Given("supplier") == Unattributed ? Unattributed : query.Country("supplier"),
            query.OneOf<FactStatus>("status"),
            from,
            to,
            query.Text("text"));
    }
}

/// <summary>A fact as reads show it: as it was given, and how it stands.</summary>
internal static class FactItem
{
    public static JsonObject Of(FactRow row) => Of(row.Life, row.Recorded);

    /// <param name="recorded">The sequence at which it was first recorded.</param>
    public static JsonObject Of(FactLife life, long recorded)
    {
        var item = new JsonObject { ["id"] = life.Id }.With(life.Fact);
        item["status"] = WireNames.Of(life.Status);
        item["reviewed"] = life.Reviewed;
        item["disputed"] = life.Disputed;
        item["effectiveDay"] = life.Fact.EffectiveDay().ToString("O");
        item["recordedSequence"] = recorded;
        return item;
    }
}
