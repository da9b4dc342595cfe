using System.Text.Json.Nodes;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>In which order messages go, and in which form.</summary>
public sealed class OrderSpecs(TestDatabase database) : IAsyncLifetime
{
    private readonly List<TaskCompletionSource> _held = [];
    private FeedHost _host = null!;
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await WebhookHost.StartAsync(await database.CreateDatabaseAsync());
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _held.ForEach(held => held.TrySetResult());
        await _receiver.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task every_event_arrives_in_order_signed_and_with_the_cursor_before_it()
    {
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.InsertAsync(250);
        var received = await _receiver.NextAsync(250);

        var positions = await _host.PositionsAsync();
        Assert.Equal(Enumerable.Range(1, 250).Select(n => (long)n), received.Select(message => positions[message.Id]));
        Assert.All(received, message => Assert.True(message.IsSignedBy(subscribed.Secret, TimeProvider.System.GetUtcNow())));
        Assert.All(received, message => Assert.Equal(FeedEvent.MediaType, message.Headers["Content-Type"]));
        var epoch = (await _host.Feed.HeadAsync(TestContext.Current.CancellationToken)).Epoch;
        Assert.Equal(Enumerable.Range(0, 250).Select(n => new FeedCursor(epoch, n).ToString()), received.Select(message => message.Headers[Message.CursorHeader]));
        await _host.ReadUntilAsync(subscribed, 250);
        Assert.Equal(250, _receiver.All.Count);
    }

    [Fact]
    public async Task strict_is_one_at_a_time_and_what_fails_holds_up_the_rest()
    {
        var failing = true;
        _receiver.Answer = message => new WebhookAnswer(failing && message.Headers[Message.CursorHeader].EndsWith(".1", StringComparison.Ordinal) ? 500 : 204);
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.InsertAsync(3);
        var first = await _receiver.NextAsync(2);
        await _host.ReadUntilAsync(subscribed, reply => reply["waiting"].GetValue<int>() == 1);
        Assert.Equal(1, await _host.CursorAsync(subscribed));

        failing = false;
        var rest = await _receiver.NextAsync(2);
        var positions = await _host.PositionsAsync();
        Assert.Equal([1, 2, 2, 3], first.Concat(rest).Select(message => positions[message.Id]));
        await _host.ReadUntilAsync(subscribed, 3);
    }

    [Fact]
    public async Task keyed_keeps_the_order_of_each_key_and_no_more_than_eight_keys_are_on_their_way()
    {
        await using var host = await StillAsync();
        var held = Hold();
        _receiver.Answer = _ => new WebhookAnswer(After: held.Task);
        var subscribed = await host.SubscribeAsync(_receiver, new JsonObject { ["ordering"] = "keyed", ["maxInFlight"] = 32 });
        await host.InsertAsync(40, stream: "'fact/' || n % 10");
        var positions = await host.PositionsAsync();
        var first = await _receiver.NextAsync(DeliveryRules.MostKeys);
        Assert.Equal(Enumerable.Range(1, 8).Select(n => (long)n), first.Select(message => positions[message.Id]).Order());
        Assert.Equal(0, await host.CursorAsync(subscribed));

        held.SetResult();
        var all = first.Concat(await _receiver.NextAsync(32)).Select(message => positions[message.Id]).ToList();
        Assert.All(all.GroupBy(position => position % 10), key => Assert.Equal(key.Order(), key));
        await host.ReadUntilAsync(subscribed, 40);
        Assert.Equal(40, _receiver.All.Count);
    }

    [Fact]
    public async Task without_order_each_is_by_itself_and_the_cursor_waits_for_the_slowest()
    {
        await using var host = await StillAsync();
        var (slow, positions) = (Hold(), new Dictionary<string, long>());
        await host.InsertAsync(100);
        foreach (var (id, position) in await host.PositionsAsync())
            positions[id] = position;
        _receiver.Answer = message => new WebhookAnswer(After: positions[message.Id] == 1 ? slow.Task : null);
        var subscribed = await host.SubscribeAsync(_receiver, new JsonObject { ["ordering"] = "none", ["maxInFlight"] = 4 });
        Assert.Equal(100, (await _receiver.NextAsync(100)).Select(message => message.Id).Distinct().Count());
        Assert.Equal(0, await host.CursorAsync(subscribed));
        slow.SetResult();
        await host.ReadUntilAsync(subscribed, 100);
    }

    [Fact]
    public async Task a_batch_holds_as_many_events_as_it_may_and_is_named_after_them()
    {
        await _host.InsertAsync(250);
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["format"] = "batch", ["batch"] = new JsonObject { ["maxEvents"] = 100, ["maxWaitMs"] = 50 } });
        var received = await _receiver.NextAsync(3);
        Assert.Equal([$"{subscribed.Id}:1-100", $"{subscribed.Id}:101-200", $"{subscribed.Id}:201-250"], received.Select(message => message.Id));
        Assert.All(received, message => Assert.Equal(FeedEvent.BatchMediaType, message.Headers["Content-Type"]));
        Assert.Equal([100, 100, 50], received.Select(message => JsonNode.Parse(message.Body)!.AsArray().Count));
        await _host.ReadUntilAsync(subscribed, 250);
    }

    [Fact]
    public async Task a_thin_message_leaves_the_data_out_and_says_where_the_whole_is_read()
    {
        await _host.RecordAsync("IS", "a lab");
        await _host.EntriesAsync(2);
        await _host.SubscribeAsync(_receiver, new JsonObject { ["format"] = "thin", ["filter"] = new JsonObject { ["type"] = new JsonArray("account_*") } });
        var thin = JsonNode.Parse((await _receiver.NextAsync()).Body)!.AsObject();
        Assert.False(thin.ContainsKey("data"));
        var whole = (await _host.GetAsync(thin["dataref"]!.GetValue<string>())).Body!.AsObject();
        Assert.NotNull(whole["data"]);
        whole.Remove("data");
        thin.Remove("dataref");
        Assert.True(JsonNode.DeepEquals(whole, thin));
    }

    [Fact]
    public async Task a_filter_leaves_out_what_does_not_match_and_the_cursor_moves_on_all_the_same()
    {
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["filter"] = new JsonObject { ["country"] = new JsonArray("NO") } });
        await _host.InsertAsync(300, "IS");
        await _host.InsertAsync(1, "NO");
        await _host.InsertAsync(200, "IS");
        Assert.Equal(301, (await _host.PositionsAsync())[(await _receiver.NextAsync()).Id]);
        await _host.ReadUntilAsync(subscribed, 501);
        Assert.Single(_receiver.All);
    }

    [Fact]
    public async Task a_rate_spaces_messages_out()
    {
        await _host.InsertAsync(3);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await _host.SubscribeAsync(_receiver, new JsonObject { ["ordering"] = "none", ["rateLimit"] = 300 });
        await _receiver.NextAsync(3);
        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(390), $"Three messages at five a second came in {watch.Elapsed}.");
    }

    /// <summary>A host under a clock that stands still: however long an answer is held, its time is not over and nothing is sent again.</summary>
    private async Task<FeedHost> StillAsync() => await WebhookHost.StartAsync(await database.CreateDatabaseAsync(), new ManualClock());

    private TaskCompletionSource Hold()
    {
        _held.Add(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return _held[^1];
    }
}
