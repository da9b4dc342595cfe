using System.Net;

namespace PolicyTracker.Webhooks;

internal static class SendingSetup
{
    /// <summary>Adds what sends webhooks. Secrets need a key ring beside it.</summary>
    public static IServiceCollection AddWebhookSending(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.GetSection("PolicyTracker:Webhooks").Get<WebhookOptions>() ?? new WebhookOptions())
        .AddSingleton<Resolve>(_ => async (host, cancellation) => await Dns.GetHostAddressesAsync(host, cancellation))
        .AddSingleton<Egress>()
        .AddSingleton<WebhookClient>()
        .AddSingleton<Handshake>()
        .AddSingleton<SecretVault>();
}
