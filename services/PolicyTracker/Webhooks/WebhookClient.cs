using System.Net.Http.Headers;
using System.Text;

namespace PolicyTracker.Webhooks;

/// <summary>Sends messages to receivers, one attempt at a time, signed as Standard Webhooks 1.0 says.</summary>
internal sealed class WebhookClient(Egress egress, WebhookOptions options, TimeProvider clock) : IDisposable
{
    public const string OriginHeader = "WebHook-Request-Origin";

    private const int MostRead = 4 * 1024, MostKept = 1024;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private readonly HttpMessageInvoker _http = new(egress.Handler());

    /// <summary>Posts a message. Whatever the receiver or the network does is told by the attempt.</summary>
    /// <param name="headers">What the sender tells beside the signature.</param>
    /// <exception cref="OperationCanceledException">The sender gave up.</exception>
    public async Task<Attempt> PostAsync(WebhookTarget target, WebhookMessage message, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var own = new[]
        {
            (OriginHeader, options.Origin),
            (WebhookSignature.IdHeader, message.Id),
            (WebhookSignature.TimestampHeader, WebhookSignature.TimestampOf(now)),
            (WebhookSignature.SignatureHeader, WebhookSignature.Header(target.Keys, message.Id, now, message.Body)),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", message.ContentType);
        return (await SendAsync(request, target, headers.Concat(own), cancellation)).Attempt;
    }

    /// <summary>Sends a request with the subscriber's headers and ours. The headers of the answer are there when an answer came.</summary>
    internal async Task<(Attempt Attempt, HttpResponseHeaders? Headers)> SendAsync(
        HttpRequestMessage request, WebhookTarget target, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        Set(request.Headers, target.Headers.Select(header => (header.Key, header.Value)).Append(("User-Agent", "PolicyTracker")).Concat(headers));
        var begun = clock.GetTimestamp();
        using var patience = new CancellationTokenSource(target.Timeout, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            using var response = await _http.SendAsync(request, ends.Token);
            var snippet = await SnippetAsync(response.Content, ends.Token);
            cancellation.ThrowIfCancellationRequested();
            var status = (int)response.StatusCode;
            return (new Attempt(ResultOf(status), status, clock.GetElapsedTime(begun), null, snippet, RetryAfter(response)), response.Headers);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (Failed(AttemptError.Timeout), null);
        }
        catch (HttpRequestException e)
        {
            return (Failed(ErrorOf(e.HttpRequestError)), null);
        }

        Attempt Failed(string error) => new(AttemptResult.Failed, null, clock.GetElapsedTime(begun), error, null, null);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The last one of a name is sent: none of the subscriber's takes the place of ours.</summary>
    private static void Set(HttpRequestHeaders all, IEnumerable<(string Name, string Value)> headers)
    {
        foreach (var (name, value) in headers)
        {
            all.Remove(name);
            all.TryAddWithoutValidation(name, value);
        }
    }

    private static AttemptResult ResultOf(int status) => status switch
    {
        >= 200 and < 300 => AttemptResult.Delivered,
        410 => AttemptResult.Gone,
        413 => AttemptResult.TooLarge,
        429 or 502 or 503 or 504 => AttemptResult.Busy,
        _ => AttemptResult.Failed,
    };

    private static string ErrorOf(HttpRequestError error) => error switch
    {
        HttpRequestError.SecureConnectionError => AttemptError.Tls,
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError => AttemptError.Unreachable,
        _ => AttemptError.BrokenAnswer,
    };

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode || response.Headers.RetryAfter is not { } given)
            return null;
        var asked = given.Delta ?? given.Date!.Value - clock.GetUtcNow();
        return asked <= TimeSpan.Zero ? null : asked < LongestRetryAfter ? asked : LongestRetryAfter;
    }

    /// <summary>The beginning of the body. The status has told what became of the message: what is left of the answer may fail or stay out.</summary>
    private static async Task<string?> SnippetAsync(HttpContent content, CancellationToken cancellation)
    {
        var read = new byte[MostRead];
        var length = 0;
        try
        {
            await using var body = await content.ReadAsStreamAsync(cancellation);
            while (length < MostRead && await body.ReadAsync(read.AsMemory(length), cancellation) is var more and > 0)
                length += more;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
        }

        var text = Encoding.UTF8.GetString(read, 0, Math.Min(length, MostKept));
        return length == 0 ? null : string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)).Trim();
    }
}
