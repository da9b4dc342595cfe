using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>
/// The lists of the country view in full, in pages, the newest first: what their <c>more</c> leads to. <c>GET /v1/countries/{code}/evidence</c> tells the facts and
/// measures behind one number of a pair, <c>unattributed</c> the facts that name a provider whose home is unknown, each other route the subjects of the list of its name.
/// </summary>
public static class GetLists
{
    public const string OfEvidence = "evidence";
    public const string OfUnattributed = "unattributed";

    public static readonly IReadOnlyList<string> Parameters = KnownParameters.OfPages;
    public static readonly IReadOnlyList<string> UnattributedParameters = [PublishedMethod.Parameter, .. Parameters];
    public static readonly IReadOnlyList<string> EvidenceParameters = ["supplier", "indicator", .. UnattributedParameters];

    /// <exception cref="Refused">The code is no country, or supplier or indicator is missing or none.</exception>
    public static Task<IResult> Evidence(HttpContext http, string code)
    {
        var query = new Parameters(http);
        var supplier = query.Country("supplier") ?? throw Missing("supplier", "Evidence is of one number of a pair: name the supplier.");
        var indicator = query.OneOf<Indicator>("indicator") ?? throw Missing("indicator", "Evidence is of one number of a pair: name the indicator.", WireNames.Values(typeof(Indicator)));
        return EvidenceAsync(http, code, [(supplier, indicator), (Claim.EveryPair, indicator)]);
    }

    /// <exception cref="Refused">The code is no country.</exception>
    public static Task<IResult> Unattributed(HttpContext http, string code) => EvidenceAsync(http, code, Enum.GetValues<Indicator>().Select(i => (Claim.Unattributed, i)));

    /// <param name="list">One of <see cref="ViewLists.All"/>.</param>
    /// <exception cref="Refused">The code is no country.</exception>
    public static Func<HttpContext, string, Task<IResult>> Listed(string list) => async (http, code) =>
    {
        GetCountry.RefuseUnknown("code", code);
        var (size, cursor) = (new Parameters(http).PageSize(), Cursor.Of(http));
        var after = ListPosition.Of(cursor);
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var rows = await NewestRows.ListedAsync(snapshot, code, [list], size + 1, after);
        var items = await Items.LoadAsync(snapshot, code, await PublishedMethod.AtAsync(snapshot), [], rows);
        return Results.Json(snapshot.PageOf(http, rows, size, r => r.Position.ToString(), items.Of), Json.Options);
    };

    private static async Task<IResult> EvidenceAsync(HttpContext http, string code, IEnumerable<(string, Indicator)> numbers)
    {
        GetCountry.RefuseUnknown("code", code);
        var (size, cursor) = (new Parameters(http).PageSize(), Cursor.Of(http));
        var after = ListPosition.Of(cursor);
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var method = await PublishedMethod.AskedAsync(http, snapshot);
        var rows = NewestRows.Together(await NewestRows.EvidenceAsync(snapshot, code, numbers, size + 1, after), size + 1);
        var items = await Items.LoadAsync(snapshot, code, method, rows, []);
        return Results.Json(snapshot.PageOf(http, rows, size, r => r.Position.ToString(), items.Of), Json.Options);
    }

    private static Refused Missing(string field, string detail, IReadOnlyList<string>? allowed = null) => new([new Violation(Codes.MissingField, field, detail, allowed)]);
}
