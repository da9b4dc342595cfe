using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>A provider as reads show it.</summary>
/// <param name="Facts">How many facts name it, or one that is merged into it: those that count by the answer's day and are not retracted.</param>
public sealed record ProviderItem(string Id, string Name, string? Home, ImmutableArray<string> Aliases, bool Reviewed, long Facts)
{
    internal static (string Id, ProviderEntry Entry) Read(NpgsqlDataReader row) => (row.GetString(0), JsonSerializer.Deserialize<ProviderEntry>(row.GetString(1), Json.Options)!);

    internal static ProviderItem Of((string Id, ProviderEntry Entry) provider, IReadOnlyDictionary<string, long> facts) =>
        new(provider.Id, provider.Entry.Name, provider.Entry.Home, provider.Entry.Aliases, provider.Entry.Reviewed, facts.GetValueOrDefault(provider.Id));
}

/// <summary><c>GET /v1/providers</c>: the organisations that facts name, in the order of their ids. A merged one is found by its names and shown as what it stands for.</summary>
public static class GetProviders
{
    public static readonly IReadOnlyList<string> Parameters = ["home", "reviewed", "text", .. KnownParameters.OfPages];

    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var (home, reviewed, text, size, cursor) = (query.Country("home"), query.Truth("reviewed"), query.Text("text"), query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var named = text is null ? null : await KnownNames.HoldingAsync(snapshot, RegistryKind.Provider, text);
        var rows = await snapshot.ReadAsync(new Conditions($"{snapshot.Known("p")} and survivor is null")
            .On("home = ?", home)
            .On("reviewed = ?", reviewed)
            .On("provider_id = any(?)", named)
            .On("provider_id > ?", cursor?.After)
            .Command(snapshot, $"select provider_id, entry from {Schema.Policy}.provider_version p where {{conditions}} order by provider_id limit {size + 1}"), ProviderItem.Read);
        var facts = await NamedInFacts.CountAsync(snapshot, RegistryKind.Provider, rows.Select(r => r.Id));
        return Results.Json(snapshot.PageOf(http, rows, size, r => r.Id, r => ProviderItem.Of(r, facts)), Json.Options);
    }
}
