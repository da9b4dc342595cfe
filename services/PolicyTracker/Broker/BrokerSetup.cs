using Npgsql;
using PolicyTracker.Feeds;
using RabbitMQ.Client;

namespace PolicyTracker.Broker;

public static class BrokerSetup
{
    /// <summary>The name of the broker under which its cursor is kept; null when the feed is sent to none.</summary>
    public static string? NameOf(IConfiguration configuration) => FactoryOf(configuration) is { } factory ? NameOf(factory) : null;

    /// <summary>Sends the feed to the broker that <c>PolicyTracker:Broker:RabbitMq</c> names, such as <c>amqp://user:password@host:5672/vhost</c>; without it, to none.</summary>
    public static IServiceCollection AddBroker(this IServiceCollection services, IConfiguration configuration)
    {
        if (FactoryOf(configuration) is not { } factory)
            return services;
        return services.AddHostedService(provider => new BrokerPublisher(
            factory, new BrokerTurn(provider.GetRequiredService<NpgsqlDataSource>(), NameOf(factory)),
            provider.GetRequiredService<Feed>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BrokerPublisher>>()));
    }

    private static string NameOf(ConnectionFactory factory) => $"{factory.Endpoint}{factory.VirtualHost}";

    private static ConnectionFactory? FactoryOf(IConfiguration configuration) => configuration["PolicyTracker:Broker:RabbitMq"] is not { Length: > 0 } address ? null : new ConnectionFactory
    {
        Uri = new Uri(address),
        ClientProvidedName = "PolicyTracker",
        // A connection that breaks is made anew from what was confirmed; what the client resent by itself would be out of order.
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedHeartbeat = TimeSpan.FromSeconds(10),
    };
}
