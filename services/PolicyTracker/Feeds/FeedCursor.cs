using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PolicyTracker.Feeds;

/// <summary>How far a subscriber has read: the position of the last event that it had, or of one that its filter left out. Written <c>v1.epoch.position</c>.</summary>
/// <param name="Epoch">The name of the feed's numbering.</param>
/// <param name="Position">What is read next comes after it; 0 is before the first event.</param>
public readonly record struct FeedCursor(string Epoch, long Position)
{
    public const string Earliest = "earliest", Latest = "latest";

    private const string Version = "v1";
    private const int LongestEpoch = 32;

    /// <exception cref="Refused">The text is no cursor.</exception>
    public static FeedCursor Parse(string text, string field) => TryParse(text, out var cursor)
        ? cursor.Value
        : throw new Refused([new Violation(Codes.CursorInvalid, field, $"'{Echo.Of(text)}' is no cursor of this feed.", ["v1.epoch.position, as an answer told it", Earliest, Latest])]);

    public static bool TryParse(string text, [NotNullWhen(true)] out FeedCursor? cursor)
    {
        cursor = text.Split('.') is [Version, { Length: > 0 and <= LongestEpoch } epoch, var digits] && epoch.All(char.IsAsciiLetterOrDigit)
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && digits == position.ToString(CultureInfo.InvariantCulture)
            ? new FeedCursor(epoch, position)
            : null;
        return cursor is not null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version}.{Epoch}.{Position}");
}
