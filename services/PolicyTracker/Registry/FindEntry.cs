using System.Text.Json;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

/// <summary>An entry as it was known at a moment.</summary>
/// <param name="Merged">The ids that are merged into it.</param>
internal sealed record FoundEntry<TEntry>(string Id, TEntry Entry, IReadOnlyList<string> Merged)
{
    /// <summary>Every id that stands for it, its own first.</summary>
    public IReadOnlyList<string> Ids => [Id, .. Merged];
}

/// <summary>Finds the entry that an address names. The address of a merged one leads on to what it stands for.</summary>
internal static class FindEntry
{
    /// <summary>Answers with the entry, or with 308 and the address of the one that it is merged into.</summary>
    /// <exception cref="Refused">There is no such entry.</exception>
    public static async Task<IResult> FindAsync<TEntry>(this EntryKind kind, HttpContext http, Snapshot snapshot, string id, Func<FoundEntry<TEntry>, Task<IResult>> answer, string below = "")
    {
        var find = snapshot.Command($"""
            select e.entry, e.survivor, {EntrySql.Members(snapshot, kind.Kind, "array[$1]")} from {Schema.Policy}.{EntrySql.Table(kind.Kind)} e
             where e.{EntrySql.Key(kind.Kind)} = $1 and {snapshot.Known("e")}
            """);
        find.Parameters.AddWithValue(id);
        var found = await snapshot.ReadAsync(find, row => (
            Entry: JsonSerializer.Deserialize<TEntry>(row.GetString(0), Json.Options)!, Survivor: row.IsDBNull(1) ? null : row.GetString(1), Members: row.GetFieldValue<string[]>(2)));
        if (found is not [var (entry, survivor, members)])
            throw new Refused(Codes.NotFound, $"There is no {kind.Noun} {Echo.Of(id)}.");
        if (survivor is null)
            return await answer(new FoundEntry<TEntry>(id, entry, [.. members.Where(m => m != id).Order(StringComparer.Ordinal)]));
        // Un-merging gives the address back: nobody may keep the redirect.
        http.Response.Headers.CacheControl = "no-store";
        return Results.Redirect($"{kind.Location(survivor)}{below}{http.Request.QueryString}", permanent: true, preserveMethod: true);
    }
}
