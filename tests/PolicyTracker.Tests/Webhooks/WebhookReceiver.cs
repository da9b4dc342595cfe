using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NSec.Cryptography;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>What a receiver got.</summary>
internal sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Id => Headers[WebhookSignature.IdHeader];

    /// <summary>Whether it is signed with this secret, as a receiver would check it now.</summary>
    public bool IsSignedBy(WebhookSecret secret, DateTimeOffset now) =>
        WebhookSignature.Verify(secret, Id, Headers[WebhookSignature.TimestampHeader], Headers[WebhookSignature.SignatureHeader], Body, now);

    /// <summary>Whether one of its signatures is verified by this public key, <c>whpk_…</c>, as somebody would check it who knows Standard Webhooks and not the service.</summary>
    public bool IsVerifiedBy(string publicKey)
    {
        var key = PublicKey.Import(SignatureAlgorithm.Ed25519, Convert.FromBase64String(publicKey["whpk_".Length..]), KeyBlobFormat.RawPublicKey);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{Headers["webhook-id"]}.{Headers["webhook-timestamp"]}."), .. Body];
        return Headers["webhook-signature"].Split(' ').Any(given =>
            given.StartsWith("v1a,", StringComparison.Ordinal) && SignatureAlgorithm.Ed25519.Verify(key, signed, Convert.FromBase64String(given["v1a,".Length..])));
    }
}

/// <summary>What a receiver answers.</summary>
/// <param name="After">What it waits for before it answers.</param>
internal sealed record WebhookAnswer(int Status = 204, string Body = "", Task? After = null, params (string Name, string Value)[] Headers)
{
    public static WebhookAnswer RetryAfter(int status, string value) => new(status, Headers: ("Retry-After", value));
}

/// <summary>A receiver of webhooks on this machine: it takes what is posted, keeps it, and answers as a spec tells it to.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<Received> _all = new();
    private readonly Channel<Received> _arrivals = Channel.CreateUnbounded<Received>();
    private readonly WebApplication _app;

    private WebhookReceiver(IPAddress address, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(address, port));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(ReceiveAsync);
    }

    /// <summary>Where it is posted to, such as <c>http://127.0.0.1:49152/hook</c>.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>What it answers to a message; unless told, that it was taken.</summary>
    public Func<Received, WebhookAnswer> Answer { get; set; } = _ => new WebhookAnswer();

    /// <summary>What it answers to the question of consent (OPTIONS); unless told, that any origin may send.</summary>
    public Func<Received, WebhookAnswer> Consent { get; set; } = _ => new WebhookAnswer(200, Headers: ("WebHook-Allowed-Origin", "*"));

    /// <summary>All that came, questions of consent left out, in the order of arrival.</summary>
    public IReadOnlyList<Received> All => [.. _all.Where(received => received.Method != HttpMethods.Options)];

    /// <summary>The questions of consent that came.</summary>
    public IReadOnlyList<Received> Questions => [.. _all.Where(received => received.Method == HttpMethods.Options)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="port">0 for any; one of <see cref="Port.Free"/> where it is stopped and started again.</param>
    public static async Task<WebhookReceiver> StartAsync(int port = 0, IPAddress? address = null)
    {
        var receiver = new WebhookReceiver(address ?? IPAddress.Loopback, port);
        await receiver._app.StartAsync(Cancellation);
        receiver.Url = new Uri(new Uri(receiver._app.Urls.Single()), "/hook");
        return receiver;
    }

    /// <summary>The next message, past or to come, that was not asked for yet.</summary>
    public async Task<Received> NextAsync() => await _arrivals.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    /// <summary>The next so many messages.</summary>
    public async Task<IReadOnlyList<Received>> NextAsync(int count)
    {
        var received = new List<Received>();
        while (received.Count < count)
            received.Add(await NextAsync());
        return received;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        // Whoever still waits for an answer is cut off.
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var received = new Received(http.Request.Method, http.Request.Path + http.Request.QueryString,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
        var consents = HttpMethods.IsOptions(http.Request.Method);
        _all.Enqueue(received);
        if (!consents)
            _arrivals.Writer.TryWrite(received);

        var answer = (consents ? Consent : Answer)(received);
        await (answer.After ?? Task.CompletedTask).WaitAsync(http.RequestAborted);
        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers.Append(name, value);
        if (answer.Body.Length > 0)
            await http.Response.WriteAsync(answer.Body, http.RequestAborted);
    }
}
