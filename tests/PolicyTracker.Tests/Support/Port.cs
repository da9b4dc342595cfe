using System.Collections.Concurrent;
using System.Security.Cryptography;
using PolicyTracker.Hosting;

namespace PolicyTracker.Tests.Support;

internal static class Port
{
    // Below every system's range for outgoing connections and for whoever lets the system choose: nobody comes upon one of these by chance.
    private const int First = 20_000, Last = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port of this machine on which nobody listens, nor will unless told to; given to one caller only.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (EmbeddedPostgres.IsFree(port) && Given.TryAdd(port, true))
                return port;
        }
    }
}
