using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PolicyTracker.Tests.Durability;

/// <summary>What can be spoilt in the body of a sample, each way so that no reader could take it for valid.</summary>
public static class MalformedBodies
{
    /// <summary>Stands in a text for a byte that UTF-8 does not have.</summary>
    private const char NoUtf8 = '\uE000';

    /// <summary>The fields whose texts are not free: a word of our own is none of theirs.</summary>
    private static readonly HashSet<string> Bound =
    [
        "type", "country", "occurred", "tier", "route", "audience", "prevalence", "extent", "relation", "stance",
        "indicator", "supplier", "state", "kind", "issuer", "cause",
    ];

    private static readonly IReadOnlyList<(string Why, Func<string, string, string> Spoil)> OfAnyField =
    [
        ("dropped", (_, _) => ""),
        ("given twice", (name, value) => $"{Quoted(name)}:{value},{Quoted(name)}:{value}"),
        ("renamed", (name, value) => $"{Quoted(name + "_")}:{value}"),
        ("in other case", (name, value) => $"{Quoted(name.ToUpperInvariant())}:{value}"),
        ("with a control character in its name", (name, value) => $"\"{name}\\u0000\":{value}"),
        ("with half a character in its name", (name, value) => $"\"{name}\\udc00\":{value}"),
        .. new[]
        {
            "null", "true", "1.5", "-1e400", "12345678901234567890", "[[]]", "{\"x\":[]}", "{}", "\"   \"", "\"a\\u0000b\"",
            "\"\\u001b[31m\"", "\"\\ud800\"", "\"\\udfff\\ud800\"",
            $"\"{NoUtf8}\"", "", "undefined", "'single'", "NaN", "0x10", "\"unended", "\"\\q\"", "/* none */ 1",
        }.Select(raw => ($"as {raw}", Value(raw))),
        ("overlong", Value($"\"{new string('x', 5000)}\"")),
        ("nested too deep", Value($"{new string('[', 100)}{new string(']', 100)}")),
    ];

    private static readonly IReadOnlyList<(string Why, Func<string, string, string> Spoil)> OfABoundField =
    [
        .. new[] { "no_such_value", "", "2024-13-45", "XX", "' or 1=1 --", "<script>", "0", "０", "CN\\u0000", "direct ,", "../../etc/passwd" }
            .Select(text => ($"as '{text}'", Value($"\"{text}\""))),
    ];

    public static IEnumerable<(string Why, byte[] Body)> Of(JsonNode sample)
    {
        foreach (var path in PathsIn(sample, ""))
        {
            var ways = Bound.Contains(path[(path.LastIndexOf('/') + 1)..]) ? OfAnyField.Concat(OfABoundField) : OfAnyField;
            foreach (var (why, spoil) in ways)
                yield return ($"{path} {why}", Bytes(Render(sample, "", path, spoil)));
        }

        foreach (var (why, body) in Whole(Encoding.UTF8.GetBytes(sample.ToJsonString())))
            yield return (why, body);
    }

    private static IEnumerable<(string Why, byte[] Body)> Whole(byte[] body)
    {
        for (var length = 0; length < body.Length; length += 1 + body.Length / 12)
            yield return ($"cut after {length} bytes", body[..length]);
        yield return ("followed by itself", [.. body, .. body]);
        yield return ("followed by a brace", [.. body, (byte)'}']);
        yield return ("after a byte order mark", [0xEF, 0xBB, 0xBF, .. body]);
        yield return ("in UTF-16", Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body)));
        yield return ("without its end, and NUL instead", [.. body[..^1], 0]);
        foreach (var other in new[] { "null", "true", "0", "\"text\"", "[[]]", "[]", "{}", "[null]", "{\"\":1}", "   ", "\0", "<xml/>", "a=b&c=d", "--" })
            yield return ($"{other} instead", Encoding.UTF8.GetBytes(other));
    }

    private static IEnumerable<string> PathsIn(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.SelectMany(member => PathsIn(member.Value, $"{path}/{member.Key}").Prepend($"{path}/{member.Key}")),
        JsonArray items => items.SelectMany((item, i) => PathsIn(item, $"{path}/{i}")),
        _ => [],
    };

    private static string Render(JsonNode? node, string path, string target, Func<string, string, string> spoil)
    {
        return node switch
        {
            JsonObject members => $"{{{string.Join(',', members.Select(Member).Where(text => text.Length > 0))}}}",
            JsonArray items => $"[{string.Join(',', items.Select((item, i) => Render(item, $"{path}/{i}", target, spoil)))}]",
            _ => node!.ToJsonString(),
        };

        string Member(KeyValuePair<string, JsonNode?> member)
        {
            var at = $"{path}/{member.Key}";
            var value = Render(member.Value, at, target, spoil);
            return at == target ? spoil(member.Key, value) : $"{Quoted(member.Key)}:{value}";
        }
    }

    private static Func<string, string, string> Value(string raw) => (name, _) => $"{Quoted(name)}:{raw}";

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static byte[] Bytes(string text) =>
        [.. text.Split(NoUtf8).SelectMany((part, i) => i == 0 ? Encoding.UTF8.GetBytes(part) : [0xFF, .. Encoding.UTF8.GetBytes(part)])];
}
