using System.Net;

namespace PolicyTracker.Webhooks;

/// <summary>Where webhooks may lead and how they are sent, under <c>PolicyTracker:Webhooks</c>.</summary>
public sealed record WebhookOptions
{
    /// <summary>Receivers of the operator's own: names, IP addresses and networks (CIDR). Only these may have http, any port, a name of one label, and addresses that are not public.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];
    /// <summary>The ports that any receiver may have, beside 443 and 8443.</summary>
    public IReadOnlyList<int> MorePorts { get; init; } = [];
    /// <summary>How long a receiver may take to answer; 30 at most.</summary>
    public int TimeoutSeconds { get; init; } = 15;
    /// <summary>The DNS name by which receivers know who sends: <c>WebHook-Request-Origin</c> of CloudEvents.</summary>
    public string Origin { get; init; } = "policytracker";
    /// <summary>The proxy through which everything is sent. It must filter addresses itself: this node sees only those of the proxy.</summary>
    public Uri? EgressProxy { get; init; }

    public TimeSpan Timeout => TimeSpan.FromSeconds(Math.Clamp(TimeoutSeconds, 1, 30));

    internal bool AllowsPort(int port) => port is 443 or 8443 || MorePorts.Contains(port);

    /// <summary>Whether the operator has named this host, or a network that the address which it is lies in.</summary>
    internal bool AllowsHost(string host) =>
        AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && AllowsAddress(address));

    internal bool AllowsAddress(IPAddress address) => AllowedHosts.Any(allowed =>
        IPNetwork.TryParse(allowed, out var network) ? network.Contains(address) : IPAddress.TryParse(allowed, out var one) && one.Equals(address));
}
