using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>What becomes of an attempt, by what the receiver does: real sockets, and a clock that stands still until it is moved on.</summary>
public sealed class WebhookClientSpecs : IAsyncLifetime
{
    private static readonly WebhookMessage Message = new("0192f0c1-0000-7000-8000-000000000001", "application/cloudevents+json", "{\"specversion\":\"1.0\"}"u8.ToArray());

    private readonly ManualClock _clock = new();
    private readonly WebhookSecret _secret = WebhookSecret.Generate();
    private WebhookReceiver _receiver = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task a_message_arrives_as_it_is_with_its_id_its_time_and_a_signature_for_each_secret()
    {
        var old = WebhookSecret.Generate();
        using var client = Client();
        var target = new WebhookTarget(_receiver.Url, [_secret, old], new Dictionary<string, string> { ["X-Team"] = "watch" }, TimeSpan.FromSeconds(15));
        var attempt = await client.PostAsync(target, Message, [("PolicyTracker-Cursor", "v1.e.7")], Cancellation);

        Assert.Equal((AttemptResult.Delivered, 204, null), (attempt.Result, attempt.Status, attempt.Error));
        var received = await _receiver.NextAsync();
        Assert.Equal(("POST", "/hook", "watch", "v1.e.7"), (received.Method, received.Path, received.Headers["X-Team"], received.Headers["PolicyTracker-Cursor"]));
        Assert.Equal(Message.Body.ToArray(), received.Body);
        Assert.Equal(("application/cloudevents+json", Message.Id, "policytracker"), (received.Headers["Content-Type"], received.Id, received.Headers["WebHook-Request-Origin"]));
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeSeconds().ToString(), received.Headers["webhook-timestamp"]);
        Assert.Equal(2, received.Headers["webhook-signature"].Split(' ').Length);
        Assert.True(received.IsSignedBy(_secret, _clock.GetUtcNow()) && received.IsSignedBy(old, _clock.GetUtcNow()));
        Assert.False(received.IsSignedBy(WebhookSecret.Generate(), _clock.GetUtcNow()));
        // What a receiver is not asked for and need not know.
        Assert.DoesNotContain(received.Headers.Keys, name => name.Equals("traceparent", StringComparison.OrdinalIgnoreCase) || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>As Standard Webhooks and the HTTP 1.1 Web Hooks of CloudEvents ask.</summary>
    [Theory]
    [InlineData(200, "Delivered"), InlineData(201, "Delivered"), InlineData(202, "Delivered"), InlineData(204, "Delivered"), InlineData(299, "Delivered")]
    [InlineData(301, "Failed"), InlineData(302, "Failed"), InlineData(304, "Failed"), InlineData(307, "Failed")]
    [InlineData(400, "Failed"), InlineData(401, "Failed"), InlineData(404, "Failed"), InlineData(415, "Failed"), InlineData(500, "Failed")]
    [InlineData(410, "Gone"), InlineData(413, "TooLarge"), InlineData(429, "Busy"), InlineData(502, "Busy"), InlineData(503, "Busy"), InlineData(504, "Busy")]
    public async Task the_status_tells_what_became_of_it(int status, string result)
    {
        _receiver.Answer = _ => new WebhookAnswer(status);
        var attempt = await PostAsync();
        Assert.Equal((result, status, null), (attempt.Result.ToString(), attempt.Status, attempt.Error));
    }

    [Theory]
    [InlineData(429, "17", 17), InlineData(503, "120", 120), InlineData(500, "5", 5)]
    [InlineData(503, "3600", 3600), InlineData(503, "86400", 3600), InlineData(503, "Sat, 31 Jan 2026 12:02:00 GMT", 120), InlineData(503, "Fri, 01 Jan 2100 00:00:00 GMT", 3600)]
    [InlineData(503, "0", null), InlineData(503, "-5", null), InlineData(503, "soon", null), InlineData(503, "Sat, 31 Jan 2026 11:00:00 GMT", null), InlineData(204, "30", null)]
    public async Task a_receiver_is_left_alone_for_as_long_as_it_asks_but_no_longer_than_an_hour(int status, string asked, int? seconds)
    {
        _receiver.Answer = _ => WebhookAnswer.RetryAfter(status, asked);
        Assert.Equal(seconds, (int?)(await PostAsync()).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task a_redirect_is_not_followed()
    {
        await using var elsewhere = await WebhookReceiver.StartAsync();
        _receiver.Answer = _ => new WebhookAnswer(307, Headers: ("Location", elsewhere.Url.AbsoluteUri));
        Assert.Equal((AttemptResult.Failed, 307), ((await PostAsync()) is var attempt ? attempt.Result : default, attempt.Status));
        Assert.Empty(elsewhere.All);
    }

    [Fact]
    public async Task what_a_receiver_sets_as_a_cookie_does_not_come_back()
    {
        _receiver.Answer = _ => new WebhookAnswer(Headers: ("Set-Cookie", "tracked=1; Path=/"));
        using var client = Client();
        await client.PostAsync(Target(), Message, [], Cancellation);
        await client.PostAsync(Target(), Message, [], Cancellation);
        Assert.DoesNotContain("Cookie", (await _receiver.NextAsync(2))[1].Headers.Keys);
    }

    [Fact]
    public async Task whoever_does_not_answer_in_time_has_failed()
    {
        var never = new TaskCompletionSource();
        _receiver.Answer = _ => new WebhookAnswer(After: never.Task);
        using var client = Client();
        var posted = client.PostAsync(Target(), Message, [], Cancellation);
        await _receiver.NextAsync();
        _clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(posted.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new Attempt(AttemptResult.Failed, null, TimeSpan.FromSeconds(15), "timeout", null, null), await posted);
    }

    [Fact]
    public async Task a_sender_who_gives_up_is_told_so()
    {
        var never = new TaskCompletionSource();
        _receiver.Answer = _ => new WebhookAnswer(After: never.Task);
        using var client = Client();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var posted = client.PostAsync(Target(), Message, [], stopping.Token);
        await _receiver.NextAsync();
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posted);
    }

    [Fact]
    public async Task of_an_answer_no_more_is_kept_than_a_kibibyte_of_text()
    {
        _receiver.Answer = _ => new WebhookAnswer(500, $"\0no\u001b[31m\r\n{new string('x', 1_000_000)}");
        var attempt = await PostAsync();
        Assert.Equal(500, attempt.Status);
        Assert.StartsWith("no [31m  xxx", attempt.Snippet, StringComparison.Ordinal);
        Assert.InRange(attempt.Snippet!.Length, 1000, 1024);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbroken off", "Delivered", 200, null)]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\nbroken off", "Failed", 500, null)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "Failed", null, "broken_answer")]
    [InlineData("", "Failed", null, "broken_answer")]
    public async Task a_connection_that_breaks_or_speaks_otherwise_is_told_by_the_attempt(string said, string result, int? status, string? error)
    {
        await using var raw = new RawListener(said);
        using var client = Client();
        var attempt = await client.PostAsync(Target(raw.Url), Message, [], Cancellation);
        Assert.Equal((result, status, error), (attempt.Result.ToString(), attempt.Status, attempt.Error));
    }

    [Fact]
    public async Task what_cannot_be_reached_tells_no_more_than_that()
    {
        using var client = Client();
        Attempt[] attempts =
        [
            await client.PostAsync(Target(new Uri($"http://127.0.0.1:{Port.Free()}/")), Message, [], Cancellation),
            await client.PostAsync(Target(new Uri("https://name.invalid/")), Message, [], Cancellation),
            // Listens, but is not allowed.
            await Client(allowed: []).PostAsync(Target(), Message, [], Cancellation),
        ];
        Assert.All(attempts, attempt => Assert.Equal(new Attempt(AttemptResult.Failed, null, TimeSpan.Zero, "unreachable", null, null), attempt));
        Assert.Empty(_receiver.All);
    }

    [Fact]
    public async Task a_receiver_without_a_certificate_has_failed()
    {
        using var client = Client();
        Assert.Equal("tls", (await client.PostAsync(Target(new UriBuilder(_receiver.Url) { Scheme = "https" }.Uri), Message, [], Cancellation)).Error);
    }

    private async Task<Attempt> PostAsync()
    {
        using var client = Client();
        return await client.PostAsync(Target(), Message, [], Cancellation);
    }

    private WebhookTarget Target(Uri? url = null) => new(url ?? _receiver.Url, [_secret], new Dictionary<string, string>(), TimeSpan.FromSeconds(15));

    private WebhookClient Client(IReadOnlyList<string>? allowed = null)
    {
        var options = new WebhookOptions { AllowedHosts = allowed ?? ["127.0.0.1"] };
        return new WebhookClient(new Egress(options, async (host, cancellation) => await Dns.GetHostAddressesAsync(host, cancellation), NullLogger<Egress>.Instance), options, _clock);
    }
}
