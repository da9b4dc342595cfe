using PolicyTracker.Snapshots;

namespace PolicyTracker.Sources;

/// <summary><c>GET /v1/sources</c>: the publishers that our record rests on, and how well it has rested.</summary>
public static class GetSources
{
    /// <summary>How many changes an answer tells of each publisher: there may be a thousand publishers on a page.</summary>
    private const int NewestChanges = 3;

    public static readonly IReadOnlyList<string> Parameters = ["text", "sort", .. KnownParameters.OfPages];

    private static readonly IReadOnlyDictionary<string, Func<SourceRow, IComparable>> Columns = new Dictionary<string, Func<SourceRow, IComparable>>
    {
        ["facts"] = s => s.Facts,
        ["corrected"] = s => s.Corrected,
        ["shareCorrected"] = s => s.ShareCorrected,
        ["disputed"] = s => s.Disputed,
    };

    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var (text, sort, size, cursor) = (query.Text("text"), query.OneOf("sort", Columns.Keys.SelectMany(c => new[] { c, $"-{c}" })), query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var sorted = Sorted(await SourceQueries.ReadAsync(snapshot, text), sort);
        var rows = sorted.After(cursor, r => r.Key).Take(size + 1).ToList();
        var newest = await SourceQueries.ChangesAsync(snapshot, [.. rows.Select(r => r.Key)], NewestChanges);
        var times = await RecordPoints.TimesAsync(snapshot, [.. rows.Select(r => r.LastChanged).Distinct()]);
        return Results.Json(snapshot.PageOf(http, rows, size, r => r.Key, r => r.With(newest[r.Key], times, snapshot.Moment)), Json.Options);
    }

    /// <summary>By a column, downwards with a leading minus; by name where none is given, and where it does not tell two apart.</summary>
    private static IEnumerable<SourceRow> Sorted(IReadOnlyList<SourceRow> byName, string? sort) => sort switch
    {
        null => byName,
        ['-', .. var column] => byName.OrderByDescending(Columns[column]),
        _ => byName.OrderBy(Columns[sort]),
    };
}
