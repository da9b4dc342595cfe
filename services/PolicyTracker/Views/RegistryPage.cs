using System.Text.Json;
using JasperFx.Events;
using Marten;
using Npgsql;
using PolicyTracker.Facts;
using PolicyTracker.Registry;

namespace PolicyTracker.Views;

/// <summary>The registry's entries as a page of events finds and leaves them, and what the names in facts come to with them.</summary>
internal sealed class RegistryPage
{
    private readonly EntryRows<ProviderEntry> _providers = new("provider_version", "provider_id",
        entry => new { entry.Name, entry.Home, entry.Reviewed, Entry = JsonSerializer.SerializeToElement(entry, Json.Options) });

    private readonly EntryRows<TechnologyEntry> _technologies = new("technology_version", "technology_id",
        entry => new { entry.Name, entry.Provider, entry.Reviewed, Entry = JsonSerializer.SerializeToElement(entry, Json.Options) });

    /// <summary>The ids whose facts the page may lead elsewhere.</summary>
    public string[] Moving => [.. _providers.Moving.Union(_technologies.Moving)];

    /// <summary>Reads what was merged before the page.</summary>
    public static async Task<RegistryPage> LoadAsync(NpgsqlConnection connection, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var page = new RegistryPage();
        var data = events.Select(e => e.Data).ToList();
        await page._providers.LoadMergesAsync(connection, data.Select(d => d switch
        {
            ProviderMerged m => (m.ProviderId, m.Into),
            ProviderUnmerged u => (u.ProviderId, null),
            ProviderCorrected c when c.Previous.Home != c.Replacement.Home => (c.ProviderId, null),
            _ => ((string, string?)?)null,
        }), cancellation);
        await page._technologies.LoadMergesAsync(connection, data.Select(d => d switch
        {
            TechnologyMerged m => (m.TechnologyId, m.Into),
            TechnologyUnmerged u => (u.TechnologyId, null),
            _ => ((string, string?)?)null,
        }), cancellation);
        return page;
    }

    /// <summary>Reads the entries that the page moves, and the providers that its facts name.</summary>
    public async Task LoadEntriesAsync(NpgsqlConnection connection, IEnumerable<Fact> facts, CancellationToken cancellation)
    {
        await _providers.LoadEntriesAsync(connection, facts.SelectMany(f => f.Ids(RegistryKind.Provider)), cancellation);
        await _technologies.LoadEntriesAsync(connection, [], cancellation);
    }

    /// <summary>Carries out an event of the registry.</summary>
    /// <returns>Whether the event moves the claims of a fact.</returns>
    public Func<Fact, bool> Apply(object data, long sequence) => data switch
    {
        ProviderRegistered r => Naming(RegistryKind.Provider, _providers.Describe(r.ProviderId, sequence, r.Entry, moves: false)),
        ProviderCorrected c => Naming(RegistryKind.Provider, _providers.Describe(c.ProviderId, sequence, c.Replacement, moves: c.Previous.Home != c.Replacement.Home)),
        ProviderMerged m => Naming(RegistryKind.Provider, _providers.Merge(m.ProviderId, m.Into, sequence)),
        ProviderUnmerged u => Naming(RegistryKind.Provider, _providers.Merge(u.ProviderId, null, sequence)),
        TechnologyRegistered r => Naming(RegistryKind.Technology, _technologies.Describe(r.TechnologyId, sequence, r.Entry, moves: false)),
        TechnologyCorrected c => Naming(RegistryKind.Technology, _technologies.Describe(c.TechnologyId, sequence, c.Replacement, moves: false)),
        TechnologyMerged m => Naming(RegistryKind.Technology, _technologies.Merge(m.TechnologyId, m.Into, sequence)),
        TechnologyUnmerged u => Naming(RegistryKind.Technology, _technologies.Merge(u.TechnologyId, null, sequence)),
        _ => throw new InvalidOperationException($"The registry does not know the event {data.GetType().Name}."),
    };

    /// <summary>The fact with its names led to the entries that they stand for.</summary>
    public Fact Resolved(Fact fact) => fact.Resolved(_providers.Merges, _technologies.Merges);

    /// <summary>The home of a provider that stands for itself; null when it is unknown.</summary>
    public string? HomeOf(string id) => _providers.Find(id)?.Home;

    public void Save(IDocumentOperations operations)
    {
        _providers.Save(operations);
        _technologies.Save(operations);
    }

    private static Func<Fact, bool> Naming(RegistryKind kind, IReadOnlyCollection<string> moved) => fact => moved.Count > 0 && fact.Ids(kind).Any(moved.Contains);
}
