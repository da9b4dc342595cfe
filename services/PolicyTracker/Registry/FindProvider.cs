using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>Finds the provider that a read asks for.</summary>
public static class FindProvider
{
    /// <summary>The id of a provider that is named by its id or by any name that was known at the snapshot's moment; of a merged one, the id of what it stands for.</summary>
    /// <param name="parameter">The query parameter that names it.</param>
    /// <exception cref="Refused">There was no such provider.</exception>
    public static async Task<string> IdAsync(Snapshot snapshot, string parameter, string given) =>
        await KnownAsync(snapshot, given) ?? throw await UnknownAsync(snapshot, parameter, given);

    /// <summary>The same for what is of no moment, such as a filter of the feed: a name that was registered just now is found before the views know it.</summary>
    /// <exception cref="Refused">There is no such provider.</exception>
    public static async Task<string> TakenIdAsync(Snapshot snapshot, string parameter, string given)
    {
        if (await KnownAsync(snapshot, given) is { } known)
            return known;
        var find = snapshot.Command($"select id from {Schema.Policy}.registry_name where kind = '{RegistryKind.Provider}' and name = $1");
        find.Parameters.AddWithValue(RegistryName.KeyOf(given));
        return (await snapshot.ReadAsync(find, row => row.GetString(0))) is [var id] ? id : throw await UnknownAsync(snapshot, parameter, given);
    }

    private static async Task<string?> KnownAsync(Snapshot snapshot, string given)
    {
        var find = snapshot.Command($"select coalesce(p.survivor, p.provider_id) from {Schema.Policy}.provider_version p where p.provider_id = $1 and {snapshot.Known("p")}");
        find.Parameters.AddWithValue(given);
        return (await snapshot.ReadAsync(find, row => row.GetString(0))) is [var id] ? id : await KnownNames.ProviderAsync(snapshot, given);
    }

    private static async Task<Refused> UnknownAsync(Snapshot snapshot, string parameter, string given)
    {
        var names = await snapshot.ReadAsync(snapshot.Command($"select p.name from {Schema.Policy}.provider_version p where {snapshot.Known("p")}"), row => row.GetString(0));
        return new Refused([new Violation(Codes.UnknownProvider, parameter, $"No provider is registered as '{Echo.Of(given)}'.", Nearest: Nearest.To(given, names))]);
    }
}
