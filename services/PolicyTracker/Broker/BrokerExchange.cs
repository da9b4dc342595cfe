using PolicyTracker.Feeds;
using RabbitMQ.Client;

namespace PolicyTracker.Broker;

/// <summary>The exchange to which the feed is sent, over one connection and one channel.</summary>
internal sealed class BrokerExchange : IAsyncDisposable
{
    /// <summary>A topic exchange: whoever wants to hear binds a queue of their own, by <c>{wire name}.{country}</c>.</summary>
    public const string Name = "policytracker.events";

    private const string NoCountry = "none";

    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private BrokerExchange(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    /// <summary>Connects to the broker and makes the exchange where it is missing.</summary>
    public static async Task<BrokerExchange> OpenAsync(ConnectionFactory factory, CancellationToken cancellation)
    {
        var connection = await factory.CreateConnectionAsync(cancellation);
        try
        {
            var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation);
            await channel.ExchangeDeclareAsync(Name, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellation);
            return new BrokerExchange(connection, channel);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends events in their order. When it ends, the broker has confirmed each: they are in every queue that wants them, and on disk where that queue is durable.</summary>
    /// <exception cref="Exception">The broker has not confirmed all; which of them it has is not known.</exception>
    public Task SendAsync(IReadOnlyList<FeedEntry> entries, CancellationToken cancellation) =>
        // A channel sends in the order of the calls. Their confirmations are waited for together.
        Task.WhenAll(entries.Select(entry => SendAsync(entry, cancellation)).ToList());

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private Task SendAsync(FeedEntry entry, CancellationToken cancellation)
    {
        var keys = entry.Countries.DefaultIfEmpty(NoCountry).Select(country => $"{entry.Type}.{country}").ToList();
        var properties = new BasicProperties
        {
            Persistent = true,
            MessageId = entry.Id.ToString(),
            Type = FeedEvent.TypeOf(entry.Type),
            ContentType = FeedEvent.MediaType,
            AppId = "policytracker",
        };
        // An event of several countries goes by each of their keys, and once to a queue that several of them lead to.
        if (keys.Count > 1)
            properties.Headers = new Dictionary<string, object?> { ["CC"] = keys.Skip(1).ToList<object>() };
        return _channel.BasicPublishAsync(Name, keys[0], mandatory: false, properties, entry.Json, cancellation).AsTask();
    }
}
