using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>Subscriptions whose receivers can verify and cannot sign.</summary>
public sealed class PublicKeySpecs(TestDatabase database) : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private FeedHost _host = null!;
    private WebhookReceiver _receiver = null!;

    private static JsonObject Signed => new() { ["signature"] = "ed25519" };

    public async ValueTask InitializeAsync()
    {
        _host = await WebhookHost.StartAsync(await database.CreateDatabaseAsync(), _clock);
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task a_message_is_verified_with_the_public_key_that_every_answer_shows()
    {
        var subscribed = await _host.SubscribeAsync(_receiver, Signed);
        var key = Assert.Single(KeysOf(subscribed.Made));
        Assert.Equal(("ed25519", null), (subscribed.Made.Text("signature"), subscribed.Made.Body!["secret"]));
        Assert.Equal([key], KeysOf(await _host.ReadAsync(subscribed)));
        Assert.Equal(key.Key, (await _host.GetAsync("/v1/subscriptions"))["items"][0]!["publicKeys"]![0]!["key"]!.GetValue<string>());

        await _host.InsertAsync(1);
        var received = await _receiver.NextAsync();
        Assert.Matches("^v1a,[A-Za-z0-9+/]{86}==$", received.Headers["webhook-signature"]);
        Assert.True(received.IsVerifiedBy(key.Key));
        Assert.False(received.IsVerifiedBy(WebhookKeyPair.Generate().PublicKey));
        Assert.False((received with { Body = [.. received.Body[..^1], (byte)'!'] }).IsVerifiedBy(key.Key));
        Assert.False((received with { Headers = new Dictionary<string, string>(received.Headers) { ["webhook-id"] = "another" } }).IsVerifiedBy(key.Key));
    }

    [Fact]
    public async Task the_message_that_asks_for_consent_is_verified_with_it_too()
    {
        _receiver.Consent = _ => new WebhookAnswer(405);
        var pending = await _host.CreateAsync(_receiver.Url, Signed);
        _receiver.Answer = ping => ping.IsVerifiedBy(KeysOf(pending.Made)[0].Key)
            ? new WebhookAnswer(200, JsonNode.Parse(ping.Body)!["data"]!["challenge"]!.GetValue<string>())
            : new WebhookAnswer(401);
        Assert.Equal("active", (await _host.PostAsync($"{pending.Path}/verify")).Is(HttpStatusCode.OK).Text("state"));
    }

    [Fact]
    public async Task both_keys_sign_for_a_day_after_a_rotation()
    {
        var subscribed = await _host.SubscribeAsync(_receiver, Signed);
        var old = KeysOf(subscribed.Made)[0].Key;
        var rotated = (await _host.PostAsync($"{subscribed.Path}/rotate-secret", null, ("Idempotency-Key", "once"))).Is(HttpStatusCode.OK);
        Assert.Equal(("ed25519", null), (rotated.Text("signature"), rotated.Body!["secret"]));
        var next = KeysOf(rotated)[0].Key;
        Assert.NotEqual(old, next);
        Assert.Equal([(next, null), (old, _clock.GetUtcNow().AddHours(24))], KeysOf(rotated));
        Assert.Equal(KeysOf(rotated), KeysOf(await _host.PostAsync($"{subscribed.Path}/rotate-secret", null, ("Idempotency-Key", "once"))));
        Assert.Equal(KeysOf(rotated), KeysOf(await _host.ReadAsync(subscribed)));

        await _host.InsertAsync(1);
        var both = await _receiver.NextAsync();
        Assert.Equal(2, both.Headers["webhook-signature"].Split(' ').Length);
        Assert.True(both.IsVerifiedBy(next) && both.IsVerifiedBy(old));

        // An answer under way would come too late.
        await _host.ReadUntilAsync(subscribed, 1);
        _clock.Advance(TimeSpan.FromHours(24));
        await _host.InsertAsync(1);
        var one = await _receiver.NextAsync();
        Assert.True(one.IsVerifiedBy(next));
        Assert.False(one.IsVerifiedBy(old));
        Assert.Equal([(next, null)], KeysOf(await _host.ReadAsync(subscribed)));
    }

    [Fact]
    public async Task the_private_key_is_shown_by_no_answer_and_is_nowhere_in_clear()
    {
        var body = Signed.With("url", _receiver.Url.ToString());
        var made = (await _host.PostAsync("/v1/subscriptions", body, ("Idempotency-Key", "k1"))).Is(HttpStatusCode.Created);
        var again = (await _host.PostAsync("/v1/subscriptions", body, ("Idempotency-Key", "k1"))).Is(HttpStatusCode.Created);
        Assert.Equal((made.Text("id"), made["publicKeys"].ToJsonString()), (again.Text("id"), again["publicKeys"].ToJsonString()));
        var rotated = (await _host.PostAsync($"/v1/subscriptions/{made.Text("id")}/rotate-secret", null, ("Idempotency-Key", "k2"))).Is(HttpStatusCode.OK);
        var answers = string.Concat(made.Body, again.Body, rotated.Body, (await _host.GetAsync($"/v1/subscriptions/{made.Text("id")}")).Body, (await _host.GetAsync("/v1/subscriptions")).Body);

        var sealedKeys = JsonNode.Parse((string)(await _host.ScalarAsync("select secrets from policy.webhook_subscription"))!)!.AsArray();
        var pairs = sealedKeys.Select(kept => _host.Services.GetRequiredService<SecretVault>().Unprotect(kept!["value"]!.GetValue<string>())).ToList();
        Assert.Equal(KeysOf(rotated).Select(key => key.Key), pairs.Select(pair => pair.PublicKey!));
        var tables = await _host.ScalarAsync("select (select string_agg(t::text, ' ') from policy.webhook_subscription t) || (select string_agg(t::text, ' ') from policy.kept_answer t)");
        foreach (var pair in pairs)
        {
            // Its first half is private.
            var secret = Unescaped(pair.Reveal()["whsk_".Length..][..40]);
            Assert.DoesNotContain(secret, answers, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, (string)tables!, StringComparison.Ordinal);
            Assert.Contains(Unescaped(pair.PublicKey!), (string)tables!, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("whsk_", answers + tables, StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_is_no_way_to_sign_is_refused_and_the_way_is_never_changed()
    {
        var refused = (await _host.PostAsync("/v1/subscriptions", new JsonObject { ["url"] = _receiver.Url.ToString(), ["signature"] = "rsa" })).IsProblem(Codes.UnknownValue);
        Assert.Equal(("signature", """["hmac","ed25519"]"""), (refused.Text("field"), refused["allowed"].ToJsonString()));

        var subscribed = await _host.CreateAsync(_receiver.Url);
        Assert.Equal(("hmac", null), (subscribed.Made.Text("signature"), subscribed.Made.Body!["publicKeys"]));
        Assert.Equal("signature", (await _host.SendAsync(HttpMethod.Patch, subscribed.Path, Signed)).IsProblem(Codes.UnknownField).Text("field"));
    }

    /// <summary>The longest part that JSON writes as it is.</summary>
    private static string Unescaped(string base64) => base64.Split('+').MaxBy(part => part.Length)!;

    /// <summary>The public keys that an answer shows, and until when.</summary>
    private static IReadOnlyList<(string Key, DateTimeOffset? Until)> KeysOf(Reply reply) =>
        [.. reply["publicKeys"].AsArray().Select(key => (key!["key"]!.GetValue<string>(), key["until"]?.GetValue<DateTimeOffset>()))];
}
