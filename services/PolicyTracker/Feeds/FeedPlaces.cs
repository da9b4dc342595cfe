using System.Net;

namespace PolicyTracker.Feeds;

/// <summary>Counts who holds a connection to wait for news, and admits no more than the limits say.</summary>
public sealed class FeedPlaces(FeedOptions limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];

    /// <summary>How many there are on this node.</summary>
    public int Taken { get; private set; }

    /// <summary>Takes a place, given back when it is disposed.</summary>
    /// <exception cref="Refused">There is none left.</exception>
    public IDisposable Take(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        lock (_gate)
        {
            var held = _byAddress.GetValueOrDefault(address);
            if (Taken >= limits.StreamsPerNode)
                throw new Refused(Codes.TooManyConnections, $"This node holds {limits.StreamsPerNode} streams, which is the most that it takes.");
            if (held >= limits.StreamsPerAddress)
                throw new Refused(Codes.TooManyConnections, $"Your address holds {held} streams or waiting reads, which is the most that one may.");
            Taken++;
            _byAddress[address] = held + 1;
        }

        return new Place(this, address);
    }

    private void GiveBack(IPAddress address)
    {
        lock (_gate)
        {
            Taken--;
            if (--_byAddress[address] == 0)
                _byAddress.Remove(address);
        }
    }

    private sealed class Place(FeedPlaces places, IPAddress address) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
                places.GiveBack(address);
        }
    }
}
