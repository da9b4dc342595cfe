using PolicyTracker.Facts;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>Which entries of one kind are merged into which. Names and facts keep the ids under which they were registered and recorded; whoever reads them asks here whom an id stands for.</summary>
public sealed class Merges(IEnumerable<KeyValuePair<string, string>> merged)
{
    private readonly Dictionary<string, string> _into = new(merged);

    /// <summary>The merges that were known at a snapshot's moment.</summary>
    public static async Task<Merges> AtAsync(Snapshot snapshot, RegistryKind kind) => new(await snapshot.ReadAsync(
        snapshot.Command($"select m.{EntrySql.Key(kind)}, m.merged_into from {Schema.Policy}.{EntrySql.Table(kind)} m where m.survivor is not null and {snapshot.Known("m")}"),
        row => KeyValuePair.Create(row.GetString(0), row.GetString(1))));

    public void Merge(string id, string into) => _into[id] = into;

    public void Unmerge(string id) => _into.Remove(id);

    /// <summary>The entry that this one is merged into; null when it stands for itself.</summary>
    public string? IntoOf(string id) => _into.GetValueOrDefault(id);

    /// <summary>The entry that an id stands for at the end: its own when it is not merged.</summary>
    public string SurvivorOf(string id)
    {
        while (_into.TryGetValue(id, out var into))
            id = into;
        return id;
    }

    /// <summary>An entry and all that lead to it, in the order of their ids.</summary>
    public IReadOnlyList<string> MembersOf(string id) => [.. Reach.From([id], _into.ToLookup(m => m.Value, m => m.Key)).Order(StringComparer.Ordinal)];
}

/// <summary>What is reached from some ids along the edges of a graph.</summary>
public static class Reach
{
    public static IReadOnlyCollection<string> From(IEnumerable<string> ids, ILookup<string, string> edges)
    {
        var reached = ids.ToHashSet();
        var ahead = new Stack<string>(reached);
        while (ahead.TryPop(out var id))
        {
            foreach (var next in edges[id].Where(reached.Add))
                ahead.Push(next);
        }

        return reached;
    }
}

/// <summary>The names in facts, led to the entries that they stand for.</summary>
public static class MergedNames
{
    /// <summary>The same fact, each of its registry ids led to the survivor.</summary>
    public static Fact Resolved(this Fact fact, Merges providers, Merges technologies)
    {
        var ofProviders = NamedFields.Of(fact.GetType()).Providers.Select(p => p.Name).ToHashSet();
        return fact with
        {
            RegistryIds = fact.RegistryIds.SetItems(fact.RegistryIds.Select(named =>
                KeyValuePair.Create(named.Key, (ofProviders.Contains(named.Key) ? providers : technologies).SurvivorOf(named.Value)))),
        };
    }

    /// <summary>The ids of one kind that a fact was recorded with.</summary>
    public static IEnumerable<string> Ids(this Fact fact, RegistryKind kind)
    {
        var fields = NamedFields.Of(fact.GetType());
        var names = kind == RegistryKind.Provider ? fields.Providers.Select(p => p.Name) : fields.Technologies.Select(t => t.Name);
        return names.Select(name => fact.RegistryIds.GetValueOrDefault(name)).OfType<string>();
    }
}
