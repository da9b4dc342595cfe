using PolicyTracker.Facts;
using PolicyTracker.Registry;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.RegistryViews;

/// <summary>A report on an account.</summary>
/// <param name="Effective">The day from which it counts.</param>
public sealed record AccountReport(string Fact, string Type, DateOnly Effective, string Publisher, Tier Tier);

/// <summary><c>GET /v1/accounts/reports</c>: the reports on one account, the newest first: where <c>more</c> of its facts leads.</summary>
public static class GetReports
{
    public const string Below = "reports";

    public static readonly IReadOnlyList<string> Parameters = ["country", "provider", "holder", .. KnownParameters.OfPages];

    /// <exception cref="Refused">The country, the provider or the holder is missing, or there was no such provider.</exception>
    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var country = query.Country("country") ?? throw Missing("country");
        var named = query.Text("provider") ?? throw Missing("provider");
        var holder = query.Text("holder") ?? throw Missing("holder");
        var (size, cursor) = (query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var account = await Subjects.AccountAsync(snapshot, country, await FindProvider.IdAsync(snapshot, "provider", named), holder);
        var rows = account is null ? [] : InOrder(account).After(cursor, PositionOf).Take(size + 1).ToList();
        var facts = await Subjects.FactsAsync(snapshot, rows.Select(PositionOf));
        return Results.Json(snapshot.PageOf(http, rows, size, PositionOf, r => ReportOf(r, facts)), Json.Options);
    }

    /// <summary>All reports on an account, the newest first.</summary>
    internal static IReadOnlyList<AccountReport> All(Subject account, IReadOnlyDictionary<string, Fact> facts) => [.. InOrder(account).Select(r => ReportOf(r, facts))];

    private static IOrderedEnumerable<ClaimRow> InOrder(Subject account) => account.Rows.OrderByDescending(r => r.Claim.Effective).ThenByDescending(r => r.Told);

    private static AccountReport ReportOf(ClaimRow row, IReadOnlyDictionary<string, Fact> facts) =>
        new(row.Claim.Origin, FactTypes.NameOf(facts[row.Claim.Origin]), row.Claim.Effective, row.Claim.Publisher, row.Claim.Tier);

    private static string PositionOf(ClaimRow row) => row.Claim.Origin;

    private static Refused Missing(string field) => new([new Violation(Codes.MissingField, field, $"Reports are on one account: name the {field}.")]);
}
