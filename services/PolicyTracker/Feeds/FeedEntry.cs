using Npgsql;

namespace PolicyTracker.Feeds;

/// <summary>One event of the feed, with all that it is filtered, ordered and told by.</summary>
public sealed class FeedEntry : FeedFrame
{
    internal static readonly new FeedColumns<FeedEntry> Columns = new(
        "position, event_id, sequence, type, stream, stream_version, countries, suppliers, providers, indicators, measure, cause, recorded_at, published_at, late, event", Of);

    /// <summary>The wire name of the canary, which is sent to those alone who ask for it.</summary>
    internal static readonly string Canary = WireNames.Of(typeof(Recording.Canary));

    private FeedEntry(string epoch, long position, ReadOnlySpan<byte> json) : base(epoch, position, json)
    {
    }

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

    private static FeedEntry Of(NpgsqlDataReader row, string epoch, int first) => new(epoch, row.GetInt64(first), row.GetFieldValue<byte[]>(first + 15))
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
