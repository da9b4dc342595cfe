using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>What stands between two blank lines of a stream.</summary>
/// <param name="Comment">What follows a colon at a line's beginning.</param>
internal sealed record SseFrame(string? Id, string? Event, string? Data, string? Comment)
{
    public long Position => long.Parse(Id!.Split('.')[^1]);
    public JsonNode Json => JsonNode.Parse(Data!)!;
}

/// <summary>Reads a stream of server-sent events as its standard says.</summary>
internal sealed class SseReader(Stream body, HttpResponseMessage? response = null) : IAsyncDisposable
{
    private readonly StreamReader _lines = new(body);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public HttpResponseMessage Response => response!;

    public static async Task<SseReader> OpenAsync(HttpClient client, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
            Assert.Fail($"{path}: {response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}");
        return new SseReader(await response.Content.ReadAsStreamAsync(Cancellation), response);
    }

    /// <summary>The next frame; null when the stream has ended.</summary>
    public async Task<SseFrame?> NextAsync()
    {
        var frame = new SseFrame(null, null, null, null);
        while (await _lines.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.Length == 0)
                return frame;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].TrimStart();
            frame = line[..colon] switch
            {
                "" => frame with { Comment = value },
                "id" => frame with { Id = value },
                "event" => frame with { Event = value },
                "data" => frame with { Data = value },
                _ => frame,
            };
        }

        return null;
    }

    /// <summary>The next frame of a kind.</summary>
    public async Task<SseFrame> NextAsync(string kind)
    {
        while (await NextAsync() is { } frame)
            if (frame.Event == kind)
                return frame;
        throw new EndOfStreamException($"The stream ended without a {kind}.");
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        response?.Dispose();
        return ValueTask.CompletedTask;
    }
}
