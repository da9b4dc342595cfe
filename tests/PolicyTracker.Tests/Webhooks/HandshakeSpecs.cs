using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>Nothing is sent to whoever has not agreed to it.</summary>
public sealed class HandshakeSpecs : IAsyncLifetime
{
    private const string Origin = "tracker.example.org";

    private readonly WebhookSecret _secret = WebhookSecret.Generate();
    private WebhookReceiver _receiver = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _receiver.Consent = _ => new WebhookAnswer(405);
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    /// <summary>Section 4 of CloudEvents' HTTP 1.1 Web Hooks: consent is in the header, whatever the status.</summary>
    [Theory]
    [InlineData(200, "*", "120", 120), InlineData(204, Origin, "*", null), InlineData(200, "Tracker.Example.ORG", null, null), InlineData(405, "*", null, null), InlineData(200, "*", "0", null), InlineData(200, "*", "many", null)]
    public async Task an_origin_that_is_allowed_is_all_that_it_takes(int status, string allowed, string? rate, int? perMinute)
    {
        _receiver.Consent = _ => new WebhookAnswer(status, Headers: rate is null ? [("WebHook-Allowed-Origin", allowed)] : [("WebHook-Allowed-Origin", allowed), ("WebHook-Allowed-Rate", rate)]);
        Assert.Equal(new Verification(true, perMinute, null), await VerifyAsync());
        Assert.Equal((Origin, "let me in"), (Assert.Single(_receiver.Questions).Headers["WebHook-Request-Origin"], _receiver.Questions[0].Headers["Authorization"]));
        Assert.Empty(_receiver.All);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task else_a_receiver_repeats_the_challenge_of_a_signed_ping(bool json)
    {
        _receiver.Consent = _ => new WebhookAnswer(200, Headers: ("WebHook-Allowed-Origin", "another.example.org"));
        _receiver.Answer = ping => ping.IsSignedBy(_secret, TimeProvider.System.GetUtcNow()) ? new WebhookAnswer(200, json ? $$"""{ "challenge": "{{ChallengeOf(ping)}}" }""" : ChallengeOf(ping)) : new WebhookAnswer(401);
        Assert.Equal(new Verification(true, null, null), await VerifyAsync());

        var ping = Assert.Single(_receiver.All);
        var cloudEvent = FeedEvent.Read(ping.Body);
        Assert.Equal(("policytracker.ping.v1", ping.Id, "application/cloudevents+json"), (cloudEvent.Type, cloudEvent.Id, ping.Headers["Content-Type"]));
    }

    [Fact]
    public async Task a_receiver_that_takes_whatever_comes_has_not_agreed()
    {
        await RefusedAsync(_ => new WebhookAnswer(204));
        await RefusedAsync(_ => new WebhookAnswer(200, "ok"));
        await RefusedAsync(_ => new WebhookAnswer(200, """{"challenge":"another"}"""));
        await RefusedAsync(_ => new WebhookAnswer(200, """["challenge"]"""));
        await RefusedAsync(ping => new WebhookAnswer(500, ChallengeOf(ping)));
        // It repeats all that it is sent, to anybody.
        await RefusedAsync(ping => new WebhookAnswer(200, System.Text.Encoding.UTF8.GetString(ping.Body)));
        Assert.Equal(6, _receiver.All.Select(ping => ChallengeOf(ping)).Distinct().Count());

        async Task RefusedAsync(Func<Received, WebhookAnswer> answer)
        {
            _receiver.Answer = answer;
            var verification = await VerifyAsync();
            Assert.Equal((false, null), (verification.Granted, verification.RequestsPerMinute));
            Assert.NotNull(verification.Detail);
        }
    }

    [Fact]
    public async Task a_receiver_that_gives_no_answer_is_not_sent_a_ping()
    {
        Assert.Equal(new Verification(false, null, "The receiver gave no answer: unreachable."), await VerifyAsync(new Uri($"http://127.0.0.1:{Port.Free()}/")));
    }

    private static string ChallengeOf(Received ping) => JsonNode.Parse(ping.Body)!["data"]!["challenge"]!.GetValue<string>();

    private async Task<Verification> VerifyAsync(Uri? url = null)
    {
        var options = new WebhookOptions { AllowedHosts = ["127.0.0.1"], Origin = Origin };
        using var client = new WebhookClient(new Egress(options, async (host, cancellation) => await Dns.GetHostAddressesAsync(host, cancellation), NullLogger<Egress>.Instance), options, TimeProvider.System);
        return await new Handshake(client).VerifyAsync(new WebhookTarget(url ?? _receiver.Url, [_secret], new Dictionary<string, string> { ["Authorization"] = "let me in" }, TimeSpan.FromSeconds(30)), Origin, Cancellation);
    }
}
