using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>A subscription as its owner knows it.</summary>
/// <param name="Made">The answer that made it.</param>
internal sealed record Subscribed(Reply Made)
{
    public string Id => Made.Text("id");

    /// <summary>What it is signed with, where that is shared.</summary>
    public WebhookSecret Secret => WebhookSecret.Parse(Made.Text("secret"));

    public string Path => $"/v1/subscriptions/{Id}";
}

/// <summary>The feed and its webhooks in this process, and acts on subscriptions over real HTTP.</summary>
internal static class WebhookHost
{
    /// <summary>A host that may send to this machine.</summary>
    public static Task<FeedHost> StartAsync(string connection, TimeProvider? clock = null) =>
        FeedHost.StartAsync(connection, clock, ("PolicyTracker:Webhooks:AllowedHosts:0", "127.0.0.0/8"));

    /// <summary>Subscribes a receiver that agrees, from the beginning of the feed unless the settings say otherwise.</summary>
    public static async Task<Subscribed> SubscribeAsync(this FeedHost host, WebhookReceiver receiver, JsonObject? settings = null)
    {
        var subscribed = await host.CreateAsync(receiver.Url, settings);
        (await host.PostAsync($"{subscribed.Path}/verify")).Is(HttpStatusCode.OK);
        return subscribed;
    }

    /// <summary>Makes a subscription that is pending.</summary>
    public static async Task<Subscribed> CreateAsync(this FeedHost host, Uri url, JsonObject? settings = null)
    {
        var body = new JsonObject { ["url"] = url.ToString(), ["start"] = "earliest" };
        foreach (var (name, value) in settings ?? [])
            body[name] = value?.DeepClone();
        return new Subscribed((await host.PostAsync("/v1/subscriptions", body)).Is(HttpStatusCode.Created));
    }

    public static Task<Reply> PostAsync(this FeedHost host, string path, JsonNode? body = null, params (string Name, string Value)[] headers) => host.SendAsync(HttpMethod.Post, path, body, headers);

    public static async Task<Reply> ReadAsync(this FeedHost host, Subscribed subscribed) => (await host.GetAsync(subscribed.Path)).Is(HttpStatusCode.OK);

    /// <summary>The position up to which everything is delivered or parked.</summary>
    public static async Task<long> CursorAsync(this FeedHost host, Subscribed subscribed) => PositionIn((await host.ReadAsync(subscribed)).Text("cursor"));

    /// <summary>Asks until the answer is yes, for a minute at most: what is delivered is acknowledged a little later.</summary>
    public static async Task UntilAsync(this FeedHost host, Func<Task<bool>> asked)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await asked())
            Assert.False(patience.IsCancellationRequested, "It does not come to pass.");
    }

    /// <summary>The subscription once it is as expected.</summary>
    public static async Task<Reply> ReadUntilAsync(this FeedHost host, Subscribed subscribed, Func<Reply, bool> expected)
    {
        Reply? reply = null;
        await host.UntilAsync(async () => expected(reply = await host.ReadAsync(subscribed)));
        return reply!;
    }

    public static Task<Reply> ReadUntilAsync(this FeedHost host, Subscribed subscribed, long cursor) =>
        host.ReadUntilAsync(subscribed, reply => PositionIn(reply.Text("cursor")) >= cursor);

    /// <summary>Waits until a node has served the subscription, and none does.</summary>
    public static Task GivenBackAsync(this FeedHost host, Subscribed subscribed) => host.UntilAsync(async () =>
        await host.ScalarAsync($"select lease_token > 0 and lease_until is null from policy.webhook_subscription where id = '{subscribed.Id}'") is true);

    /// <summary>The log, the oldest events first.</summary>
    public static async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(this FeedHost host, Subscribed subscribed, string query = "") =>
        [.. (await host.GetAsync($"{subscribed.Path}/deliveries?{query}")).Is(HttpStatusCode.OK)["items"].AsArray().Select(item => item!).Reverse()];

    /// <summary>The positions of the events by their ids.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> PositionsAsync(this FeedHost host)
    {
        await using var command = host.Database.CreateCommand("select event_id, position from policy.feed");
        var positions = new Dictionary<string, long>();
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await row.ReadAsync(TestContext.Current.CancellationToken))
            positions[row.GetGuid(0).ToString()] = row.GetInt64(1);
        return positions;
    }

    private static long PositionIn(string cursor) => long.Parse(cursor.Split('.')[^1]);
}
