using System.Globalization;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Sources;

/// <summary><c>GET /v1/sources/changes</c>: the corrections and retractions of what one publisher told, the newest first: where <c>more</c> of them leads.</summary>
public static class GetChanges
{
    public const string Below = "changes";

    public static readonly IReadOnlyList<string> Parameters = ["publisher", .. KnownParameters.OfPages];

    /// <exception cref="Refused">The publisher is missing.</exception>
    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var publisher = query.Text("publisher") ?? throw new Refused([new Violation(Codes.MissingField, "publisher", "Changes are of one publisher: name it.")]);
        var (size, cursor) = (query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var changes = await SourceQueries.ChangesAsync(snapshot, [publisher], size + 1, cursor?.AfterSequence());
        return Results.Json(snapshot.PageOf(http, [.. changes.SelectMany(c => c)], size, c => c.Sequence.ToString(CultureInfo.InvariantCulture), c => c), Json.Options);
    }
}
