using System.Net;
using System.Net.Sockets;

namespace PolicyTracker.Tests.Support;

internal static class Port
{
    /// <summary>A port of this machine on which nobody listens.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
