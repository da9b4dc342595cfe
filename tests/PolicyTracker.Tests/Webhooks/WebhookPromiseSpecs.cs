using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>At least once, whatever is killed; and nobody waits for somebody else.</summary>
public sealed class WebhookPromiseSpecs(TestDatabase database) : IAsyncLifetime
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _held.TrySetResult();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task a_node_that_is_killed_between_delivery_and_acknowledgement_costs_a_duplicate_and_no_event()
    {
        var connection = await database.CreateDatabaseAsync();
        _receiver.Answer = _ => new WebhookAnswer(After: _held.Task);
        await using var killed = await StartAsync(connection);
        var made = (await killed.PostAsync("/v1/subscriptions", new JsonObject { ["url"] = _receiver.Url.ToString(), ["start"] = "earliest", ["timeoutSeconds"] = 30 })).Is(HttpStatusCode.Created);
        (await killed.SendAsync(HttpMethod.Post, $"/v1/subscriptions/{made.Text("id")}/verify", null, null)).Is(HttpStatusCode.OK);
        for (var i = 0; i < 5; i++)
            (await killed.PostAsync("/v1/facts", A.Suspension("IS", "OpenAI", $"holder {i}"))).Is(HttpStatusCode.Created);
        var first = await _receiver.NextAsync();
        await using var other = await StartAsync(connection);
        await killed.KillAsync();

        // Where the other took long to start, the first attempt was over, and there was a second.
        Assert.All(await _receiver.NextAsync(_receiver.All.Count - 1), message => Assert.Equal(first.Id, message.Id));

        // The other takes over when the lease has run out.
        Assert.Equal(first.Id, (await _receiver.NextAsync()).Id);
        _held.SetResult();
        // The facts and the provider that they name.
        var published = await PublishedAsync(other, 6);
        var received = new HashSet<string> { first.Id };
        while (received.Count < published.Count)
            received.Add((await _receiver.NextAsync()).Id);
        Assert.Equal(published, _receiver.All.Select(message => message.Id).Distinct());
    }

    [Fact]
    public async Task a_receiver_that_was_down_catches_up_in_order()
    {
        await using var host = await WebhookHost.StartAsync(await database.CreateDatabaseAsync());
        var port = Port.Free();
        var down = await WebhookReceiver.StartAsync(port);
        var subscribed = await host.SubscribeAsync(down);
        await host.InsertAsync(1);
        await down.NextAsync();
        await host.ReadUntilAsync(subscribed, 1);
        await down.DisposeAsync();
        await host.InsertAsync(50);
        await host.ReadUntilAsync(subscribed, reply => reply["waiting"].GetValue<int>() == 1);

        await using var up = await WebhookReceiver.StartAsync(port);
        var positions = await host.PositionsAsync();
        Assert.Equal(Enumerable.Range(2, 50).Select(n => (long)n), (await up.NextAsync(50)).Select(message => positions[message.Id]));

        await host.ReadUntilAsync(subscribed, 51);
        var figures = await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Matches("""policytracker_webhook_attempts_total\{[^}]*result="failed"\} [1-9]""", figures);
        Assert.Matches("""policytracker_webhook_attempts_total\{[^}]*result="delivered"\} 51\b""", figures);
    }

    [Fact]
    public async Task a_transaction_that_drew_a_lower_sequence_and_commits_last_is_delivered()
    {
        await using var host = await FeedHostAsync();
        await host.SubscribeAsync(_receiver);
        await host.RecordAsync("IS", "another lab");
        await host.EntriesAsync(2);
        await host.WithHeldAsync("held", async (held, commit) =>
        {
            Assert.True(await host.RecordAsync("IS", "a lab") > held);
            await host.HeldUpAsync();
            await commit();
        });
        var entries = await host.EntriesAsync(4);
        Assert.Equal(entries.Select(entry => entry.Id.ToString()), (await _receiver.NextAsync(4)).Select(message => message.Id));
        Assert.Contains("provider/held", entries.Select(entry => entry.Stream));
        Assert.DoesNotContain(entries, entry => entry.Late);
    }

    [Fact]
    public async Task what_a_node_brings_that_has_lost_its_lease_is_not_taken()
    {
        var connection = await database.CreateDatabaseAsync();
        await using var first = await WebhookHost.StartAsync(connection);
        _receiver.Answer = _ => new WebhookAnswer(After: _held.Task);
        // However long the second takes to start, the attempt is not over.
        var subscribed = await first.SubscribeAsync(_receiver, new JsonObject { ["timeoutSeconds"] = 30 });
        await first.InsertAsync(1);
        var once = await _receiver.NextAsync();

        await using var second = await WebhookHost.StartAsync(connection);
        _receiver.Answer = _ => new WebhookAnswer(202);
        // As if the first had been silent for so long that another has served the subscription since, and given it back.
        await second.ScalarAsync("update policy.webhook_subscription set lease_token = lease_token + 1, lease_until = null, due_at = now()");
        Assert.Equal(once.Id, (await _receiver.NextAsync()).Id);
        await second.ReadUntilAsync(subscribed, 1);
        _held.SetResult();
        await second.InsertAsync(1);
        await second.ReadUntilAsync(subscribed, 2);
        await first.DisposeAsync();
        var attempts = (await second.GetAsync($"{subscribed.Path}/deliveries/1"))["attempts"].AsArray();
        Assert.Equal(202, Assert.Single(attempts)!["httpStatus"]!.GetValue<int>());
    }

    [Fact]
    public async Task two_nodes_share_the_work_and_double_nothing()
    {
        var connection = await database.CreateDatabaseAsync();
        await using var first = await WebhookHost.StartAsync(connection);
        await using var second = await WebhookHost.StartAsync(connection);
        for (var i = 0; i < 6; i++)
            await (i % 2 == 0 ? first : second).SubscribeAsync(_receiver);
        for (var page = 0; page < 20; page++)
            await (page % 2 == 0 ? first : second).InsertAsync(5);
        var received = await _receiver.NextAsync(600);
        Assert.All(received.GroupBy(message => message.Id), message => Assert.Equal(6, message.Count()));
        Assert.Equal(600, _receiver.All.Count);
    }

    [Fact]
    public async Task one_that_is_far_behind_delays_no_other()
    {
        await using var host = await FeedHostAsync();
        const int behind = 100_000;
        await host.InsertAsync(behind, "IS");
        await using var far = await WebhookReceiver.StartAsync();
        var slow = await host.SubscribeAsync(far);
        await far.NextAsync();
        await host.SubscribeAsync(_receiver, new JsonObject { ["start"] = "latest" });
        for (var i = 1; i <= 5; i++)
        {
            var position = await host.InsertAsync(1, "NO");
            Assert.Equal(position, (await host.PositionsAsync())[(await _receiver.NextAsync()).Id]);
        }

        Assert.InRange(await host.CursorAsync(slow), 0, behind - 1);
    }

    [Fact]
    public async Task a_host_that_does_not_answer_takes_its_places_and_no_others()
    {
        // Under a clock that stands still nobody's time is over: none is asked twice.
        await using var host = await FeedHostAsync(new ManualClock());
        await using var mute = await WebhookReceiver.StartAsync(address: IPAddress.Parse("127.0.0.2"));
        mute.Answer = _ => new WebhookAnswer(After: _held.Task);
        for (var i = 0; i < 2 * WebhookHosts.MostPerHost; i++)
            await host.SubscribeAsync(mute);
        var subscribed = await host.SubscribeAsync(_receiver);
        await host.InsertAsync(3);
        await _receiver.NextAsync(3);
        await host.ReadUntilAsync(subscribed, 3);
        await mute.NextAsync(WebhookHosts.MostPerHost);
        Assert.Equal(WebhookHosts.MostPerHost, mute.All.Count);
    }

    private async Task<FeedHost> FeedHostAsync(TimeProvider? clock = null) => await WebhookHost.StartAsync(await database.CreateDatabaseAsync(), clock);

    private static Task<RunningService> StartAsync(string connection) => RunningService.StartAsync(
        connection, ("PolicyTracker__Seeds", "false"), ("PolicyTracker__Nodes", "many"), ("PolicyTracker__Webhooks__AllowedHosts__0", "127.0.0.0/8"));

    private static async Task<IReadOnlyList<string>> PublishedAsync(RunningService node, int count)
    {
        while (true)
        {
            var ids = (await node.GetAsync("/v1/events?limit=1000"))["data"].AsArray().Select(e => e!["id"]!.GetValue<string>()).ToList();
            if (ids.Count >= count)
                return ids;
            await node.GetAsync($"/v1/events?after=latest&wait=5");
        }
    }
}
