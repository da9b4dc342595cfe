using System.Text.Json.Serialization;

namespace PolicyTracker.Snapshots;

/// <summary>The first items of a list.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="More">Where all of them are read, as of the same moment; null when all are here.</param>
public sealed record ItemList<T>(IReadOnlyList<T> Items, int Total, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? More);

public static class ItemList
{
    /// <summary>How many items a list carries; the rest is told by its total.</summary>
    public const int Most = 20;

    /// <param name="more">Where all of them are read, without the moment.</param>
    public static ItemList<T> Of<T>(IReadOnlyList<T> all, string more, Moment moment) => Of([.. all.Take(Most)], all.Count, more, moment);

    /// <param name="first">As many as the list carries.</param>
    /// <param name="more">Where all of them are read, without the moment.</param>
    public static ItemList<T> Of<T>(IReadOnlyList<T> first, int total, string more, Moment moment) => new(first, total, total > first.Count ? moment.At(more) : null);
}
