using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

public sealed class SendingSetupSpecs
{
    [Fact]
    public void what_the_operator_sets_is_what_sends()
    {
        var options = Options(
            ("AllowedHosts:0", "127.0.0.1"), ("AllowedHosts:1", "10.0.0.0/8"), ("MorePorts:0", "9443"), ("TimeoutSeconds", "20"), ("Origin", "tracker.example.org"), ("EgressProxy", "http://proxy:4750"));
        Assert.Equal(["127.0.0.1", "10.0.0.0/8"], options.AllowedHosts);
        Assert.True(options.AllowsPort(443) && options.AllowsPort(8443) && options.AllowsPort(9443));
        Assert.Equal((TimeSpan.FromSeconds(20), "tracker.example.org", new Uri("http://proxy:4750")), (options.Timeout, options.Origin, options.EgressProxy));
    }

    [Fact]
    public void unless_told_nothing_is_sent_but_to_the_internet()
    {
        var options = Options();
        Assert.Empty(options.AllowedHosts);
        Assert.True(options.AllowsPort(443) && options.AllowsPort(8443) && !options.AllowsPort(80) && !options.AllowsPort(9443));
        Assert.Equal((TimeSpan.FromSeconds(15), "policytracker", null), (options.Timeout, options.Origin, options.EgressProxy));
        Assert.Equal(TimeSpan.FromSeconds(30), Options(("TimeoutSeconds", "600")).Timeout);
    }

    private static WebhookOptions Options(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>($"PolicyTracker:Webhooks:{setting.Name}", setting.Value))).Build();
        using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddDataProtection().Services.AddWebhookSending(configuration).BuildServiceProvider();
        Assert.NotNull(services.GetRequiredService<Handshake>());
        Assert.NotNull(services.GetRequiredService<SecretVault>());
        return services.GetRequiredService<WebhookOptions>();
    }
}
