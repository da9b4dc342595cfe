using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>Days of failure under a clock that is moved on.</summary>
public sealed class RetrySpecs(TestDatabase database) : IAsyncLifetime
{
    // Seconds before each further attempt.
    private static readonly double[] Schedule = [5, 30, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

    private readonly ManualClock _clock = new();
    private string _connection = null!;
    private FeedHost _host = null!;
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _connection = await database.CreateDatabaseAsync();
        _host = await WebhookHost.StartAsync(_connection, _clock);
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task after_three_days_a_message_is_parked_and_the_rest_goes_on_and_its_replay_leaves_the_cursor_alone()
    {
        var subscribed = await _host.SubscribeAsync(_receiver, Suspensions());
        _receiver.Answer = _ => new WebhookAnswer(500, "out of order");
        await _host.InsertAsync(1);
        var first = await ExhaustAsync(subscribed);
        await _host.ReadUntilAsync(subscribed, reply => reply["parked"].GetValue<int>() == 1);

        _receiver.Answer = _ => new WebhookAnswer();
        await _host.InsertAsync(1);
        // The host was found dead; it is asked again after a while.
        Assert.NotEqual(first.Id, (await NextAsync(TimeSpan.FromMinutes(6))).Id);
        // Two events, and between them what the feed tells of the failures.
        await _host.ReadUntilAsync(subscribed, 4);

        (await _host.PostAsync($"{subscribed.Path}/parked/replay")).Is(HttpStatusCode.Accepted);
        var again = await _receiver.NextAsync();
        Assert.Equal((first.Id, "true"), (again.Id, again.Headers[Message.RedeliveryHeader]));
        Assert.Equal(JsonNode.Parse(first.Body)!.ToJsonString(), JsonNode.Parse(again.Body)!.ToJsonString());
        await _host.ReadUntilAsync(subscribed, reply => reply["parked"].GetValue<int>() == 0);
        Assert.Equal(4, await _host.CursorAsync(subscribed));

        var log = (await _host.GetAsync($"{subscribed.Path}/deliveries/1")).Is(HttpStatusCode.OK);
        Assert.Equal(("delivered", 12), (log["delivery"]["status"]!.GetValue<string>(), log["attempts"].AsArray().Count));
        Assert.Equal("out of order", log["attempts"][0]!["snippet"]!.GetValue<string>());
        Assert.Equal([.. Enumerable.Repeat(false, 11), true], log["attempts"].AsArray().Select(attempt => attempt!["redelivery"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task a_subscription_can_pause_instead_and_goes_on_with_the_same_message()
    {
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["onExhausted"] = "pause" });
        _receiver.Answer = _ => new WebhookAnswer(500);
        await _host.InsertAsync(2);
        var first = await ExhaustAsync(subscribed);
        var paused = await _host.ReadUntilAsync(subscribed, reply => reply.Text("state") == "paused");
        Assert.Equal("exhausted", paused.Text("reason"));
        Assert.Equal(0, await _host.CursorAsync(subscribed));

        _receiver.Answer = _ => new WebhookAnswer();
        _clock.Advance(TimeSpan.FromMinutes(6));
        (await _host.PostAsync($"{subscribed.Path}/resume")).Is(HttpStatusCode.OK);
        Assert.Equal(first.Id, (await _receiver.NextAsync()).Id);
        await _host.ReadUntilAsync(subscribed, 2);
    }

    [Theory]
    [InlineData(503, "1200", 1200), InlineData(429, "86400", 3600), InlineData(503, "1", 5)]
    public async Task a_receiver_that_asks_for_time_is_given_it(int status, string asked, double least)
    {
        _receiver.Answer = _ => WebhookAnswer.RetryAfter(status, asked);
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.InsertAsync(1);
        await _receiver.NextAsync();
        var delivery = await FailedAsync(subscribed, 1);
        Assert.InRange(WaitOf(delivery).TotalSeconds, 0.8 * least, 1.2 * least);
        if (least > 5)
            Assert.Equal(least, WaitOf(delivery).TotalSeconds, 0.001);
    }

    [Fact]
    public async Task a_receiver_that_is_gone_is_sent_nothing_more_until_it_is_resumed_and_the_feed_tells_it()
    {
        _receiver.Answer = _ => new WebhookAnswer(410);
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["filter"] = new JsonObject { ["country"] = new JsonArray("IS") } });
        await _host.InsertAsync(2);
        var first = await _receiver.NextAsync();
        Assert.Equal("gone", (await _host.ReadUntilAsync(subscribed, reply => reply.Text("state") == "disabled")).Text("reason"));
        await AssertToldAsync(subscribed, "gone");
        Assert.Single(_receiver.All);

        _receiver.Answer = _ => new WebhookAnswer();
        (await _host.PostAsync($"{subscribed.Path}/resume")).Is(HttpStatusCode.OK);
        Assert.Equal(first.Id, (await _receiver.NextAsync()).Id);
        await _host.ReadUntilAsync(subscribed, 3);
    }

    [Fact]
    public async Task five_days_without_success_disable_a_subscription_and_the_feed_tells_it()
    {
        _receiver.Answer = _ => new WebhookAnswer(500);
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.InsertAsync(1);
        await _receiver.NextAsync();
        await FailedAsync(subscribed, 1);
        await NextAsync(TimeSpan.FromDays(5) - TimeSpan.FromMinutes(1));
        await FailedAsync(subscribed, 2);
        Assert.Equal("active", (await _host.ReadAsync(subscribed)).Text("state"));
        await NextAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("failing", (await _host.ReadUntilAsync(subscribed, reply => reply.Text("state") == "disabled")).Text("reason"));
        Assert.Equal(0, await _host.CursorAsync(subscribed));
        await AssertToldAsync(subscribed, "failing");
    }

    [Fact]
    public async Task an_hour_and_a_day_of_failure_are_told_in_the_feed_once_each_whatever_the_number_of_nodes()
    {
        await using var other = await WebhookHost.StartAsync(_connection, _clock);
        var failing = FeedFilter.Of(JsonElement.Parse("""{"type": ["subscription_failing"]}"""));
        _receiver.Answer = _ => new WebhookAnswer(500);
        var subscribed = await _host.SubscribeAsync(_receiver, Suspensions());
        await _host.InsertAsync(1);
        await _receiver.NextAsync();
        await FailedAsync(subscribed, 1);
        var since = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromHours(1));
        await ToldAsync(1);
        await FailedAsync(subscribed, 2);
        _clock.Advance(TimeSpan.FromHours(22));
        await FailedAsync(subscribed, 3);
        _clock.Advance(TimeSpan.FromHours(1));
        await ToldAsync(2);

        _receiver.Answer = _ => new WebhookAnswer();
        (await _host.PostAsync($"{subscribed.Path}/resume")).Is(HttpStatusCode.OK);
        await _host.ReadUntilAsync(subscribed, 1);
        _receiver.Answer = _ => new WebhookAnswer(500);
        await _host.InsertAsync(1);
        await _host.ReadUntilAsync(subscribed, reply => reply["waiting"].GetValue<int>() == 1);
        var again = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([(1, since), (24, since), (1, again)], await ToldAsync(3));

        async Task<IEnumerable<(int, DateTimeOffset)>> ToldAsync(int times) =>
            from entry in await _host.EntriesAsync(times, failing)
            let data = JsonNode.Parse(entry.Json.Span)!["data"]!
            select (data["hours"]!.GetValue<int>(), data["since"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task a_subscription_whose_replay_is_delivered_fails_no_longer()
    {
        var subscribed = await _host.SubscribeAsync(_receiver, Suspensions());
        _receiver.Answer = _ => new WebhookAnswer(500);
        await _host.InsertAsync(1);
        await ExhaustAsync(subscribed);
        Assert.NotNull((await _host.ReadUntilAsync(subscribed, reply => reply["parked"].GetValue<int>() == 1)).Body!["failingSince"]);

        _receiver.Answer = _ => new WebhookAnswer();
        (await _host.PostAsync($"{subscribed.Path}/parked/replay")).Is(HttpStatusCode.Accepted);
        // The host was found dead; it is asked again after a while.
        await NextAsync(TimeSpan.FromMinutes(6));
        await _host.ReadUntilAsync(subscribed, reply => reply.Body!["failingSince"] is null);
    }

    [Fact]
    public async Task a_subscription_that_goes_on_elsewhere_has_not_failed_yet()
    {
        var subscribed = await _host.SubscribeAsync(_receiver);
        _receiver.Answer = _ => new WebhookAnswer(500);
        await _host.InsertAsync(1);
        await FailedAsync(subscribed, 1);
        var moved = (await _host.PostAsync($"{subscribed.Path}/seek", new JsonObject { ["to"] = "latest" })).Is(HttpStatusCode.OK);
        Assert.Null(moved.Body!["failingSince"]);
        await _host.GivenBackAsync(subscribed);
        Assert.Null((await _host.ReadAsync(subscribed)).Body!["failingSince"]);
    }

    [Theory]
    [InlineData(410)]
    [InlineData(500)]
    public async Task what_an_address_answers_that_was_left_meanwhile_says_nothing_of_the_one_that_follows(int status)
    {
        var answered = new TaskCompletionSource();
        _receiver.Answer = _ => new WebhookAnswer(status, After: answered.Task);
        var subscribed = await _host.SubscribeAsync(_receiver, Suspensions());
        await _host.InsertAsync(1);
        var left = await _receiver.NextAsync();

        await using var next = await WebhookReceiver.StartAsync();
        var agreed = new TaskCompletionSource();
        next.Answer = _ => new WebhookAnswer(After: agreed.Task);
        (await _host.SendAsync(HttpMethod.Patch, subscribed.Path, new JsonObject { ["url"] = next.Url.ToString() })).Is(HttpStatusCode.OK);
        (await _host.PostAsync($"{subscribed.Path}/verify")).Is(HttpStatusCode.OK);
        answered.SetResult();
        Assert.Equal(left.Id, (await next.NextAsync()).Id);
        var read = await _host.ReadAsync(subscribed);
        Assert.Equal(("active", null), (read.Text("state"), read.Body!["failingSince"]));
        agreed.SetResult();
        await _host.ReadUntilAsync(subscribed, 1);
    }

    [Fact]
    public async Task what_a_subscription_lacks_is_measured()
    {
        var subscribed = await _host.SubscribeAsync(_receiver, Suspensions());
        _receiver.Answer = _ => new WebhookAnswer(500);
        await _host.InsertAsync(1);
        await ExhaustAsync(subscribed);
        await _host.ReadUntilAsync(subscribed, reply => reply["parked"].GetValue<int>() == 1);
        await MeasuredAsync(figures => Figure(figures, "parked") == "1" && Figure(figures, "lag_seconds") == "0");
        (await _host.PostAsync($"{subscribed.Path}/pause")).Is(HttpStatusCode.OK);
        await MeasuredAsync(figures => Figure(figures, "parked") == "1" && Figure(figures, "lag_seconds") == "");

        string Figure(string figures, string name) => Regex.Match(
            figures, $$"""policytracker_webhook_{{name}}\{[^}]*subscription="{{subscribed.Id}}"[^}]*\} (?<value>\S+)""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["value"].Value;

        Task MeasuredAsync(Predicate<string> expected) => _host.UntilAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            return expected(await _host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
        });
    }

    [Fact]
    public async Task a_batch_that_is_too_large_is_halved_until_it_is_taken()
    {
        _receiver.Answer = message => new WebhookAnswer(JsonNode.Parse(message.Body)!.AsArray().Count > 2 ? 413 : 204);
        await _host.InsertAsync(8);
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["format"] = "batch", ["batch"] = new JsonObject { ["maxEvents"] = 8, ["maxWaitMs"] = 0 } });
        var received = await _receiver.NextAsync(6);
        Assert.Equal(["1-8", "1-4", "1-2", "3-4", "5-6", "7-8"], received.Select(message => message.Id[(subscribed.Id.Length + 1)..]));
        await _host.ReadUntilAsync(subscribed, 8);
        Assert.Equal(["split", "split", "delivered", "delivered", "delivered", "delivered"],
            (await _host.DeliveriesAsync(subscribed)).OrderBy(d => d["at"]!.GetValue<string>()).ThenByDescending(d => d["events"]!.GetValue<int>()).Select(d => d["status"]!.GetValue<string>()));
        await _host.InsertAsync(3);
        Assert.Equal([$"{subscribed.Id}:9-10", $"{subscribed.Id}:11-11"], (await _receiver.NextAsync(2)).Select(message => message.Id));
    }

    [Fact]
    public async Task what_was_too_large_comes_whole_though_the_first_half_fails_and_another_turn_goes_on()
    {
        var answers = new ConcurrentQueue<int>([413, 500]);
        _receiver.Answer = _ => new WebhookAnswer(answers.TryDequeue(out var status) ? status : 204);
        await _host.InsertAsync(8);
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["format"] = "batch", ["batch"] = new JsonObject { ["maxEvents"] = 8, ["maxWaitMs"] = 0 } });
        await _receiver.NextAsync(2);
        await _host.GivenBackAsync(subscribed);
        var received = new[] { await NextAsync(TimeSpan.FromSeconds(6)), await _receiver.NextAsync() };
        Assert.Equal([$"{subscribed.Id}:1-4", $"{subscribed.Id}:5-8"], received.Select(message => message.Id));
        await _host.ReadUntilAsync(subscribed, 8);
    }

    [Fact]
    public async Task a_host_that_is_shut_leaves_its_subscriptions_to_nobody_until_it_is_asked_again()
    {
        _receiver.Answer = _ => new WebhookAnswer(500);
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["ordering"] = "none" });
        await _host.InsertAsync(30);
        await _receiver.NextAsync(WebhookHosts.ShutAfter);
        await _host.GivenBackAsync(subscribed);
        Assert.InRange(_receiver.All.Count, WebhookHosts.ShutAfter, 29);
    }

    [Fact]
    public async Task another_address_is_tried_at_once_and_has_not_failed_yet()
    {
        _receiver.Answer = _ => new WebhookAnswer(500);
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.InsertAsync(1);
        var first = await _receiver.NextAsync();
        await FailedAsync(subscribed, 1);
        await using var other = await WebhookReceiver.StartAsync();
        var moved = (await _host.SendAsync(HttpMethod.Patch, subscribed.Path, new JsonObject { ["url"] = other.Url.ToString() })).Is(HttpStatusCode.OK);
        Assert.Null(moved.Body!["failingSince"]);
        (await _host.PostAsync($"{subscribed.Path}/verify")).Is(HttpStatusCode.OK);
        Assert.Equal(first.Id, (await other.NextAsync()).Id);
        await _host.ReadUntilAsync(subscribed, 1);
    }

    /// <summary>Lets the first message fail as often as it is tried, each time after as long as is written.</summary>
    private async Task<Received> ExhaustAsync(Subscribed subscribed)
    {
        var first = await _receiver.NextAsync();
        foreach (var (failures, seconds) in Schedule.Index())
        {
            var delivery = await FailedAsync(subscribed, failures + 1);
            Assert.Equal("waiting", delivery["status"]!.GetValue<string>());
            Assert.InRange(WaitOf(delivery).TotalSeconds, 0.8 * seconds, 1.2 * seconds);
            Assert.Equal(0, await _host.CursorAsync(subscribed));
            var next = await NextAsync(WaitOf(delivery));
            Assert.Equal(first.Id, next.Id);
            Assert.NotEqual(first.Headers["webhook-timestamp"], next.Headers["webhook-timestamp"]);
        }

        return first;
    }

    private async Task<Received> NextAsync(TimeSpan after)
    {
        // The database rounds to microseconds.
        _clock.Advance(after + TimeSpan.FromMilliseconds(1));
        return await _receiver.NextAsync();
    }

    /// <summary>The first message in the log, once it was tried so many times.</summary>
    private async Task<JsonNode> FailedAsync(Subscribed subscribed, int attempts)
    {
        JsonNode? delivery = null;
        await _host.UntilAsync(async () => await _host.DeliveriesAsync(subscribed) is [var first, ..] && (delivery = first)["attempts"]!.GetValue<int>() == attempts);
        return delivery!;
    }

    /// <summary>The events that are inserted, without those that tell of the failures.</summary>
    private static JsonObject Suspensions() => new() { ["filter"] = new JsonObject { ["type"] = new JsonArray("account_suspended") } };

    private static TimeSpan WaitOf(JsonNode delivery) => delivery["due"]!.GetValue<DateTimeOffset>() - delivery["at"]!.GetValue<DateTimeOffset>();

    private async Task AssertToldAsync(Subscribed subscribed, string reason)
    {
        var told = (await _host.EntriesAsync(1, FeedFilter.Of(JsonElement.Parse("""{"type": ["subscription_disabled"]}"""))))[0];
        var data = JsonNode.Parse(told.Json.Span)!["data"]!;
        Assert.Equal((subscribed.Id, reason, await _host.CursorAsync(0)), (data["subscription"]!.GetValue<string>(), data["reason"]!.GetValue<string>(), data["cursor"]!.GetValue<string>()));
        // The views have nothing to say of it, and go on behind it.
        await _host.UntilAsync(async () => await _host.ScalarAsync("select last_seq_id from policy_events.mt_event_progression where name = 'views:All'") is long reached && reached >= told.Sequence);
    }
}
