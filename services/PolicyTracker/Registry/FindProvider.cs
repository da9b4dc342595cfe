using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>Finds the provider that a read asks for.</summary>
public static class FindProvider
{
    /// <summary>The id of a provider that is named by its id or by any name that the registry knows; of a merged one, the id of what it stands for.</summary>
    /// <param name="parameter">The query parameter that names it.</param>
    /// <exception cref="Refused">There is no such provider.</exception>
    public static async Task<string> IdAsync(Snapshot snapshot, string parameter, string given)
    {
        var find = snapshot.Command($"""
            select {EntrySql.Survivor(snapshot, RegistryKind.Provider, "found.id")} from (select provider_id as id, 1 as rank from {Schema.Policy}.provider_version where provider_id = $1
                            union all select id, 2 from {Schema.Policy}.registry_name where kind = 'Provider' and name = $2) found order by rank limit 1
            """);
        find.Parameters.AddWithValue(given);
        find.Parameters.AddWithValue(RegistryName.OfProvider(given).Key);
        if ((await snapshot.ReadAsync(find, row => row.GetString(0))) is [var id])
            return id;

        var names = await snapshot.ReadAsync(snapshot.Command($"select name from {Schema.Policy}.provider_version where known_to is null"), row => row.GetString(0));
        throw new Refused([new Violation(Codes.UnknownProvider, parameter, $"No provider is registered as '{Echo.Of(given)}'.", Nearest: Nearest.To(given, names))]);
    }
}
