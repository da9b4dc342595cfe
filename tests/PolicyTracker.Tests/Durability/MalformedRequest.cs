using System.Buffers.Text;
using System.Text;

namespace PolicyTracker.Tests.Durability;

/// <summary>A request that no service could take for valid, and why.</summary>
public sealed record MalformedRequest(string Why, HttpMethod Method, string Path, byte[]? Body = null, string? Type = null, params (string Name, string Value)[] Headers)
{
    private const string Json = "application/json";
    private const string NdJson = "application/x-ndjson";
    private static readonly string Long = new('x', 3000);

    private static readonly IReadOnlyList<string> Lists = ["/v1/facts", "/v1/measures", "/v1/providers", "/v1/models", "/v1/countries/CN/timeline"];
    private static readonly IReadOnlyList<string> Reads =
        [.. Lists, "/v1/countries", "/v1/countries/CN", "/v1/facts/{fact}", "/v1/measures/us-guidance-one", "/v1/providers/openai"];

    /// <summary>So many requests, always the same: one half wrong in their body, one half around it, each an even choice of all that are known.</summary>
    public static IReadOnlyList<MalformedRequest> Take(int count, string fact) =>
    [
        .. Evenly(count / 2, [.. Bodies(fact)]),
        .. Evenly(count - count / 2, [.. Parameters(fact), .. Cursors(), .. Paths(), .. Methods(fact), .. Envelopes(fact), .. Batches(fact)]),
    ];

    private static IEnumerable<MalformedRequest> Evenly(int count, IReadOnlyList<MalformedRequest> all) =>
        Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)]);

    private static IEnumerable<MalformedRequest> Bodies(string fact) =>
        from sample in Sample.All.Select(sample => sample.On(fact))
        from spoilt in MalformedBodies.Of(sample.Body)
        select Post(spoilt.Why, sample.Path, spoilt.Body);

    private static IEnumerable<MalformedRequest> Parameters(string fact)
    {
        string[] noDay = ["2024-02-30", "yesterday", "2024-5-1", "-1", "%00", "%0a", "20240501", "99999-01-01", "%EF%BC%92024-01-01", Long];
        string[] noMoment =
        [
            "-1", "1.5", "1e3", "99999999999999999999", "now", "12:00", "5/9/2024", "2024-05-09T12:00:00", "2024-05-09%2012:00:00Z",
            "2024-13-01T00:00:00Z", "0001-01-01T00:00:00%2B14:00", "%00", "%ED%A0%80", Long,
        ];
        string[] noSequence = ["-1", "x", "1.0", "9223372036854775808", "%20", "0x10", "%00", "%F0%9F%92%A9"];
        string[] noCode = ["XX", "cn", "CHN", "%00", "C%4E%00", "'%20or%201=1--", "%F0%9F%92%A9", Long];
        foreach (var path in Reads.Select(path => path.Replace("{fact}", fact)))
        {
            foreach (var value in noDay)
                yield return Get("asOf", $"{path}?asOf={value}");
            foreach (var value in noMoment)
                yield return Get("knownAt", $"{path}?knownAt={value}");
            foreach (var value in noSequence)
                yield return Get("atLeast", $"{path}?atLeast={value}");
            foreach (var query in new[] { "bogus=1", "AsOf=2024-01-01", "asOf=2024-01-01&asOf=2024-01-02", "%00=1", "=1", $"{Long}=1", "country%5b%5d=CN" })
                yield return Get("an unknown or repeated parameter", $"{path}?{query}");
        }

        foreach (var (path, name) in new[]
        {
            ("/v1/facts", "country"), ("/v1/measures", "issuer"), ("/v1/measures", "target"), ("/v1/providers", "home"),
            ("/v1/countries", "supplier"), ("/v1/countries/CN", "supplier"),
        })
        {
            foreach (var value in noCode)
                yield return Get(name, $"{path}?{name}={value}");
        }

        foreach (var (path, name) in new[]
        {
            ("/v1/facts", "type"), ("/v1/facts", "status"), ("/v1/measures", "kind"), ("/v1/measures", "stage"), ("/v1/providers", "reviewed"),
            ("/v1/countries", "sort"),
        })
        {
            foreach (var value in new[] { "no_such", "ACCOUNT_SUSPENDED", "--country", "-", "1", "%00", "true,false", Long })
                yield return Get(name, $"{path}?{name}={value}");
        }

        foreach (var path in Lists)
        {
            foreach (var value in new[] { "0", "-1", "1001", "1e2", "9999999999", "x", "%20", "%00" })
                yield return Get("limit", $"{path}?limit={value}");
        }

        foreach (var path in new[] { "/v1/facts?text=", "/v1/facts?provider=", "/v1/providers?text=", "/v1/models?text=", "/v1/models?provider=" })
        {
            foreach (var value in new[] { "%00", "a%00b", "%1b", Long })
                yield return Get("a text", $"{path}{value}");
        }

        yield return Get("a span that ends before it begins", "/v1/facts?from=2024-02-01&to=2024-01-01");
    }

    private static IEnumerable<MalformedRequest> Cursors()
    {
        string[] inside =
        [
            "|||", "x|2024-01-01|1|1", "0000000000000000|2024-01-01|1|1", "0000000000000000|2024-13-01|1|1", "0000000000000000|2024-01-01|-1|1",
            "|2024-01-01|99999999999999999999|", "a\0b|2024-01-01|1|\0",
        ];
        foreach (var path in Lists)
        {
            var coded = inside.Select(text => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text)));
            foreach (var value in new[] { "x", "====", "%00", "....", "-1", "null", Long }.Concat(coded))
                yield return Get("a cursor", $"{path}?next={value}");
        }
    }

    private static IEnumerable<MalformedRequest> Paths()
    {
        string[] ids =
        [
            "no-such", Long, "%ff", "%c0%af", "%ED%A0%80", "%0d%0aX:1", "%1b", "%F0%9F%92%A9", "..%2f..%2fetc%2fpasswd", "a%2Fb", "%2e%2e", "'--",
            "%7B%7D", "{}", "%25s", "a%20b",
        ];
        foreach (var id in ids)
        {
            foreach (var read in new[] { "facts", "measures", "providers", "models", "countries" })
                yield return Get("an id", $"/v1/{read}/{id}");
            foreach (var act in Sample.All.Where(sample => sample.Path.StartsWith("/v1/facts/{fact}/", StringComparison.Ordinal)))
                yield return Post("an id", act.Path.Replace("{fact}", id), Bytes(act.On("no-such")));
            yield return Post("an id", $"/v1/measures/{id}/adopt", Bytes(OfPath("/v1/measures/us-guidance-one/adopt")));
            yield return Post("a transition", $"/v1/measures/us-guidance-one/{id}", Bytes(OfPath("/v1/measures/us-guidance-one/adopt")));
            yield return Post("an id", $"/v1/providers/{id}/correct", Bytes(OfPath("/v1/providers/provider-one/correct")));
            yield return Get("a route", $"/{id}");
            yield return Get("a route", $"/v1/{id}/x");
        }

        foreach (var route in new[]
        {
            "/", "/v1", "/v2/facts", "/v1/fact", "/V1/nothing", "/.env", "/index.php", "/v1/facts/a/b/c", "/problems/none", "/v1/countries/CN/none",
            "/v1/measures/a/b/c", "/v1//", "/%2fv1%2ffacts",
        })
            yield return Get("a route", route);
    }

    private static IEnumerable<MalformedRequest> Methods(string fact)
    {
        var posts = Sample.All.Select(sample => sample.On(fact)).DistinctBy(sample => sample.Path).ToList();
        foreach (var method in new[] { "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "GETT", "PROPFIND", "get-facts" })
        {
            foreach (var sample in posts)
                yield return new("a method", new HttpMethod(method), sample.Path, method == "TRACE" ? null : Bytes(sample), method == "TRACE" ? null : Json);
            foreach (var path in new[]
            {
                "/v1/method", "/v1/countries", "/v1/countries/CN", "/v1/countries/CN/timeline", "/healthz", "/readyz", "/problems",
                "/openapi/v1.json", "/docs",
            })
                yield return new("a method", new HttpMethod(method), path);
        }

        foreach (var sample in posts.Where(sample => sample.Path.Count(c => c == '/') > 3))
            yield return Get("a method", sample.Path);
    }

    private static IEnumerable<MalformedRequest> Envelopes(string fact)
    {
        foreach (var sample in Sample.All.Select(sample => sample.On(fact)))
        {
            foreach (var key in new[] { "", " ", "a b", "\t", new string('k', 201), "a\u007fb" })
                yield return Post($"Idempotency-Key '{key}'", sample.Path, Bytes(sample), ("Idempotency-Key", key));
            foreach (var type in new[]
            {
                "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", "json",
                "*/*", "text/plain; application/json",
            })
                yield return new($"Content-Type {type}", HttpMethod.Post, sample.Path, Bytes(sample), type);
            yield return new("no Content-Type", HttpMethod.Post, sample.Path, Bytes(sample));
        }

        foreach (var path in new[] { "/v1/facts", "/v1/facts/batch", "/v1/measures" })
            yield return Post("larger than any route takes", path, new byte[5 * 1024 * 1024 + 1]);

        foreach (var tag in new[] { "\"7\"", "7", "abc", "W/\"1\"", "\"\"", "\"0\", \"2\"", "\"-1\"", Long })
            yield return Post($"If-Match {tag}", "/v1/measures/us-guidance-one/adopt", Bytes(OfPath("/v1/measures/us-guidance-one/adopt")), ("If-Match", tag));
    }

    private static IEnumerable<MalformedRequest> Batches(string fact)
    {
        var row = Encoding.UTF8.GetString(Bytes(Sample.Fact.On(fact)));
        foreach (var mode in new[] { "none", "ALL", "all&mode=valid", "%00", Long })
            yield return Post("a mode", $"/v1/facts/batch?mode={mode}", Bytes($"[{row}]"));
        foreach (var lines in new[]
        {
            "", "\n\n\r\n", "garbage", $"{row}\ngarbage", $"{row}\n{{", $"{row}\n[]", $"{row}\nnull", $"{row}{row}", $"[{row}]", $"{row}\n\0",
            $"{row}\n\"\\ud800\"", $"{row}\n{new string('[', 200)}", string.Join('\n', Enumerable.Repeat("{}", 1001)),
        })
            yield return new("lines", HttpMethod.Post, "/v1/facts/batch", Bytes(lines), NdJson);
        yield return Post("1,001 rows", "/v1/facts/batch", Bytes($"[{string.Join(',', Enumerable.Repeat(row, 1001))}]"));
        yield return Post("lines as JSON", "/v1/facts/batch", Bytes($"{row}\n{row}"));
        var ids = string.Join(',', Enumerable.Repeat($"\"{fact}\"", 1001));
        yield return Post("1,001 ids", "/v1/facts/batch/retract", Bytes($$"""{"ids":[{{ids}}],"cause":"our_error","why":"Misread."}"""));
        yield return Post("an id that is none", "/v1/facts/batch/retract", Bytes($$"""{"ids":["{{fact}}","no-such"],"cause":"our_error","why":"Misread."}"""));
    }

    private static Sample OfPath(string path) => Sample.All.First(sample => sample.Path == path);

    private static MalformedRequest Get(string why, string path) => new(why, HttpMethod.Get, path);

    private static MalformedRequest Post(string why, string path, byte[] body, params (string, string)[] headers) => new(why, HttpMethod.Post, path, body, Json, headers);

    private static byte[] Bytes(Sample sample) => Bytes(sample.Body.ToJsonString());

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
