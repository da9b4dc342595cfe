using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace PolicyTracker.Recording;

/// <summary>The edge of every write: reads the body within its limit, honours <c>Idempotency-Key</c>, and answers with the store's sequence.</summary>
public static class Write
{
    /// <summary>The header that tells the store's sequence: on a write, of its last event; on a read, how far the views are.</summary>
    public const string SequenceHeader = "PolicyTracker-Sequence";

    /// <summary>The most that a body may hold, where a route does not say otherwise: 256 KiB.</summary>
    public const int MostBytes = 256 * 1024;

    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 200;

    public static async Task<IResult> WriteAsync(this HttpContext http, Func<Draft, JsonElement, Task<Answer>> decide, Func<object, object>? present = null)
    {
        var bytes = await http.ReadJsonAsync(MostBytes);
        var body = ParseJson(bytes);
        return await http.WriteAsync(bytes, draft => decide(draft, body), present);
    }

    /// <param name="present">Makes of the answer's content what the caller is shown: what is kept for a retry may be less.</param>
    public static async Task<IResult> WriteAsync(this HttpContext http, byte[] body, Func<Draft, Task<Answer>> decide, Func<object, object>? present = null)
    {
        var ledger = http.RequestServices.GetRequiredService<Ledger>();
        var answer = await ledger.WriteAsync(KeyOf(http.Request, body), decide, http.RequestAborted);
        http.Response.Headers[SequenceHeader] = answer.Sequence.ToString();
        if (answer.Location is { } location)
            http.Response.Headers.Location = location;
        return Results.Json(present is null ? answer.Content : present(answer.Content), Json.Options, statusCode: answer.Status);
    }

    /// <param name="most">How many bytes are read at most.</param>
    /// <param name="others">The media types that are read besides JSON.</param>
    /// <exception cref="Refused">The body does not say that it is JSON: a page in a browser can send any other without asking.</exception>
    /// <exception cref="BadHttpRequestException">The body is larger than the limit; answered as 413.</exception>
    public static async Task<byte[]> ReadJsonAsync(this HttpContext http, int most, params string[] others)
    {
        if (!http.Request.HasJsonContentType() && !others.Any(http.Request.Says))
            throw new Refused([new Violation(Codes.UnsupportedMediaType, "Content-Type", "The request does not say that its body is JSON.", ["application/json", .. others])]);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        return bytes.ToArray();
    }

    /// <exception cref="Refused">The body is not JSON.</exception>
    public static JsonElement ParseJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonElement.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new Refused(Codes.MalformedJson, $"The body is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
    }

    /// <summary>Whether the body is said to be of this media type.</summary>
    public static bool Says(this HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    private static IdempotencyKey? KeyOf(HttpRequest request, byte[] body)
    {
        if (!request.Headers.TryGetValue(KeyHeader, out var given))
            return null;
        var key = given.ToString();
        if (key.Length is 0 or > LongestKey || key.Any(c => c is <= ' ' or > '~'))
            throw new Refused([new Violation(Codes.IdempotencyKeyInvalid, KeyHeader, "The Idempotency-Key cannot be used.", [$"1 to {LongestKey} visible ASCII characters"])]);
        var hash = SHA256.HashData([.. Encoding.UTF8.GetBytes(request.QueryString.ToString()), 0, .. body]);
        return new IdempotencyKey($"{request.Method} {request.Path}", key, hash);
    }
}
