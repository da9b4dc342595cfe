using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>A model or service as reads show it.</summary>
/// <param name="Provider">The id of its provider; left out when unknown.</param>
/// <param name="Facts">How many facts that are not retracted name it.</param>
public sealed record TechnologyItem(string Id, string Name, string? Provider, ImmutableArray<string> Aliases, bool Reviewed, long Facts)
{
    internal static (string Id, TechnologyEntry Entry) Read(NpgsqlDataReader row) => (row.GetString(0), JsonSerializer.Deserialize<TechnologyEntry>(row.GetString(1), Json.Options)!);

    internal static TechnologyItem Of((string Id, TechnologyEntry Entry) technology, IReadOnlyDictionary<string, long> facts) =>
        new(technology.Id, technology.Entry.Name, technology.Entry.Provider, technology.Entry.Aliases, technology.Entry.Reviewed, facts.GetValueOrDefault(technology.Id));
}

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>: the models and services that facts name, in the order of their ids.</summary>
public static class GetModels
{
    public static readonly IReadOnlyList<string> Parameters = ["provider", "text", .. KnownParameters.OfPages];

    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var (named, text, size, cursor) = (query.Text("provider"), query.Text("text"), query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var rows = await snapshot.ReadAsync(new Conditions(snapshot.Known("t"))
            .On("provider = ?", named is null ? null : await FindProvider.IdAsync(snapshot, "provider", named))
            .On(RegistryNames.Holding("technology_id", RegistryKind.Technology), text is null ? null : RegistryName.KeyOf(text))
            .On("technology_id > ?", cursor?.After)
            .Command(snapshot, $"select technology_id, entry from {Schema.Policy}.technology_version t where {{conditions}} order by technology_id limit {size + 1}"), TechnologyItem.Read);
        var facts = await NamedInFacts.CountAsync(snapshot, RegistryKind.Technology, rows.Select(r => r.Id));
        return Results.Json(snapshot.PageOf(http, rows, size, r => r.Id, r => TechnologyItem.Of(r, facts)), Json.Options);
    }

    public static async Task<IResult> GetOne(HttpContext http, string id)
    {
        await using var snapshot = await Snapshot.OpenAsync(http);
        var rows = await snapshot.ReadAsync(new Conditions(snapshot.Known("t")).On("technology_id = ?", id)
            .Command(snapshot, $"select technology_id, entry from {Schema.Policy}.technology_version t where {{conditions}}"), TechnologyItem.Read);
        if (rows is not [var technology])
            throw new Refused(Codes.NotFound, $"There is no model or service {Echo.Of(id)}.");
        var facts = await NamedInFacts.CountAsync(snapshot, RegistryKind.Technology, [id]);
        return Results.Json(snapshot.Moment.With(TechnologyItem.Of(technology, facts)), Json.Options);
    }
}
