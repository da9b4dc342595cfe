namespace PolicyTracker.Webhooks;

/// <summary>What one node knows of the hosts of its receivers: how many subscriptions it serves there, and whether they answer at all.</summary>
internal sealed class WebhookHosts(TimeProvider clock)
{
    /// <summary>How many subscriptions of one host are served at once, and how many messages to it may be on their way.</summary>
    public const int MostPerHost = 8;
    /// <summary>How many failures in a row shut a host.</summary>
    public const int ShutAfter = 10;

    private static readonly TimeSpan FirstProbe = TimeSpan.FromSeconds(30), LongestProbe = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Host> _hosts = [];

    /// <summary>Tells how many more subscriptions of each host may be served; of a host that is not among them, as many as of any.</summary>
    public IReadOnlyDictionary<string, int> Places()
    {
        lock (_gate)
            return _hosts.ToDictionary(host => host.Key, host => host.Value.Most(clock.GetUtcNow()) - host.Value.Served);
    }

    public bool IsShut(string host)
    {
        lock (_gate)
            return Of(host).IsShut;
    }

    /// <summary>Whether other subscriptions of the host may have to wait for a place.</summary>
    public bool IsFull(string host)
    {
        lock (_gate)
            return Of(host).Served >= MostPerHost;
    }

    /// <summary>How many messages of one subscription may be on their way: the host's share of it. Of a host that is shut, one now and then.</summary>
    public int RoomOn(string host)
    {
        lock (_gate)
        {
            var known = Of(host);
            return known.IsShut ? known.Most(clock.GetUtcNow()) : Math.Max(1, MostPerHost / Math.Max(1, known.Served));
        }
    }

    public void Enter(string host)
    {
        lock (_gate)
            Of(host).Served++;
    }

    public void Leave(string host)
    {
        lock (_gate)
        {
            var known = Of(host);
            if (--known.Served == 0 && known.Failures == 0)
                _hosts.Remove(host);
        }
    }

    /// <summary>A message is on its way: of a host that is shut, the only one for a while.</summary>
    public void Sent(string host)
    {
        lock (_gate)
            Of(host).Probed(clock.GetUtcNow());
    }

    /// <summary>A message came to its end. A refusal (4xx) says that the host lives.</summary>
    public void Ended(string host, Attempt attempt)
    {
        lock (_gate)
            Of(host).Ended(attempt.Status is < 500, clock.GetUtcNow());
    }

    private Host Of(string host) => _hosts.TryGetValue(host, out var known) ? known : _hosts[host] = new Host();

    private sealed class Host
    {
        private DateTimeOffset _probe;
        private TimeSpan _between = FirstProbe;

        public int Served { get; set; }
        public int Failures { get; private set; }
        public bool IsShut => Failures >= ShutAfter;

        public int Most(DateTimeOffset now) => !IsShut ? MostPerHost : _probe <= now ? 1 : 0;

        public void Probed(DateTimeOffset now)
        {
            if (IsShut)
                _probe = now + _between;
        }

        public void Ended(bool lives, DateTimeOffset now)
        {
            Failures = lives ? 0 : Failures + 1;
            _between = lives || Failures <= ShutAfter ? FirstProbe : _between * 2 > LongestProbe ? LongestProbe : _between * 2;
            Probed(now);
        }
    }
}
