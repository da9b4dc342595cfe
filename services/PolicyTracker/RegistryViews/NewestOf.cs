using System.Text.Json.Serialization;
using PolicyTracker.Snapshots;

namespace PolicyTracker.RegistryViews;

/// <summary>The first items of a list.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="More">Where the rest is read; null when all are here.</param>
public sealed record NewestOf<T>(IReadOnlyList<T> Items, int Total, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? More);

internal static class NewestOf
{
    /// <summary>How many items a list carries; the rest is told by its total.</summary>
    public const int Most = 20;

    /// <param name="more">Where all of them are read, without the moment.</param>
    public static NewestOf<T> Of<T>(IReadOnlyList<T> all, string more, Moment moment) =>
        new([.. all.Take(Most)], all.Count, all.Count > Most ? $"{more}&asOf={moment.AsOf:O}&knownAt={moment.KnownAt.Sequence}" : null);
}
