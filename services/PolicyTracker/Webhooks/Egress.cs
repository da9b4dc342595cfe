using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PolicyTracker.Webhooks;

/// <summary>The addresses of a host, as asked for at the moment of a connection.</summary>
internal delegate Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation);

/// <summary>
/// The one way out to receivers, whose names are hostile: a name that leads anywhere but to the public internet, or to this node, is not connected to.
/// </summary>
/// <remarks>What was checked is what is connected to; a name that is asked again could answer otherwise (DNS rebinding).</remarks>
internal sealed partial class Egress(WebhookOptions options, Resolve resolve, ILogger<Egress> logger)
{
    private const int MostHeaderKilobytes = 16, MostDrained = 16 * 1024;

    /// <summary>The addresses of this node: what listens on them for others may trust it.</summary>
    internal Func<IEnumerable<IPAddress>> Own { get; init; } = () => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address);

    /// <summary>A handler that follows nothing, keeps nothing, and takes no proxy but the configured one.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = options.EgressProxy is not null,
        Proxy = options.EgressProxy is { } proxy ? new WebProxy(proxy) : null,
        ConnectCallback = options.EgressProxy is null ? ConnectAsync : null,
        // A subscription may give its receiver longer to answer, and nobody longer to take the connection.
        ConnectTimeout = options.Timeout,
        // A host that has moved is found again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = MostHeaderKilobytes,
        MaxResponseDrainSize = MostDrained,
        // Our traces are no receiver's business.
        ActivityHeadersPropagator = null,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await resolve(host, cancellation);
        if (addresses.Count == 0 || Refused(host, addresses) is not null)
        {
            Refuses(host, string.Join(", ", addresses));
            throw new SocketException((int)SocketError.HostUnreachable);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The first address that may not be connected to. One is enough: whoever mixes it with public ones waits for the others to fail.</summary>
    internal IPAddress? Refused(string host, IReadOnlyList<IPAddress> addresses)
    {
        if (options.AllowsHost(host))
            return null;
        var own = Own().ToHashSet();
        return addresses.FirstOrDefault(address => !options.AllowsAddress(address) && (!PublicAddresses.Contains(address) || own.Contains(PublicAddresses.FourOf(address) ?? address)));
    }

    [LoggerMessage(LogLevel.Warning, "The receiver {Host} leads to {Addresses}: not connected to")]
    private partial void Refuses(string host, string addresses);
}
