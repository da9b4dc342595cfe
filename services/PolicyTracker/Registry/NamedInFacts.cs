using PolicyTracker.Facts;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>Which facts name an entry of the registry. A provider and a technology may have one id; the field that names it tells them apart.</summary>
public static class NamedInFacts
{
    private static readonly string ProviderFields = Quoted(FactTypes.ByName.Values.SelectMany(t => NamedFields.Of(t).Providers).Select(p => p.Name));
    private static readonly string TechnologyFields = Quoted(FactTypes.ByName.Values.SelectMany(t => NamedFields.Of(t).Technologies).Select(p => p.Name));

    /// <summary>The SQL condition on a row of <c>fact_version</c> that it names a provider, or one that is merged into it.</summary>
    public static string IsProvider(Snapshot snapshot, string id)
    {
        var members = EntrySql.Members(snapshot, RegistryKind.Provider, $"array[{id}]");
        return $"ids && {members} and exists (select 1 from jsonb_each_text(fact -> 'registryIds') named where named.value = any({members}) and named.key in ({ProviderFields}))";
    }

    /// <summary>How many facts that count by the snapshot's day, and are not retracted, name each of these entries, or one that is merged into it; those that none names are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CountAsync(Snapshot snapshot, RegistryKind kind, IEnumerable<string> ids)
    {
        var command = snapshot.Command($"""
            select coalesce(e.survivor, named.value), count(distinct fact_id) from {Schema.Policy}.fact_version f cross join lateral jsonb_each_text(fact -> 'registryIds') named
              join {Schema.Policy}.{EntrySql.Table(kind)} e on e.{EntrySql.Key(kind)} = named.value and {snapshot.Known("e")}
             where {snapshot.Known("f")} and f.effective <= $2 and status <> '{WireNames.Of(FactStatus.Retracted)}' and ids && {EntrySql.Members(snapshot, kind, "$1")}
               and coalesce(e.survivor, named.value) = any($1) and named.key in ({(kind == RegistryKind.Provider ? ProviderFields : TechnologyFields)}) group by 1
            """);
        command.Parameters.AddWithValue(ids.ToArray());
        command.Parameters.AddWithValue(snapshot.Moment.AsOf);
        return (await snapshot.ReadAsync(command, row => (Id: row.GetString(0), Facts: row.GetInt64(1)))).ToDictionary(c => c.Id, c => c.Facts);
    }

    private static string Quoted(IEnumerable<string> fields) => string.Join(", ", fields.Distinct().Select(f => $"'{f}'"));
}
