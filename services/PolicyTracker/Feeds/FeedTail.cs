namespace PolicyTracker.Feeds;

/// <summary>The newest entries of the feed, shared by all who read them on this node. It does not change: what is read is never written.</summary>
internal sealed class FeedTail
{
    private const int MostEntries = 10_000;
    private const int MostBytes = 64 * 1024 * 1024;

    // Later tails fill the same array after the entries of this one.
    private readonly FeedEntry[] _entries;
    private readonly int _count;
    private readonly long _bytes;

    private FeedTail(FeedHead head, long before, long position, FeedEntry[] entries, int count, long bytes)
    {
        (Epoch, Before, Head, Expired) = (head.Epoch, before, position, head.Expired);
        (_entries, _count, _bytes) = (entries, count, bytes);
    }

    /// <summary>Before the feed was read: everything is missing.</summary>
    public static readonly FeedTail None = new(new FeedHead("", 0, 0), long.MaxValue, 0, [], 0, 0);

    public string Epoch { get; }
    /// <summary>The position after which nothing of the feed is missing here.</summary>
    public long Before { get; }
    /// <summary>Up to where the node has read the feed.</summary>
    public long Head { get; }
    /// <summary>The last position that the feed keeps no longer.</summary>
    public long Expired { get; }

    public static FeedTail At(FeedHead head) => new(head, head.Position, head.Position, new FeedEntry[2 * MostEntries], 0, 0);

    /// <summary>The tail with what was read after it.</summary>
    /// <param name="position">Up to where it was read.</param>
    public FeedTail With(FeedHead head, IReadOnlyList<FeedEntry> read, long position)
    {
        var bytes = _bytes + read.Sum(entry => (long)entry.Frame.Length);
        var (entries, count, before) = (_entries, _count, Before);
        if (count + read.Count > entries.Length || bytes > MostBytes)
            (entries, count, bytes, before) = Newest(MostEntries - read.Count, bytes);
        foreach (var entry in read)
            entries[count++] = entry;
        return new FeedTail(head, before, position, entries, count, bytes);
    }

    /// <summary>What matches after a position, the first so many, and up to where was looked.</summary>
    public FeedPage<FeedEntry> Read(long after, FeedFilter filter, int most)
    {
        var found = new List<FeedEntry>();
        var bytes = 0L;
        for (var i = FirstAfter(after); i < _count; i++)
        {
            if (!filter.Matches(_entries[i]))
                continue;
            found.Add(_entries[i]);
            bytes += _entries[i].Json.Length;
            if (found.Count == most || bytes > FeedQueries.MostBytes)
                return new FeedPage<FeedEntry>(Epoch, found, _entries[i].Position, Head);
        }

        return new FeedPage<FeedEntry>(Epoch, found, Math.Max(after, Head), Math.Max(after, Head));
    }

    private (FeedEntry[] Entries, int Count, long Bytes, long Before) Newest(int most, long bytes)
    {
        var first = Math.Max(0, _count - Math.Max(0, most));
        for (var i = 0; i < first; i++)
            bytes -= _entries[i].Frame.Length;
        while (first < _count && bytes > MostBytes / 2)
            bytes -= _entries[first++].Frame.Length;
        var entries = new FeedEntry[2 * MostEntries];
        Array.Copy(_entries, first, entries, 0, _count - first);
        return (entries, _count - first, bytes, first == 0 ? Before : _entries[first - 1].Position);
    }

    private int FirstAfter(long position)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Position > position)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
