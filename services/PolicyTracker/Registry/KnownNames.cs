using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>
/// Finds entries by the names that were known at a snapshot's moment: their own, their aliases, and those that they had before. The names of a merged
/// entry lead to what it stands for.
/// </summary>
internal static class KnownNames
{
    /// <summary>The id of the provider that has a name, or had it before; null when there is none.</summary>
    public static async Task<string?> ProviderAsync(Snapshot snapshot, string name)
    {
        var key = RegistryName.KeyOf(name);
        return (await FindAsync(snapshot, RegistryKind.Provider, "r.name = $1", key, known => known == key)).SingleOrDefault();
    }

    /// <summary>The ids of the entries of which a name holds a text, both as the registry looks them up.</summary>
    public static Task<string[]> HoldingAsync(Snapshot snapshot, RegistryKind kind, string text)
    {
        var key = RegistryName.KeyOf(text);
        return FindAsync(snapshot, kind, "strpos(r.name, $1) > 0", key, known => known.Contains(key, StringComparison.Ordinal));
    }

    // A name is taken for one entry and for good, so the names that are taken now lead to every entry that may have had it then. Since when it has it, the
    // versions of the entry tell; they hold it as it was written.
    private static async Task<string[]> FindAsync(Snapshot snapshot, RegistryKind kind, string taken, string key, Func<string, bool> isMeant)
    {
        var command = snapshot.Command($"""
            select {EntrySql.Survivor(snapshot, kind, $"v.{EntrySql.Key(kind)}")}, v.name, array(select jsonb_array_elements_text(v.entry -> 'aliases'))
              from {Schema.Policy}.{EntrySql.Table(kind)} v
             where v.{EntrySql.Key(kind)} in (select r.id from {Schema.Policy}.registry_name r where r.kind = '{kind}' and {taken}) and v.known_from <= {snapshot.Moment.KnownAt.Sequence}
            """);
        command.Parameters.AddWithValue(key);
        var versions = await snapshot.ReadAsync(command, row => (Id: row.GetString(0), Names: row.GetFieldValue<string[]>(2).Prepend(row.GetString(1))));
        return [.. versions.Where(v => v.Names.Select(RegistryName.KeyOf).Any(isMeant)).Select(v => v.Id).Distinct()];
    }
}
