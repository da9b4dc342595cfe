using System.Buffers.Binary;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PolicyTracker.Facts;

/// <summary>
/// The identity of a fact, made from what it says and where it was read: two records of one statement get one id. The form that is
/// hashed is a storage format and never changes.
/// </summary>
public static class NaturalKey
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 20, BitsPerCharacter = 5;

    /// <summary>
    /// The id: 20 characters of lower-case Crockford base32, from type, country, identifying fields, occurred and source (publisher, title,
    /// url, publishedOn, locator). A name that the registry has resolved counts by its registry id, any other text as it stands.
    /// </summary>
    public static string Of(Fact fact)
    {
        var canonical = string.Concat(Parts(fact).Select(part => part is null ? "-" : $"{part.Length}:{part}"));
        var hash = BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        return string.Create(Length, hash, static (id, bits) =>
        {
            for (var i = 0; i < id.Length; i++)
                id[i] = Alphabet[(int)(bits >> (128 - BitsPerCharacter * (i + 1))) & 31];
        });
    }

    /// <summary>
    /// The fields in which two facts differ, in camelCase with paths such as <c>source.retrievedOn</c>. A name that both resolve to one
    /// registry id is no difference, however it is spelled.
    /// </summary>
    public static IReadOnlyList<string> ContentDiff(Fact a, Fact b)
    {
        var sameName = a.RegistryIds.Where(id => b.RegistryIds.GetValueOrDefault(id.Key) == id.Value).Select(id => id.Key);
        return [.. Differences(Content(a), Content(b), "").Except([.. sameName, RegistryIdsName]).Order(StringComparer.Ordinal)];
    }

    private static readonly string RegistryIdsName = FieldName(nameof(Fact.RegistryIds));

    private static IEnumerable<string?> Parts(Fact fact)
    {
        var content = Content(fact);
        yield return FactTypes.NameOf(fact);
        yield return fact.Country;
        foreach (var name in Identifying(fact.GetType()))
        {
            var registered = fact.RegistryIds.GetValueOrDefault(name);
            yield return name;
            yield return registered is null ? "given" : "registered";
            yield return registered ?? content[name]?.ToString();
        }

        yield return fact.Occurred.Text;
        yield return fact.Source.Publisher;
        yield return fact.Source.Title;
        yield return fact.Source.Url;
        yield return fact.Source.PublishedOn?.ToString("O");
        yield return fact.Source.Locator;
    }

    private static IEnumerable<string> Identifying(Type type) => type.GetProperties()
        .Where(property => property.IsDefined(typeof(IdentifyingAttribute)))
        .Select(property => FieldName(property.Name))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Differences(JsonNode? a, JsonNode? b, string path)
    {
        if (a is not JsonObject left || b is not JsonObject right)
            return JsonNode.DeepEquals(a, b) ? [] : [path];
        return left.Select(member => member.Key).Union(right.Select(member => member.Key))
            .SelectMany(name => Differences(left[name], right[name], path.Length == 0 ? name : $"{path}.{name}"));
    }

    private static JsonObject Content(Fact fact) => JsonSerializer.SerializeToNode(fact, Json.Options)!.AsObject();

    private static string FieldName(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);
}
