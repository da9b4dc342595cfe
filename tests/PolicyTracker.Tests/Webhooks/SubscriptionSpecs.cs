using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>Subscriptions as their owners make and change them.</summary>
public sealed class SubscriptionSpecs(TestDatabase database) : IAsyncLifetime
{
    private const string Path = "/v1/subscriptions";

    private FeedHost _host = null!;
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await WebhookHost.StartAsync(await database.CreateDatabaseAsync());
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task a_secret_is_shown_once_and_again_to_a_retry_and_is_nowhere_in_clear()
    {
        var body = new JsonObject { ["url"] = _receiver.Url.ToString(), ["headers"] = new JsonArray(new JsonObject { ["name"] = "Authorization", ["value"] = "Bearer of-the-receiver" }) };
        var made = (await _host.PostAsync(Path, body, ("Idempotency-Key", "k1"))).Is(HttpStatusCode.Created);
        var secret = made.Text("secret");
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(made.Text("id"), made.Location!.Split('/')[^1]);
        var again = (await _host.PostAsync(Path, body, ("Idempotency-Key", "k1"))).Is(HttpStatusCode.Created);
        Assert.Equal((made.Text("id"), secret), (again.Text("id"), again.Text("secret")));
        (await _host.PostAsync(Path, body.With("format", "thin"), ("Idempotency-Key", "k1"))).IsProblem(Codes.IdempotencyKeyReused);

        var read = (await _host.GetAsync($"{Path}/{made.Text("id")}")).Is(HttpStatusCode.OK);
        Assert.Null(read.Body!["secret"]);
        Assert.Equal("""["Authorization"]""", read["headers"].ToJsonString());
        foreach (var table in (string[])["webhook_subscription", "kept_answer"])
        {
            var kept = (string)(await _host.ScalarAsync($"select string_agg(t::text, ' ') from policy.{table} t"))!;
            Assert.Contains(made.Text("id"), kept, StringComparison.Ordinal);
            // JSON writes a plus sign otherwise.
            Assert.DoesNotContain(secret["whsec_".Length..].Split('+').MaxBy(part => part.Length)!, kept, StringComparison.Ordinal);
            Assert.DoesNotContain("of-the-receiver", kept, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task a_receiver_that_has_not_agreed_is_sent_nothing()
    {
        _receiver.Consent = _ => new WebhookAnswer(403);
        _receiver.Answer = _ => new WebhookAnswer(200, "thanks");
        await _host.InsertAsync(1);
        var pending = await _host.CreateAsync(_receiver.Url);
        (await _host.PostAsync($"{pending.Path}/verify")).IsProblem(Codes.VerificationFailed);
        foreach (var act in (string[])["pause", "resume", "test"])
            (await _host.PostAsync($"{pending.Path}/{act}")).IsProblem(Codes.SubscriptionPending);
        Assert.Equal("pending", (await _host.ReadAsync(pending)).Text("state"));
        Assert.All(_receiver.All, message => Assert.Contains(Handshake.PingType, System.Text.Encoding.UTF8.GetString(message.Body), StringComparison.Ordinal));

        _receiver.Consent = _ => new WebhookAnswer(200, Headers: [("WebHook-Allowed-Origin", "policytracker"), ("WebHook-Allowed-Rate", "120")]);
        var active = (await _host.PostAsync($"{pending.Path}/verify")).Is(HttpStatusCode.OK);
        Assert.Equal(("active", 120), (active.Text("state"), active["rateLimit"].GetValue<int>()));
        await _host.ReadUntilAsync(pending, 1);
    }

    [Fact]
    public async Task another_address_is_verified_before_it_is_sent_anything()
    {
        await using var other = await WebhookReceiver.StartAsync();
        var subscribed = await _host.SubscribeAsync(_receiver);
        // A turn that has begun ends with what it began with.
        await _host.GivenBackAsync(subscribed);
        var moved = (await _host.SendAsync(HttpMethod.Patch, subscribed.Path, new JsonObject { ["url"] = other.Url.ToString() })).Is(HttpStatusCode.OK);
        Assert.Equal("pending", moved.Text("state"));
        await _host.InsertAsync(1);
        (await _host.PostAsync($"{subscribed.Path}/verify")).Is(HttpStatusCode.OK);
        Assert.True((await other.NextAsync()).IsSignedBy(subscribed.Secret, TimeProvider.System.GetUtcNow()));
        Assert.Empty(_receiver.All);
        Assert.Single(other.Questions);
    }

    [Fact]
    public async Task headers_stay_with_the_host_that_they_were_given_for()
    {
        var subscribed = await _host.CreateAsync(_receiver.Url, new JsonObject { ["headers"] = new JsonArray(new JsonObject { ["name"] = "X-Key", ["value"] = "of-the-receiver" }) });
        var same = await _host.SendAsync(HttpMethod.Patch, subscribed.Path, new JsonObject { ["url"] = new Uri(_receiver.Url, "/other").ToString() });
        Assert.Equal("""["X-Key"]""", same.Is(HttpStatusCode.OK)["headers"].ToJsonString());
        var other = await _host.SendAsync(HttpMethod.Patch, subscribed.Path, new JsonObject { ["url"] = "http://127.0.0.2/" });
        Assert.Equal("[]", other.Is(HttpStatusCode.OK)["headers"].ToJsonString());
    }

    [Fact]
    public async Task a_change_keeps_what_it_does_not_name_and_rests_on_the_version_that_it_names()
    {
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["ordering"] = "keyed", ["rateLimit"] = 1000 });
        var tag = (await _host.ReadAsync(subscribed)).ETag!;
        var change = new JsonObject { ["filter"] = new JsonObject { ["country"] = new JsonArray("NO") }, ["maxInFlight"] = 2 };
        var changed = (await _host.SendAsync(HttpMethod.Patch, subscribed.Path, change, ("If-Match", tag))).Is(HttpStatusCode.OK);
        Assert.Equal(("keyed", 1000, 2, """{"country":["NO"]}"""), (changed.Text("ordering"), changed["rateLimit"].GetValue<int>(), changed["maxInFlight"].GetValue<int>(), changed["filter"].ToJsonString()));
        Assert.Equal("active", changed.Text("state"));
        (await _host.SendAsync(HttpMethod.Patch, subscribed.Path, change, ("If-Match", tag))).IsProblem(Codes.StaleVersion);
        (await _host.SendAsync(HttpMethod.Delete, subscribed.Path, null, ("If-Match", tag))).IsProblem(Codes.StaleVersion);

        // Whoever sends takes up a change once it hears of it: what is published in that moment may still go by the filter of before.
        while (true)
        {
            await _host.InsertAsync(1, "IS");
            var last = await _host.InsertAsync(1, "NO");
            if (await PositionAsync() == last)
                break;
            Assert.Equal(last, await PositionAsync());
        }

        async Task<long> PositionAsync()
        {
            var message = await _receiver.NextAsync();
            return (await _host.PositionsAsync())[message.Id];
        }
    }

    [Fact]
    public async Task both_secrets_sign_for_a_day_after_a_rotation()
    {
        var clock = new ManualClock();
        await using var host = await WebhookHost.StartAsync(await database.CreateDatabaseAsync(), clock);
        var subscribed = await host.SubscribeAsync(_receiver);
        var rotated = (await host.PostAsync($"{subscribed.Path}/rotate-secret", null, ("Idempotency-Key", "once"))).Is(HttpStatusCode.OK);
        Assert.Equal(rotated.Text("secret"), (await host.PostAsync($"{subscribed.Path}/rotate-secret", null, ("Idempotency-Key", "once"))).Text("secret"));
        var next = WebhookSecret.Parse(rotated.Text("secret"));
        await host.InsertAsync(1);
        var both = await _receiver.NextAsync();
        Assert.True(both.IsSignedBy(subscribed.Secret, clock.GetUtcNow()) && both.IsSignedBy(next, clock.GetUtcNow()));

        // An answer under way would come too late.
        await host.ReadUntilAsync(subscribed, 1);
        clock.Advance(TimeSpan.FromHours(24));
        await host.InsertAsync(1);
        var one = await _receiver.NextAsync();
        Assert.True(one.IsSignedBy(next, clock.GetUtcNow()));
        Assert.False(one.IsSignedBy(subscribed.Secret, clock.GetUtcNow()));
        Assert.Single((await host.ReadAsync(subscribed))["secrets"].AsArray());
    }

    [Fact]
    public async Task a_paused_subscription_keeps_its_cursor_and_goes_on_from_it()
    {
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.InsertAsync(1);
        await _receiver.NextAsync();
        await _host.ReadUntilAsync(subscribed, 1);
        Assert.Equal(("paused", "asked"), Standing((await _host.PostAsync($"{subscribed.Path}/pause")).Is(HttpStatusCode.OK)));
        await _host.InsertAsync(2);
        Assert.Equal("delivered", (await _host.PostAsync($"{subscribed.Path}/test")).Is(HttpStatusCode.OK).Text("result"));
        Assert.Contains(":test:", (await _receiver.NextAsync()).Id, StringComparison.Ordinal);
        Assert.Equal(1, await _host.CursorAsync(subscribed));

        Assert.Equal(("active", null), Standing((await _host.PostAsync($"{subscribed.Path}/resume")).Is(HttpStatusCode.OK)));
        var positions = await _host.PositionsAsync();
        Assert.Equal([2L, 3], (await _receiver.NextAsync(2)).Select(message => positions[message.Id]));

        static (string, string?) Standing(Reply reply) => (reply.Text("state"), reply.Body!["reason"]?.GetValue<string>());
    }

    [Fact]
    public async Task whoever_seeks_back_gets_everything_again_and_whoever_seeks_forward_nothing_between()
    {
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.InsertAsync(3);
        await _receiver.NextAsync(3);
        await _host.ReadUntilAsync(subscribed, 3);
        (await _host.PostAsync($"{subscribed.Path}/seek", new JsonObject { ["to"] = await _host.CursorAsync(1) })).Is(HttpStatusCode.OK);
        var positions = await _host.PositionsAsync();
        Assert.Equal([2L, 3], (await _receiver.NextAsync(2)).Select(message => positions[message.Id]));
        await _host.ReadUntilAsync(subscribed, 3);

        _receiver.Answer = _ => new WebhookAnswer(500);
        await _host.InsertAsync(1);
        await _host.ReadUntilAsync(subscribed, reply => reply["waiting"].GetValue<int>() == 1);
        _receiver.Answer = _ => new WebhookAnswer();
        (await _host.PostAsync($"{subscribed.Path}/seek", new JsonObject { ["to"] = "latest" })).Is(HttpStatusCode.OK);
        await _host.InsertAsync(1);
        await _host.ReadUntilAsync(subscribed, 5);
        Assert.Equal("skipped", Assert.Single(await _host.DeliveriesAsync(subscribed, "status=skipped"))["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task a_limit_is_taken_away_by_null_and_otherwise_stays()
    {
        var subscribed = await _host.CreateAsync(_receiver.Url, new JsonObject { ["rateLimit"] = 30 });
        Assert.Equal(30, (await ChangeAsync(new JsonObject { ["maxInFlight"] = 2 })).Body!["rateLimit"]!.GetValue<int>());
        Assert.Null((await ChangeAsync(new JsonObject { ["rateLimit"] = null })).Body!["rateLimit"]);

        async Task<Reply> ChangeAsync(JsonObject changes) => (await _host.SendAsync(HttpMethod.Patch, subscribed.Path, changes)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task no_more_secrets_sign_than_a_header_should_hold()
    {
        var subscribed = await _host.CreateAsync(_receiver.Url);
        for (var i = 0; i < ActOnSubscription.MostSigning; i++)
            (await _host.PostAsync($"{subscribed.Path}/rotate-secret")).Is(HttpStatusCode.OK);
        Assert.Equal(ActOnSubscription.MostSigning, (await _host.ReadAsync(subscribed))["secrets"].AsArray().Count);
    }

    [Fact]
    public async Task subscriptions_are_listed_in_pages_and_forgotten_with_all_they_were_sent()
    {
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.CreateAsync(_receiver.Url);
        await _host.InsertAsync(1);
        await _host.ReadUntilAsync(subscribed, 1);
        var page = await _host.GetAsync($"{Path}?limit=1");
        var rest = await _host.GetAsync($"{Path}?limit=1&next={page.Text("next")}");
        Assert.Null(rest.Body!["next"]);
        Assert.Equal(2, page["items"].AsArray().Concat(rest["items"].AsArray()).Select(item => item!["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(subscribed.Id, Assert.Single((await _host.GetAsync($"{Path}?state=active"))["items"].AsArray())!["id"]!.GetValue<string>());

        (await _host.SendAsync(HttpMethod.Delete, subscribed.Path, null)).Is(HttpStatusCode.NoContent);
        (await _host.GetAsync(subscribed.Path)).IsProblem(Codes.NotFound);
        Assert.Equal(0L, await _host.ScalarAsync("select count(*) from policy.webhook_delivery"));
        Assert.Equal(0L, await _host.ScalarAsync("select count(*) from policy.webhook_attempt"));
    }

    [Theory]
    [InlineData("""{}""", Codes.MissingField, "url")]
    [InlineData("""{"url": "ftp://hooks.example.com"}""", Codes.UrlNotAllowed, "url")]
    [InlineData("""{"url": "http://hooks.example.com"}""", Codes.UrlNotAllowed, "url")]
    [InlineData("""{"url": "https://hooks.example.com", "filter": {"county": ["IS"]}}""", Codes.UnknownParameter, "filter.county")]
    [InlineData("""{"url": "https://hooks.example.com", "filter": []}""", Codes.WrongType, "filter")]
    [InlineData("""{"url": "https://hooks.example.com", "format": "xml"}""", Codes.UnknownValue, "format")]
    [InlineData("""{"url": "https://hooks.example.com", "publicKeys": []}""", Codes.UnknownField, "publicKeys")]
    [InlineData("""{"url": "https://hooks.example.com", "batch": {"maxEvents": 101, "maxWaitMs": 0}}""", Codes.OutOfRange, "batch.maxEvents")]
    [InlineData("""{"url": "https://hooks.example.com", "maxInFlight": 0}""", Codes.OutOfRange, "maxInFlight")]
    [InlineData("""{"url": "https://hooks.example.com", "headers": [{"name": "Host", "value": "other"}]}""", Codes.HeaderNotAllowed, "headers[0].name")]
    [InlineData("""{"url": "https://hooks.example.com", "headers": [{"name": "X-A", "value": "é"}]}""", Codes.HeaderNotAllowed, "headers[0].value")]
    [InlineData("""{"url": "https://hooks.example.com", "headers": [{"name": "X-A", "value": "1"}, {"name": "x-a", "value": "2"}]}""", Codes.DuplicateField, "headers[1].name")]
    [InlineData("""{"url": "https://hooks.example.com", "start": "yesterday"}""", Codes.CursorInvalid, "start")]
    [InlineData("""{"url": "https://hooks.example.com", "start": "2999-01-01"}""", Codes.DateInFuture, "start")]
    [InlineData("""{"url": "https://hooks.example.com", "secret": "whsec_x"}""", Codes.UnknownField, "secret")]
    public async Task what_breaks_a_rule_is_refused_by_name(string body, string code, string field)
    {
        var refused = (await _host.PostAsync(Path, JsonNode.Parse(body))).IsProblem(code);
        Assert.Equal(field, refused.Text("field"));
        Assert.Equal(0L, await _host.ScalarAsync("select count(*) from policy.webhook_subscription"));
    }

    [Fact]
    public async Task what_there_is_not_is_not_found_and_a_cursor_that_cannot_be_honoured_is_refused()
    {
        foreach (var path in (string[])["", "/deliveries", "/deliveries/1"])
            (await _host.GetAsync($"{Path}/sub_none{path}")).IsProblem(Codes.NotFound);
        var subscribed = await _host.CreateAsync(_receiver.Url);
        (await _host.GetAsync($"{subscribed.Path}/deliveries/1")).IsProblem(Codes.NotFound);
        (await _host.PostAsync($"{subscribed.Path}/deliveries/abc/redeliver")).IsProblem(Codes.NotFound);
        (await _host.GetAsync($"{subscribed.Path}/deliveries?status=lost")).IsProblem(Codes.UnknownValue);
        (await _host.GetAsync($"{subscribed.Path}/deliveries?next=x")).IsProblem(Codes.CursorInvalid);
        (await _host.GetAsync($"{subscribed.Path}/deliveries?from=2024-02-02&to=2024-02-01")).IsProblem(Codes.FieldsDisagree);
        (await _host.GetAsync($"{subscribed.Path}/deliveries?from=0001-01-01&to=9999-12-31")).Is(HttpStatusCode.OK);
        (await _host.PostAsync($"{subscribed.Path}/seek", new JsonObject { ["to"] = await _host.CursorAsync(7) })).IsProblem(Codes.CursorAhead);
        (await _host.PostAsync($"{subscribed.Path}/seek", new JsonObject { ["to"] = "v1.other.0" })).IsProblem(Codes.CursorEpoch);
        (await _host.PostAsync($"{(await _host.CreateAsync(new Uri($"http://127.0.0.1:{Port.Free()}/"))).Path}/verify")).IsProblem(Codes.VerificationFailed);
    }
}
