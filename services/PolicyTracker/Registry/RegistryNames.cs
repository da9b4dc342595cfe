using System.Security.Cryptography;
using System.Text;
using Npgsql;
using PolicyTracker.Recording;

namespace PolicyTracker.Registry;

/// <summary>A name as the registry looks it up: of a provider, or of a technology with its provider's id where that is known.</summary>
public readonly record struct RegistryName(RegistryKind Kind, string Provider, string Key)
{
    public static RegistryName OfProvider(string name) => new(RegistryKind.Provider, "", KeyOf(name));

    public static RegistryName OfTechnology(string? provider, string name) => new(RegistryKind.Technology, provider ?? "", KeyOf(name));

    /// <summary>The letters and digits of a name in lower case, so that "LLaMA 2" and "Llama-2" are one name.</summary>
    public static string KeyOf(string name)
    {
        var key = string.Concat(name.Where((c, i) => char.IsLetterOrDigit(c) || IsDecimalPoint(name, i))).ToLowerInvariant();
        return key.Length > 0 ? key : name;
    }

    // 6.7B and 67B are two models.
    private static bool IsDecimalPoint(string name, int i) =>
        name[i] == '.' && i > 0 && i + 1 < name.Length && char.IsAsciiDigit(name[i - 1]) && char.IsAsciiDigit(name[i + 1]);

    /// <summary>The id that a new entry of this name gets: readable, stable, and fit for an address.</summary>
    public string NewId(string name)
    {
        var words = new string([.. name.ToLowerInvariant().Select((c, i) => char.IsLetterOrDigit(c) || IsDecimalPoint(name, i) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var slug = words.Length > 0 ? string.Join('-', words) : $"-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))[..8])}";
        if (Provider.Length == 0)
            return slug;
        // The lineage of the model that is called like the provider has this address.
        return slug == Technology.Lineage ? $"{Provider}/-{slug}" : $"{Provider}/{slug}";
    }
}

public enum RegistryKind { Provider, Technology }

/// <summary>The names that are taken, read and reserved within a write.</summary>
public static class RegistryNames
{
    /// <summary>The ids behind these names, for those that are known.</summary>
    public static async Task<IReadOnlyDictionary<RegistryName, string>> FindAsync(Draft draft, IReadOnlyCollection<RegistryName> names)
    {
        if (names.Count == 0)
            return System.Collections.Immutable.ImmutableDictionary<RegistryName, string>.Empty;
        await using var command = draft.Command($"""
            select n.kind, n.provider, n.name, r.id
              from unnest($1::text[], $2::text[], $3::text[]) as n(kind, provider, name)
              join {Schema.Policy}.registry_name r using (kind, provider, name)
            """);
        AddNames(command, names);
        return await ReadAsync(command, draft.Cancellation);
    }

    /// <summary>The technologies of these names whichever their provider, where only one has the name.</summary>
    public static async Task<IReadOnlyDictionary<RegistryName, string>> FindOfAnyProviderAsync(Draft draft, IReadOnlyCollection<RegistryName> names)
    {
        if (names.Count == 0)
            return System.Collections.Immutable.ImmutableDictionary<RegistryName, string>.Empty;
        await using var command = draft.Command($"""
            select kind, '', name, min(id) from {Schema.Policy}.registry_name
             where kind = 'Technology' and name = any($1) group by kind, name having count(distinct id) = 1
            """);
        command.Parameters.AddWithValue(names.Select(n => n.Key).ToArray());
        return await ReadAsync(command, draft.Cancellation);
    }

    /// <summary>Takes a name for an id. False when the name is another's, also when another write took it meanwhile.</summary>
    public static async Task<bool> ReserveAsync(Draft draft, RegistryName name, string id)
    {
        await using var command = draft.Command($"""
            insert into {Schema.Policy}.registry_name (kind, provider, name, id) values ($1, $2, $3, $4)
            on conflict (kind, provider, name) do update set id = registry_name.id returning id
            """);
        command.Parameters.AddWithValue(name.Kind.ToString());
        command.Parameters.AddWithValue(name.Provider);
        command.Parameters.AddWithValue(name.Key);
        command.Parameters.AddWithValue(id);
        return (string)(await command.ExecuteScalarAsync(draft.Cancellation))! == id;
    }

    /// <summary>Takes every name of an entry for its id, in one order for all writes, so that two never wait for each other in a circle.</summary>
    /// <exception cref="Refused">A name is another entry's.</exception>
    public static async Task ReserveAllAsync(Draft draft, IEnumerable<RegistryName> names, string id)
    {
        foreach (var name in names.Distinct().OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            if (await ReserveAsync(draft, name, id))
                continue;
            var owner = name.Kind == RegistryKind.Provider ? "another provider" : "another technology of this provider";
            throw new Refused(Codes.RegistryDiffers, $"The name with the letters '{Echo.Of(name.Key)}' belongs to {owner}.");
        }
    }

    private static void AddNames(NpgsqlCommand command, IReadOnlyCollection<RegistryName> names)
    {
        command.Parameters.AddWithValue(names.Select(n => n.Kind.ToString()).ToArray());
        command.Parameters.AddWithValue(names.Select(n => n.Provider).ToArray());
        command.Parameters.AddWithValue(names.Select(n => n.Key).ToArray());
    }

    private static async Task<IReadOnlyDictionary<RegistryName, string>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var found = new Dictionary<RegistryName, string>();
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            found[new RegistryName(Enum.Parse<RegistryKind>(rows.GetString(0)), rows.GetString(1), rows.GetString(2))] = rows.GetString(3);
        return found;
    }
}
