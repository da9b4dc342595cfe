using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>A model or service as reads show it.</summary>
/// <param name="Provider">The id of its provider; left out when unknown.</param>
/// <param name="Facts">How many facts name it, or one that is merged into it: those that count by the answer's day and are not retracted.</param>
public sealed record TechnologyItem(string Id, string Name, string? Provider, ImmutableArray<string> Aliases, bool Reviewed, long Facts)
{
    /// <summary>The columns of a row of <c>technology_version</c>, read as t; its provider is the one that stands for what was registered.</summary>
    internal static string Columns(Snapshot snapshot) => $"technology_id, entry, {EntrySql.Survivor(snapshot, RegistryKind.Provider, "t.provider")}";

    internal static (string Id, TechnologyEntry Entry) Read(NpgsqlDataReader row) => (row.GetString(0),
        JsonSerializer.Deserialize<TechnologyEntry>(row.GetString(1), Json.Options)! with { Provider = row.IsDBNull(2) ? null : row.GetString(2) });

    internal static TechnologyItem Of((string Id, TechnologyEntry Entry) technology, IReadOnlyDictionary<string, long> facts) =>
        new(technology.Id, technology.Entry.Name, technology.Entry.Provider, technology.Entry.Aliases, technology.Entry.Reviewed, facts.GetValueOrDefault(technology.Id));
}

/// <summary><c>GET /v1/models</c>: the models and services that facts name, in the order of their ids. A merged one is found by its names and shown as what it stands for.</summary>
public static class GetModels
{
    public static readonly IReadOnlyList<string> Parameters = ["provider", "text", .. KnownParameters.OfPages];

    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var (maker, text, size, cursor) = (query.Text("provider"), query.Text("text"), query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var provider = maker is null ? null : await FindProvider.IdAsync(snapshot, "provider", maker);
        var named = text is null ? null : await KnownNames.HoldingAsync(snapshot, RegistryKind.Technology, text);
        var rows = await snapshot.ReadAsync(Select(snapshot, provider, named, cursor?.After, size + 1), TechnologyItem.Read);
        var facts = await NamedInFacts.CountAsync(snapshot, RegistryKind.Technology, rows.Select(r => r.Id));
        return Results.Json(snapshot.PageOf(http, rows, size, r => r.Id, r => TechnologyItem.Of(r, facts)), Json.Options);
    }

    /// <param name="provider">The id of a provider that stands for itself.</param>
    /// <param name="named">The only ids that are asked for; null for all.</param>
    internal static NpgsqlCommand Select(Snapshot snapshot, string? provider, string[]? named, string? after, int most) => new Conditions($"{snapshot.Known("t")} and survivor is null")
        .On($"provider = any({EntrySql.Members(snapshot, RegistryKind.Provider, "array[?]")})", provider)
        .On("technology_id = any(?)", named)
        .On("technology_id > ?", after)
        .Command(snapshot, $"select {TechnologyItem.Columns(snapshot)} from {Schema.Policy}.technology_version t where {{conditions}} order by technology_id limit {most}");
}
