using System.Text;
using Npgsql;

namespace PolicyTracker.Feeds;

/// <summary>One event of the feed, encoded once for all who read it.</summary>
public sealed class FeedEntry
{
    internal const string Columns =
        "position, event_id, sequence, type, stream, stream_version, countries, suppliers, providers, indicators, measure, cause, recorded_at, published_at, late, event";

    /// <summary>The wire name of the canary, which is sent to those alone who ask for it.</summary>
    internal static readonly string Canary = WireNames.Of(typeof(Recording.Canary));

    // The line that names the event comes first, so that a frame without it is a part of the same bytes.
    private static readonly byte[] Named = Encoding.UTF8.GetBytes("event: policy-event\n");

    private readonly byte[] _frame;
    private readonly int _jsonStart;

    /// <param name="json">The CloudEvent, in one line.</param>
    internal FeedEntry(string epoch, long position, ReadOnlySpan<byte> json)
    {
        Position = position;
        var before = Encoding.UTF8.GetBytes($"id: {new FeedCursor(epoch, position)}\ndata: ");
        _jsonStart = Named.Length + before.Length;
        _frame = [.. Named, .. before, .. json, (byte)'\n', (byte)'\n'];
    }

    /// <summary>Its place in the feed's order. Positions rise; some are never given.</summary>
    public long Position { get; }
    /// <summary>The event's id, by which whoever receives it twice knows it again.</summary>
    public required Guid Id { get; init; }
    /// <summary>The store's sequence.</summary>
    public required long Sequence { get; init; }
    /// <summary>The wire name.</summary>
    public required string Type { get; init; }
    public bool IsCanary => Type == Canary;
    public required string Stream { get; init; }
    public required long StreamVersion { get; init; }
    public required IReadOnlyList<string> Countries { get; init; }
    public required IReadOnlyList<string> Suppliers { get; init; }
    /// <summary>The registry's ids of the providers that it names.</summary>
    public required IReadOnlyList<string> Providers { get; init; }
    public required IReadOnlyList<string> Indicators { get; init; }
    public string? Measure { get; init; }
    /// <summary>The wire name of the cause.</summary>
    public string? Cause { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    /// <summary>Whether it was published after events that were appended to the store after it.</summary>
    public required bool Late { get; init; }

    /// <summary>The CloudEvent.</summary>
    public ReadOnlyMemory<byte> Json => _frame.AsMemory(_jsonStart..^2);

    /// <summary>The CloudEvent as a server-sent event, named <c>policy-event</c>.</summary>
    internal ReadOnlyMemory<byte> Frame => _frame;

    /// <summary>The same without a name, which clients hear as <c>message</c>.</summary>
    internal ReadOnlyMemory<byte> UnnamedFrame => _frame.AsMemory(Named.Length..);

    /// <param name="first">Where the columns begin.</param>
    internal static FeedEntry Read(NpgsqlDataReader row, string epoch, int first) => new(epoch, row.GetInt64(first), row.GetFieldValue<byte[]>(first + 15))
    {
        Id = row.GetGuid(first + 1),
        Sequence = row.GetInt64(first + 2),
        Type = row.GetString(first + 3),
        Stream = row.GetString(first + 4),
        StreamVersion = row.GetInt64(first + 5),
        Countries = row.GetFieldValue<string[]>(first + 6),
        Suppliers = row.GetFieldValue<string[]>(first + 7),
        Providers = row.GetFieldValue<string[]>(first + 8),
        Indicators = row.GetFieldValue<string[]>(first + 9),
        Measure = row.IsDBNull(first + 10) ? null : row.GetString(first + 10),
        Cause = row.IsDBNull(first + 11) ? null : row.GetString(first + 11),
        RecordedAt = row.GetFieldValue<DateTimeOffset>(first + 12),
        PublishedAt = row.GetFieldValue<DateTimeOffset>(first + 13),
        Late = row.GetBoolean(first + 14),
    };
}
