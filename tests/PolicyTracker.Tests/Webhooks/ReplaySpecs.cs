using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>The log of deliveries, and what is sent again from it.</summary>
public sealed class ReplaySpecs(TestDatabase database) : IAsyncLifetime
{
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
    public async Task the_log_tells_what_was_sent_and_answered_without_what_is_secret()
    {
        _receiver.Answer = _ => new WebhookAnswer(201, "taken");
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["headers"] = new JsonArray(new JsonObject { ["name"] = "X-Key", ["value"] = "of-the-receiver" }) });
        await _host.InsertAsync(3);
        var sent = await _receiver.NextAsync(3);
        Assert.All(sent, message => Assert.Equal("of-the-receiver", message.Headers["X-Key"]));
        await _host.ReadUntilAsync(subscribed, 3);

        var one = (await _host.GetAsync($"{subscribed.Path}/deliveries/2")).Is(HttpStatusCode.OK);
        Assert.Equal((sent[1].Id, "account_suspended"), (one["delivery"]["webhookId"]!.GetValue<string>(), one["delivery"]["types"]![0]!.GetValue<string>()));
        Assert.Equal(JsonNode.Parse(sent[1].Body)!.ToJsonString(), one["request"]["body"]!.ToJsonString());
        Assert.Equal("(not shown)", one["request"]["headers"]!["X-Key"]!.GetValue<string>());
        Assert.Equal((201, "taken", "delivered"), (one["attempts"][0]!["httpStatus"]!.GetValue<int>(), one["attempts"][0]!["snippet"]!.GetValue<string>(), one["attempts"][0]!["result"]!.GetValue<string>()));
        Assert.DoesNotContain("whsec_", one.Body!.ToJsonString(), StringComparison.Ordinal);

        Assert.Equal(["1", "2", "3"], (await _host.DeliveriesAsync(subscribed)).Select(Id));
        var page = await _host.GetAsync($"{subscribed.Path}/deliveries?limit=2");
        Assert.Equal(["1"], (await _host.DeliveriesAsync(subscribed, $"limit=2&next={page.Text("next")}")).Select(Id));
        var today = TimeProvider.System.GetUtcNow().UtcDateTime;
        Assert.Equal(3, (await _host.DeliveriesAsync(subscribed, $"status=delivered&type=account_suspended&from={today.AddDays(-1):yyyy-MM-dd}&to={today.AddDays(1):yyyy-MM-dd}")).Count);
        Assert.Empty(await _host.DeliveriesAsync(subscribed, $"from={today.AddDays(1):yyyy-MM-dd}"));
        Assert.Empty(await _host.DeliveriesAsync(subscribed, "type=reliance_changed"));
        Assert.Empty(await _host.DeliveriesAsync(subscribed, "status=parked"));
    }

    [Fact]
    public async Task what_is_sent_again_has_its_id_and_a_mark_and_leaves_the_cursor_alone()
    {
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.InsertAsync(5);
        var first = await _receiver.NextAsync(5);
        await _host.ReadUntilAsync(subscribed, 5);

        (await _host.PostAsync($"{subscribed.Path}/deliveries/3/redeliver")).Is(HttpStatusCode.Accepted);
        AssertRedelivered([first[2]], await _receiver.NextAsync(1));
        (await _host.PostAsync($"{subscribed.Path}/replay", new JsonObject { ["from"] = await _host.CursorAsync(1), ["to"] = await _host.CursorAsync(4) })).Is(HttpStatusCode.Accepted);
        AssertRedelivered(first.Skip(1).Take(3), await _receiver.NextAsync(3));
        (await _host.PostAsync($"{subscribed.Path}/replay", new JsonObject { ["from"] = "2001-01-01" })).Is(HttpStatusCode.Accepted);
        AssertRedelivered(first, await _receiver.NextAsync(5));
        await _host.UntilAsync(async () => (long)(await _host.ScalarAsync("select count(*) from policy.webhook_replay"))! == 0);
        Assert.Equal(5, await _host.CursorAsync(subscribed));
    }

    [Fact]
    public async Task what_was_never_delivered_is_sent_and_what_was_is_not()
    {
        await _host.InsertAsync(4);
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["start"] = await _host.CursorAsync(2) });
        var delivered = await _receiver.NextAsync(2);
        await _host.ReadUntilAsync(subscribed, 4);
        (await _host.PostAsync($"{subscribed.Path}/replay", new JsonObject { ["from"] = "earliest", ["only"] = "missing" })).Is(HttpStatusCode.Accepted);
        var positions = await _host.PositionsAsync();
        Assert.Equal([1L, 2], (await _receiver.NextAsync(2)).Select(message => positions[message.Id]));
        await _host.UntilAsync(async () => (long)(await _host.ScalarAsync("select count(*) from policy.webhook_replay"))! == 0);
        Assert.Equal(4, _receiver.All.Count);
        Assert.Equal(4, await _host.CursorAsync(subscribed));
    }

    [Fact]
    public async Task a_replay_goes_beside_what_is_new()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.InsertAsync(1);
        await _receiver.NextAsync();
        await _host.ReadUntilAsync(subscribed, 1);
        _receiver.Answer = message => new WebhookAnswer(After: message.Headers.ContainsKey(Message.RedeliveryHeader) ? held.Task : null);
        (await _host.PostAsync($"{subscribed.Path}/deliveries/1/redeliver")).Is(HttpStatusCode.Accepted);
        await _receiver.NextAsync();
        await _host.InsertAsync(2);
        await _receiver.NextAsync(2);
        await _host.ReadUntilAsync(subscribed, 3);
        held.SetResult();
    }

    [Fact]
    public async Task a_replay_halves_what_is_too_large_and_the_subscription_learns_it()
    {
        await _host.InsertAsync(8);
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["format"] = "batch", ["batch"] = new JsonObject { ["maxEvents"] = 8, ["maxWaitMs"] = 0 } });
        await _receiver.NextAsync();
        await _host.ReadUntilAsync(subscribed, 8);
        _receiver.Answer = message => new WebhookAnswer(JsonNode.Parse(message.Body)!.AsArray().Count > 2 ? 413 : 204);
        (await _host.PostAsync($"{subscribed.Path}/replay", new JsonObject { ["from"] = "earliest" })).Is(HttpStatusCode.Accepted);
        Assert.Equal(["1-8", "1-4", "1-2", "3-4", "5-6", "7-8"], (await _receiver.NextAsync(6)).Select(message => message.Id[(subscribed.Id.Length + 1)..]));
        await _host.UntilAsync(async () => (long)(await _host.ScalarAsync("select count(*) from policy.webhook_replay"))! == 0);
        Assert.Equal("1-4", Id(Assert.Single(await _host.DeliveriesAsync(subscribed, "status=split"))));
        Assert.Empty(await _host.DeliveriesAsync(subscribed, "status=waiting"));

        await _host.InsertAsync(3);
        Assert.Equal([$"{subscribed.Id}:9-10", $"{subscribed.Id}:11-11"], (await _receiver.NextAsync(2)).Select(message => message.Id));
    }

    [Fact]
    public async Task what_a_replay_tries_again_is_not_counted_among_what_waits_in_order()
    {
        await _host.InsertAsync(1);
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["start"] = "latest" });
        _receiver.Answer = _ => new WebhookAnswer(500);
        (await _host.PostAsync($"{subscribed.Path}/replay", new JsonObject { ["from"] = "earliest" })).Is(HttpStatusCode.Accepted);
        await _host.UntilAsync(async () => await _host.DeliveriesAsync(subscribed, "status=waiting") is [_]);
        Assert.Equal(0, (await _host.ReadAsync(subscribed))["waiting"].GetValue<int>());
    }

    [Fact]
    public async Task a_replay_reaches_what_the_node_has_not_read_yet()
    {
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["start"] = "latest" });
        // The node hears of it with its next look, a second later.
        await _host.InsertAsync(1, told: false);
        (await _host.PostAsync($"{subscribed.Path}/seek", new JsonObject { ["to"] = "latest" })).Is(HttpStatusCode.OK);
        (await _host.PostAsync($"{subscribed.Path}/replay", new JsonObject { ["from"] = "earliest" })).Is(HttpStatusCode.Accepted);
        Assert.Equal("true", (await _receiver.NextAsync()).Headers[Message.RedeliveryHeader]);
    }

    [Fact]
    public async Task whoever_has_lost_the_lease_takes_no_replay_away()
    {
        var subscribed = await _host.CreateAsync(_receiver.Url);
        (await _host.PostAsync($"{subscribed.Path}/replay", new JsonObject { ["from"] = "earliest" })).Is(HttpStatusCode.Accepted);
        var replays = _host.Services.GetRequiredService<Replays>();
        var asked = (await replays.FirstAsync(subscribed.Id, TestContext.Current.CancellationToken))!;
        var lost = new Lease(await SubscriptionRows.ReadAsync(_host.Database, subscribed.Id, TestContext.Current.CancellationToken), -1);
        await Assert.ThrowsAsync<LeaseLostException>(() => replays.RemoveAsync(lost, asked, TestContext.Current.CancellationToken));
        Assert.Equal(asked, await replays.FirstAsync(subscribed.Id, TestContext.Current.CancellationToken));
    }

    private static string Id(JsonNode delivery) => delivery["id"]!.GetValue<string>();

    private static void AssertRedelivered(IEnumerable<Received> first, IReadOnlyList<Received> again)
    {
        Assert.Equal(first.Select(message => message.Id), again.Select(message => message.Id));
        Assert.All(again, message => Assert.Equal("true", message.Headers[Message.RedeliveryHeader]));
    }
}
