using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>SQL on the registry's rows as they were known at a snapshot's moment, merges included.</summary>
public static class EntrySql
{
    public static string Table(RegistryKind kind) => kind == RegistryKind.Provider ? "provider_version" : "technology_version";

    public static string Key(RegistryKind kind) => kind == RegistryKind.Provider ? "provider_id" : "technology_id";

    /// <summary>The entry that an id stands for.</summary>
    public static string Survivor(Snapshot snapshot, RegistryKind kind, string id) =>
        $"coalesce((select m.survivor from {Schema.Policy}.{Table(kind)} m where m.{Key(kind)} = {id} and {snapshot.Known("m")}), {id})";

    /// <summary>The ids that stand for some entries, as an array.</summary>
    /// <param name="ids">SQL of an array of ids that stand for themselves.</param>
    public static string Members(Snapshot snapshot, RegistryKind kind, string ids) =>
        $"array(select m.{Key(kind)} from {Schema.Policy}.{Table(kind)} m where (m.{Key(kind)} = any({ids}) or m.survivor = any({ids})) and {snapshot.Known("m")})";
}
