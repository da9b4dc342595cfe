using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>Takes one connection, hears the beginning of a request, says something of its own, and hangs up.</summary>
internal sealed class RawListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _done;

    public RawListener(string said)
    {
        _listener.Start();
        _done = TalkAsync(said);
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _done;
    }

    private async Task TalkAsync(string said)
    {
        using var socket = await _listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[64 * 1024]);
        await socket.SendAsync(Encoding.ASCII.GetBytes(said));
        socket.Shutdown(SocketShutdown.Both);
    }
}
