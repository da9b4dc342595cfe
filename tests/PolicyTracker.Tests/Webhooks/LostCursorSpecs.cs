using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>A subscription whose cursor cannot be honoured any more: it waits until its owner says where it goes on.</summary>
public sealed class LostCursorSpecs(TestDatabase database) : IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task a_feed_that_is_numbered_anew_pauses_it_with_the_next_event()
    {
        await using var host = await WebhookHost.StartAsync(await database.CreateDatabaseAsync());
        var (subscribed, first) = await DeliveredAsync(host);
        await host.ScalarAsync("update policy.feed_head set epoch = 'ffffffff'");
        await host.InsertAsync(1);
        await LostAsync(host, subscribed);

        await GoOnAsync(host, subscribed);
        // From the beginning of the other numbering: also what it had under the one before.
        var again = await _receiver.NextAsync(2);
        var positions = await host.PositionsAsync();
        Assert.Equal((first.Id, 2L), (again[0].Id, positions[again[1].Id]));
        Assert.Equal(["v1.ffffffff.0", "v1.ffffffff.1"], again.Select(message => message.Headers["PolicyTracker-Cursor"]));
        await host.ReadUntilAsync(subscribed, 2);
    }

    [Fact]
    public async Task what_is_kept_no_longer_is_not_passed_over_unsaid()
    {
        var connection = await database.CreateDatabaseAsync();
        await using var before = await WebhookHost.StartAsync(connection);
        var (subscribed, _) = await DeliveredAsync(before);
        await before.GivenBackAsync(subscribed);
        await before.StopAsync();
        // While no node ran that had them in memory, four more were published, and their time was over.
        await before.ScalarAsync("update policy.feed_head set last_position = 5, expired = 5");

        await using var host = await WebhookHost.StartAsync(connection);
        await host.InsertAsync(1);
        await LostAsync(host, subscribed);

        await GoOnAsync(host, subscribed);
        Assert.Equal(6, (await host.PositionsAsync())[(await _receiver.NextAsync()).Id]);
        await host.ReadUntilAsync(subscribed, 6);
    }

    /// <summary>A subscription that has the first event of the feed.</summary>
    private async Task<(Subscribed Subscribed, Received First)> DeliveredAsync(FeedHost host)
    {
        var subscribed = await host.SubscribeAsync(_receiver);
        await host.InsertAsync(1);
        var first = await _receiver.NextAsync();
        await host.ReadUntilAsync(subscribed, 1);
        return (subscribed, first);
    }

    /// <summary>Waits until the subscription is paused: for this reason, where it was, and sent nothing.</summary>
    private async Task LostAsync(FeedHost host, Subscribed subscribed)
    {
        var lost = await host.ReadUntilAsync(subscribed, reply => reply.Text("state") == "paused");
        Assert.Equal("cursor_lost", lost.Text("reason"));
        Assert.Equal(1, await host.CursorAsync(subscribed));
        Assert.Single(_receiver.All);
    }

    /// <summary>Moves it to the earliest event that is kept, and lets it go on.</summary>
    private static async Task GoOnAsync(FeedHost host, Subscribed subscribed)
    {
        (await host.PostAsync($"{subscribed.Path}/seek", new JsonObject { ["to"] = "earliest" })).Is(HttpStatusCode.OK);
        (await host.PostAsync($"{subscribed.Path}/resume")).Is(HttpStatusCode.OK);
    }
}
