using System.Text;
using Npgsql;

namespace PolicyTracker.Feeds;

/// <summary>One event of the feed as it is sent, encoded once for all who share it.</summary>
public class FeedFrame
{
    internal static readonly FeedColumns<FeedFrame> Columns = new("position, event", (row, epoch, first) => new FeedFrame(epoch, row.GetInt64(first), row.GetFieldValue<byte[]>(first + 1)));

    // The line that names the event comes first, so that a frame without it is a part of the same bytes.
    private static readonly byte[] Named = Encoding.UTF8.GetBytes("event: policy-event\n");

    private readonly byte[] _frame;
    private readonly int _jsonStart;

    /// <param name="json">The CloudEvent, in one line.</param>
    internal FeedFrame(string epoch, long position, ReadOnlySpan<byte> json)
    {
        Position = position;
        var before = Encoding.UTF8.GetBytes($"id: {new FeedCursor(epoch, position)}\ndata: ");
        _jsonStart = Named.Length + before.Length;
        _frame = [.. Named, .. before, .. json, (byte)'\n', (byte)'\n'];
    }

    /// <summary>Its place in the feed's order. Positions rise; some are never given.</summary>
    public long Position { get; }

    /// <summary>The CloudEvent.</summary>
    public ReadOnlyMemory<byte> Json => _frame.AsMemory(_jsonStart..^2);

    /// <summary>The CloudEvent as a server-sent event, named <c>policy-event</c>.</summary>
    internal ReadOnlyMemory<byte> Frame => _frame;

    /// <summary>The same without a name, which clients hear as <c>message</c>.</summary>
    internal ReadOnlyMemory<byte> UnnamedFrame => _frame.AsMemory(Named.Length..);
}

/// <summary>Which columns of the feed's table are read, and what is made of them.</summary>
/// <param name="Read">Makes it of a row, of the epoch, and of where in the row the columns begin.</param>
internal sealed record FeedColumns<T>(string Names, Func<NpgsqlDataReader, string, int, T> Read) where T : FeedFrame;
