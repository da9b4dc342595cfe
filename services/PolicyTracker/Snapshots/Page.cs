using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace PolicyTracker.Snapshots;

/// <summary>One page of a list. All pages of a list are read at the moment of its first one, so that none repeats or leaves out an item.</summary>
/// <param name="Next">What asks for the page after this one, as <c>next</c> with the same filters; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next, DateOnly AsOf, RecordPoint KnownAt);

/// <summary>Where a page begins, and the moment of the first page.</summary>
/// <param name="List">A hash of the list's address and filters.</param>
/// <param name="After">What the last item of the page before is ordered by.</param>
public sealed record Cursor(string List, DateOnly AsOf, long KnownAt, string After)
{
    private const char Between = '|';

    /// <summary>The cursor that the request carries; null on a first page.</summary>
    /// <exception cref="Refused">It is none of this list's.</exception>
    public static Cursor? Of(HttpContext http) => new Parameters(http).Given(Parameters.Next) is not { } text ? null
        : Read(text) is { } cursor && cursor.List == ListOf(http.Request) ? cursor
        : throw Invalid();

    /// <summary>The position in a list that is ordered by a sequence.</summary>
    public long AfterSequence() => long.TryParse(After, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : throw Invalid();

    internal static string ListOf(HttpRequest request)
    {
        var filters = request.Query.Where(p => p.Key is not (Parameters.Limit or Parameters.Next or "atLeast")).OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value.ToString())}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Path}?{string.Join('&', filters)}"))[..8]);
    }

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(Between, List, AsOf.ToString("O"), KnownAt.ToString(CultureInfo.InvariantCulture), After)));

    private static Cursor? Read(string text)
    {
        if (!Base64Url.IsValid(text))
            return null;
        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Between, 4) is [var list, var day, var known, var after]
            && DateOnly.TryParseExact(day, "O", out var asOf) && long.TryParse(known, NumberStyles.None, CultureInfo.InvariantCulture, out var knownAt)
            && !after.Any(char.IsControl)
                ? new Cursor(list, asOf, knownAt, after)
                : null;
    }

    internal static Refused Invalid() => new([new Violation(Codes.CursorInvalid, Parameters.Next, "This cursor continues no page of this list.")]);
}

/// <summary>Cuts what was read for a page: one item more than it holds tells that another page follows.</summary>
public static class Paging
{
    public static Page<TItem> PageOf<TRow, TItem>(
        this Snapshot snapshot, HttpContext http, IReadOnlyList<TRow> rows, int size, Func<TRow, string> position, Func<TRow, TItem> item)
    {
        var moment = snapshot.Moment;
        var next = rows.Count > size ? new Cursor(Cursor.ListOf(http.Request), moment.AsOf, moment.KnownAt.Sequence, position(rows[size - 1])).ToString() : null;
        return new Page<TItem>([.. rows.Take(size).Select(item)], next, moment.AsOf, moment.KnownAt);
    }

    /// <summary>Those of all rows of a list that follow the page before: at the moment of the list they are always the same, in the same order.</summary>
    /// <param name="position">What tells a row apart.</param>
    /// <exception cref="Refused">The cursor names none of them.</exception>
    public static IReadOnlyList<T> After<T>(this IEnumerable<T> all, Cursor? cursor, Func<T, string> position)
    {
        if (cursor is null)
            return [.. all];
        List<T> rest = [.. all.SkipWhile(row => position(row) != cursor.After)];
        return rest.Count > 0 ? rest[1..] : throw Cursor.Invalid();
    }
}
