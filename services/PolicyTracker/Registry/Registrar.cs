using JasperFx;
using PolicyTracker.Facts;
using PolicyTracker.Recording;

namespace PolicyTracker.Registry;

/// <summary>Resolves the provider and technology names in facts to the registry's ids, and registers the unknown ones as unreviewed.</summary>
/// <remarks>Resolving plans; only the names of facts that are kept are registered, so that a refused row leaves nothing behind.</remarks>
public sealed class Registrar(Draft draft)
{
    private readonly Dictionary<RegistryName, string> _known = [];
    private readonly Dictionary<RegistryName, string> _spelling = [];

    /// <summary>The same facts with their registry ids.</summary>
    public async Task<IReadOnlyList<Fact>> ResolveAsync(IReadOnlyList<Fact> facts)
    {
        var providers = facts.SelectMany(f => NamedFields.Of(f.GetType()).Providers.Select(p => p.Value(f))).OfType<string>().ToList();
        await LearnAsync([.. providers.Select(n => (RegistryName.OfProvider(n), n))]);

        var technologies = facts.SelectMany(TechnologyNames).Select(t => (t.Name, t.Spelling)).ToList();
        await LearnAsync(technologies);

        return [.. facts.Select(f => f with { RegistryIds = f.RegistryIds.Clear().AddRange(Ids(f)) })];
    }

    /// <summary>Registers those names of these facts that the registry did not know.</summary>
    /// <exception cref="ConcurrencyException">Another write took one of the names for another id meanwhile.</exception>
    public async Task RegisterAsync(IEnumerable<Fact> facts)
    {
        var named = facts.SelectMany(NamesIn).ToHashSet();
        foreach (var (name, spelling) in _spelling.Where(n => named.Contains(n.Key)).OrderBy(n => n.Key.Kind).ThenBy(n => _known[n.Key], StringComparer.Ordinal))
        {
            var id = _known[name];
            if (!await RegistryNames.ReserveAsync(draft, name, id))
                throw new ConcurrencyException($"The name {spelling} was registered meanwhile.", null);
            if (name.Kind == RegistryKind.Provider)
                draft.Start<Provider>(Provider.Stream(id), new ProviderRegistered(id, new ProviderEntry { Name = spelling }));
            else
                draft.Start<Technology>(Technology.Stream(id),
                    new TechnologyRegistered(id, new TechnologyEntry { Name = spelling, Provider = name.Provider.Length > 0 ? name.Provider : null }));
        }
    }

    private IEnumerable<RegistryName> NamesIn(Fact fact) => NamedFields.Of(fact.GetType()).Providers.Select(p => p.Value(fact)).OfType<string>()
        .Select(RegistryName.OfProvider).Concat(TechnologyNames(fact).Select(t => t.Name));

    private async Task LearnAsync(IReadOnlyCollection<(RegistryName Name, string Spelling)> names)
    {
        var unknown = names.Where(n => !_known.ContainsKey(n.Name)).DistinctBy(n => n.Name).ToList();
        var found = await RegistryNames.FindAsync(draft, [.. unknown.Select(n => n.Name)]);
        var anywhere = await RegistryNames.FindOfAnyProviderAsync(draft,
            [.. unknown.Select(n => n.Name).Where(n => n is { Kind: RegistryKind.Technology, Provider: "" } && !found.ContainsKey(n))]);
        foreach (var (name, spelling) in unknown)
        {
            if (found.TryGetValue(name, out var id) || anywhere.TryGetValue(name, out id))
            {
                _known[name] = id;
                continue;
            }
            _known[name] = name.NewId(spelling);
            _spelling[name] = spelling;
        }
    }

    private IEnumerable<(string Field, RegistryName Name, string Spelling)> TechnologyNames(Fact fact)
    {
        foreach (var field in NamedFields.Of(fact.GetType()).Technologies)
        {
            if (field.Value(fact) is not { } spelling)
                continue;
            var provider = field.ProviderOf(fact) is { } named ? _known[RegistryName.OfProvider(named)] : null;
            yield return (field.Name, RegistryName.OfTechnology(provider, spelling), spelling);
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Ids(Fact fact)
    {
        foreach (var field in NamedFields.Of(fact.GetType()).Providers)
        {
            if (field.Value(fact) is { } name)
                yield return new(field.Name, _known[RegistryName.OfProvider(name)]);
        }
        foreach (var (field, name, _) in TechnologyNames(fact))
            yield return new(field, _known[name]);
    }
}
