using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PolicyTracker.Recording;

namespace PolicyTracker.Facts;

/// <summary>The natural keys that are taken. The key of every version stays reserved for its fact.</summary>
public static class FactKeys
{
    /// <summary>Who holds a key.</summary>
    /// <param name="Contents">The contents that the fact has had under this key.</param>
    public sealed record Holder(string FactId, IReadOnlyCollection<string> Contents, bool IsNew);

    /// <summary>A hash of all that a fact says, the registry's ids standing for the names they resolve.</summary>
    public static string ContentOf(Fact fact)
    {
        var content = JsonSerializer.SerializeToNode(fact, Json.Options)!.AsObject();
        foreach (var (field, id) in fact.RegistryIds)
            content[field] = id;
        content.Remove(JsonNamingPolicy.CamelCase.ConvertName(nameof(Fact.RegistryIds)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToJsonString(Json.Options)))[..16]);
    }

    /// <summary>Takes the free ones of these keys for new facts of the same id, and tells who holds the others.</summary>
    /// <remarks>Keys are taken in their order, so that two batches never wait for each other in a circle.</remarks>
    public static async Task<IReadOnlyDictionary<string, Holder>> ReserveAsync(Draft draft, IEnumerable<(string Key, string Content)> keys)
    {
        var sorted = keys.OrderBy(k => k.Key, StringComparer.Ordinal).ToList();
        await using var insert = draft.Command($"""
            insert into {Schema.Policy}.fact_key (key, fact_id, contents)
            select key, key, array[content] from unnest($1::text[], $2::text[]) as k(key, content)
            on conflict (key) do nothing returning key
            """);
        insert.Parameters.AddWithValue(sorted.Select(k => k.Key).ToArray());
        insert.Parameters.AddWithValue(sorted.Select(k => k.Content).ToArray());
        var taken = new HashSet<string>();
        await using (var rows = await insert.ExecuteReaderAsync(draft.Cancellation))
        {
            while (await rows.ReadAsync(draft.Cancellation))
                taken.Add(rows.GetString(0));
        }

        await using var read = draft.Command($"select key, fact_id, contents from {Schema.Policy}.fact_key where key = any($1)");
        read.Parameters.AddWithValue(sorted.Select(k => k.Key).ToArray());
        var holders = new Dictionary<string, Holder>();
        await using var found = await read.ExecuteReaderAsync(draft.Cancellation);
        while (await found.ReadAsync(draft.Cancellation))
            holders[found.GetString(0)] = new Holder(found.GetString(1), found.GetFieldValue<string[]>(2), taken.Contains(found.GetString(0)));
        return holders;
    }

    /// <summary>Reserves the key of a new version for its fact.</summary>
    /// <exception cref="Refused">The key belongs to another fact.</exception>
    public static async Task ReserveVersionAsync(Draft draft, string factId, Fact version)
    {
        await using var command = draft.Command($"""
            insert into {Schema.Policy}.fact_key as k (key, fact_id, contents) values ($1, $2, array[$3])
            on conflict (key) do update set contents = case when k.fact_id = $2 then array_append(array_remove(k.contents, $3), $3) else k.contents end
            returning fact_id
            """);
        command.Parameters.AddWithValue(NaturalKey.Of(version));
        command.Parameters.AddWithValue(factId);
        command.Parameters.AddWithValue(ContentOf(version));
        var holder = (string)(await command.ExecuteScalarAsync(draft.Cancellation))!;
        if (holder != factId)
            throw new Refused(Codes.FactDiffers, $"Fact {holder} has the natural key of the replacement. Retract one of the two instead.",
                new Dictionary<string, object?> { ["id"] = holder });
    }
}
