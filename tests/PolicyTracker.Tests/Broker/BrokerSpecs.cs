using System.Text;
using System.Threading.Channels;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit;

namespace PolicyTracker.Tests.Broker;

/// <summary>What comes to a queue of a real broker is the feed: all of it, in its order, whatever dies on the way.</summary>
public sealed class BrokerSpecs(TestDatabase database, RabbitServer server) : IClassFixture<RabbitServer>
{
    private const string Exchange = "policytracker.events";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task an_event_comes_as_it_is_on_every_channel_to_whoever_asked_for_its_type_or_one_of_its_countries()
    {
        await server.RunAsync();
        await using var connection = await server.ConnectAsync();
        await using var channel = await QueuesAsync(connection, ("all", "#"), ("norway", "*.NO"), ("suspensions", "account_suspended.*"), ("none", "*.none"), ("nordic", "*.NO"), ("nordic", "*.IS"));
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), null, ("PolicyTracker:Broker:RabbitMq", server.Address));
        await host.RecordAsync("IS", "a lab");
        await host.EntriesAsync(2);
        // An event of two countries, as a measure is.
        await host.InsertAsync(1, "NO,IS");
        var entries = await host.EntriesAsync(3);
        await SentAsync(host);

        var all = await DrainAsync(channel, "all");
        Assert.Equal(entries.Select(e => e.Id.ToString()), all.Select(message => message.Id));
        Assert.Equal(entries.Select(e => Encoding.UTF8.GetString(e.Json.Span)), all.Select(message => Encoding.UTF8.GetString(message.Body)));
        Assert.All(all, message => Assert.Equal((FeedEvent.MediaType, true), (message.ContentType, message.Persistent)));
        Assert.Equal(entries.Select(e => $"policytracker.{e.Type}.v1"), all.Select(message => message.Type));
        // The provider that the fact names is of no country.
        Assert.Equal(["provider_registered.none", "account_suspended.IS", "account_suspended.NO"], all.Select(message => message.Key));
        Assert.Equal(Ids(e => e.Countries.Contains("NO")), (await DrainAsync(channel, "norway")).Select(message => message.Id));
        Assert.Equal(Ids(e => e.Type == "account_suspended"), (await DrainAsync(channel, "suspensions")).Select(message => message.Id));
        Assert.Equal(Ids(e => e.Countries.Count == 0), (await DrainAsync(channel, "none")).Select(message => message.Id));
        // Both keys of the second lead to this queue: it comes once.
        Assert.Equal(Ids(e => e.Countries.Count > 0), (await DrainAsync(channel, "nordic")).Select(message => message.Id));

        IEnumerable<string> Ids(Func<FeedEntry, bool> wanted) => entries.Where(wanted).Select(e => e.Id.ToString());
    }

    [Fact]
    public async Task a_broker_that_is_killed_while_it_is_sent_the_feed_has_all_of_it_in_order_when_it_is_back()
    {
        await server.RunAsync();
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), null, ("PolicyTracker:Broker:RabbitMq", server.Address));
        await using (var connection = await server.ConnectAsync())
        {
            await using var channel = await QueuesAsync(connection, ("all", "#"));
            await host.InsertAsync(20_000);
            // However fast it is, more comes until after its death.
            using var dead = new CancellationTokenSource();
            var inserting = InsertAsync();
            while ((await channel.QueueDeclarePassiveAsync("all", Cancellation)).MessageCount == 0)
                Cancellation.ThrowIfCancellationRequested();
            await server.KillAsync();
            await dead.CancelAsync();
            await inserting;

            async Task InsertAsync()
            {
                while (!dead.IsCancellationRequested)
                    await host.InsertAsync(100);
                await host.InsertAsync(100);
            }
        }

        var before = (long)(await host.ScalarAsync("select position from policy.broker_cursor"))!;
        Assert.True(before < (long)(await host.ScalarAsync("select last_position from policy.feed_head"))!, "It had all.");
        await server.StartAsync();
        await SentAsync(host);

        await using var again = await server.ConnectAsync();
        await using var reading = await again.CreateChannelAsync(cancellationToken: Cancellation);
        var came = (await DrainAsync(reading, "all")).Select(message => message.Id).ToList();
        Assert.Equal(await FeedAsync(host), came.Distinct());
        TestContext.Current.TestOutputHelper?.WriteLine($"Killed after {before} were confirmed; {came.Count - came.Distinct().Count()} came twice.");
    }

    [Fact]
    public async Task a_node_that_is_killed_leaves_its_turn_to_another()
    {
        await server.RunAsync();
        await using var connection = await server.ConnectAsync();
        await using var channel = await QueuesAsync(connection, ("all", "#"));
        var store = await database.CreateDatabaseAsync();
        (string, string)[] settings = [("PolicyTracker__Broker__RabbitMq", server.Address), ("PolicyTracker__Seeds", "false"), ("PolicyTracker__Nodes", "many")];
        await using var first = await RunningService.StartAsync(store, settings);
        // Nobody else sends yet: the turn is the first node's.
        await first.HearAsync("is sent the feed");
        await using var second = await RunningService.StartAsync(store, settings);
        for (var i = 0; i < 20; i++)
            await first.PostAsync("/v1/facts", A.Suspension("IS", "OpenAI", $"holder {i}"));
        await first.KillAsync();
        var last = 0L;
        for (var i = 20; i < 40; i++)
            last = (await second.PostAsync("/v1/facts", A.Suspension("IS", "OpenAI", $"holder {i}"))).Sequence;
        await second.PublishedAsync();
        await second.HearAsync("is sent the feed");

        // The facts and the provider that they name; what is concluded comes besides.
        var expected = await second.ColumnAsync("select event_id from policy.feed where sequence <= $1 order by position", last);
        Assert.True(expected.Count >= 41);
        while ((await second.ColumnAsync("select 1 from policy.broker_cursor c, policy.feed_head h where c.position = h.last_position")).Count == 0)
            Cancellation.ThrowIfCancellationRequested();
        var came = (await DrainAsync(channel, "all")).Select(message => message.Id).ToList();
        Assert.Equal(expected, came.Distinct().Where(expected.Contains));
    }

    [Fact]
    public async Task without_a_broker_nothing_is_sent_and_one_that_is_away_holds_up_nothing()
    {
        await using (var without = await FeedHost.StartAsync(await database.CreateDatabaseAsync()))
        {
            await without.RecordAsync("IS", "a lab");
            await without.EntriesAsync(2);
            Assert.Equal(0L, await without.ScalarAsync("select count(*) from policy.broker_cursor"));
        }

        await using var away = await FeedHost.StartAsync(await database.CreateDatabaseAsync(), null, ("PolicyTracker:Broker:RabbitMq", "amqp://127.0.0.1:1/"));
        await away.RecordAsync("IS", "a lab");
        Assert.Equal(2, (await away.EntriesAsync(2)).Count);
        Assert.Equal("healthy", (await away.ReadinessAsync("broker"))["status"]!.GetValue<string>());

        await away.ScalarAsync("update policy.feed set published_at = published_at - interval '90 seconds'");
        var late = await away.ReadinessAsync("broker");
        Assert.Equal("degraded", late["status"]!.GetValue<string>());
        Assert.InRange(late["figures"]!["behindSeconds"]!.GetValue<double>(), 90, 150);
    }

    /// <summary>Makes the queues of a consumer, empty, each bound by keys.</summary>
    private static async Task<IChannel> QueuesAsync(IConnection connection, params (string Queue, string Key)[] bound)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true, cancellationToken: Cancellation);
        foreach (var queue in bound.Select(queue => queue.Queue).Distinct())
            await channel.QueueDeleteAsync(queue, cancellationToken: Cancellation);
        foreach (var (queue, key) in bound)
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancellation);
            await channel.QueueBindAsync(queue, Exchange, key, cancellationToken: Cancellation);
        }

        return channel;
    }

    /// <summary>Waits until the broker has confirmed the whole feed.</summary>
    private static async Task SentAsync(FeedHost host)
    {
        using var now = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await host.ScalarAsync("select position from policy.broker_cursor c, policy.feed_head h where c.position = h.last_position") is null)
            await now.WaitForNextTickAsync(Cancellation);
    }

    /// <summary>Takes all that a queue holds.</summary>
    private static async Task<IReadOnlyList<Message>> DrainAsync(IChannel channel, string queue)
    {
        var came = Channel.CreateUnbounded<Message>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, got) =>
        {
            var properties = got.BasicProperties;
            came.Writer.TryWrite(new Message(properties.MessageId!, got.RoutingKey, properties.Type!, properties.ContentType!, properties.Persistent, got.Body.ToArray()));
            return Task.CompletedTask;
        };
        var held = (await channel.QueueDeclarePassiveAsync(queue, Cancellation)).MessageCount;
        var tag = await channel.BasicConsumeAsync(queue, autoAck: true, consumer, Cancellation);
        var messages = new List<Message>();
        while (messages.Count < held)
            messages.Add(await came.Reader.ReadAsync(Cancellation));
        await channel.BasicCancelAsync(tag, cancellationToken: Cancellation);
        while (came.Reader.TryRead(out var late))
            messages.Add(late);
        return messages;
    }

    private static async Task<IReadOnlyList<string>> FeedAsync(FeedHost host) => ((Guid[])(await host.ScalarAsync("select array_agg(event_id order by position) from policy.feed"))!).Select(id => id.ToString()).ToList();

    private sealed record Message(string Id, string Key, string Type, string ContentType, bool Persistent, byte[] Body);
}
