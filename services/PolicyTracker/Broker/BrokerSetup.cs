using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using PolicyTracker.Feeds;
using RabbitMQ.Client;

namespace PolicyTracker.Broker;

public static class BrokerSetup
{
    /// <summary>Sends the feed to the broker that <c>PolicyTracker:Broker:RabbitMq</c> names, such as <c>amqp://user:password@host:5672/vhost</c>; without it, to none.</summary>
    public static IServiceCollection AddBroker(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration["PolicyTracker:Broker:RabbitMq"] is not { Length: > 0 } address)
            return services;
        var factory = new ConnectionFactory
        {
            Uri = new Uri(address),
            ClientProvidedName = "PolicyTracker",
            // A connection that breaks is made anew from what was confirmed; what the client resent by itself would be out of order.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
        };
        var broker = $"{factory.Endpoint}{factory.VirtualHost}";
        services.AddHealthChecks().Add(new HealthCheckRegistration("broker", provider => BrokerLag.CheckOf(provider, broker), failureStatus: null, tags: null));
        return services.AddHostedService(provider => new BrokerPublisher(
            factory, new BrokerTurn(provider.GetRequiredService<NpgsqlDataSource>(), broker),
            provider.GetRequiredService<Feed>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BrokerPublisher>>()));
    }
}
