using System.Collections.Immutable;
using PolicyTracker.Registry;
using PolicyTracker.Snapshots;

namespace PolicyTracker.RegistryViews;

/// <summary>What a provider does in one country.</summary>
/// <param name="Services">What it offers and withholds, on each route.</param>
/// <param name="Accounts">The accounts that it has closed and not reopened.</param>
public sealed record ProviderCountry(string Country, ItemList<ServiceItem> Services, ItemList<AccountItem> Accounts);

/// <summary>A provider, what it offers, withholds and suspends, and where.</summary>
/// <param name="Facts">How many facts name it, or one that is merged into it: those that count by the answer's day and are not retracted.</param>
/// <param name="Merged">The ids that are merged into it.</param>
/// <param name="Countries">The countries in which something of this stands, in the order of their codes.</param>
/// <param name="Models">Its models and services, in the order of their ids.</param>
public sealed record ProviderView(
    string Id, string Name, string? Home, ImmutableArray<string> Aliases, bool Reviewed, long Facts, IReadOnlyList<string> Merged,
    IReadOnlyList<ProviderCountry> Countries, ItemList<TechnologyItem> Models);

/// <summary><c>GET /v1/providers/{id}</c>.</summary>
public static class GetProvider
{
    public static async Task<IResult> Get(HttpContext http, string id)
    {
        await using var snapshot = await Snapshot.OpenAsync(http);
        return await EntryKind.Provider.FindAsync<ProviderEntry>(http, snapshot, id, async found =>
        {
            var facts = await NamedInFacts.CountAsync(snapshot, RegistryKind.Provider, [id]);
            var entry = found.Entry;
            var view = new ProviderView(
                id, entry.Name, entry.Home, entry.Aliases, entry.Reviewed, facts.GetValueOrDefault(id), found.Merged, await CountriesAsync(snapshot, found), await ModelsAsync(snapshot, id));
            return Results.Json(snapshot.Moment.With(view), Json.Options);
        });
    }

    private static async Task<IReadOnlyList<ProviderCountry>> CountriesAsync(Snapshot snapshot, FoundEntry<ProviderEntry> provider)
    {
        var subjects = await Subjects.OfProviderAsync(snapshot, provider, nameof(Indicator.R1), nameof(Indicator.X3));
        var services = await Services.ItemsAsync(snapshot, subjects);
        var suspended = subjects.Where(s => s is { Kind: "account", Winner: not null })
            .OrderByDescending(s => s.Newest.Claim.Effective).ThenByDescending(s => s.Newest.Told).ToList();
        var accounts = (await GetAccounts.ItemsAsync(snapshot, suspended)).ToLookup(a => a.Country);
        return
        [
            .. services.Select(s => s.Key).Union(accounts.Select(a => a.Key)).Order(StringComparer.Ordinal).Select(country => new ProviderCountry(
                country,
                ItemList.Of([.. services[country]], $"{Provider.Location(provider.Id)}{GetServices.Below}?country={country}", snapshot.Moment),
                ItemList.Of([.. accounts[country]], $"/v1/accounts?provider={Uri.EscapeDataString(provider.Id)}&country={country}&status={WireNames.Of(AccountStatus.Suspended)}", snapshot.Moment))),
        ];
    }

    private static async Task<ItemList<TechnologyItem>> ModelsAsync(Snapshot snapshot, string id)
    {
        var models = await snapshot.ReadAsync(GetModels.Select(snapshot, id, null, null, int.MaxValue), TechnologyItem.Read);
        var facts = await NamedInFacts.CountAsync(snapshot, RegistryKind.Technology, models.Take(ItemList.Most).Select(m => m.Id));
        return ItemList.Of([.. models.Select(m => TechnologyItem.Of(m, facts))], $"/v1/models?provider={Uri.EscapeDataString(id)}", snapshot.Moment);
    }
}
