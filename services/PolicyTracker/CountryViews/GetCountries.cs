using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>One country and one of its suppliers.</summary>
/// <param name="Contested">How many indicators are contested.</param>
/// <param name="Stale">How many indicators are stale.</param>
public sealed record CountryLine(
    string Country, string Name, string Supplier, IndexConclusion Reliance, IndexConclusion Restriction, IndexConclusion Substitution, int Contested, int Stale);

/// <summary>All open pairs.</summary>
public sealed record CountryLines(DateOnly AsOf, RecordPoint KnownAt, long Sequence, string Method, IReadOnlyList<CountryLine> Items);

/// <summary><c>GET /v1/countries</c>: one line for each country and supplier.</summary>
public static class GetCountries
{
    private static readonly IReadOnlyDictionary<string, Func<CountryLine, object?>> Columns = new Dictionary<string, Func<CountryLine, object?>>
    {
        ["country"] = l => l.Country,
        ["supplier"] = l => l.Supplier,
        ["reliance"] = l => l.Reliance.Value,
        ["restriction"] = l => l.Restriction.Value,
        ["substitution"] = l => l.Substitution.Value,
    };

    public static async Task<IResult> Get(HttpContext http)
    {
        var supplier = http.Request.Query["supplier"].ToString();
        if (supplier.Length > 0)
            GetCountry.RefuseUnknown("supplier", supplier);
        var sort = http.Request.Query["sort"].ToString();

        await using var snapshot = await Snapshot.OpenAsync(http);
        var method = await PublishedMethod.AskedAsync(http, snapshot);
        var lines = (await CountryState.AllAsync(snapshot)).SelectMany(d => d.By(method).Pairs).Select(LineOf).Where(l => supplier.Length == 0 || l.Supplier == supplier);
        return Results.Json(
            new CountryLines(snapshot.Moment.AsOf, snapshot.Moment.KnownAt, snapshot.Moment.KnownAt.Sequence, method.Id, Sorted(lines, sort)), Json.Options);
    }

    /// <summary>Sorted by a column, downwards with a leading minus; lines without a value come last either way.</summary>
    internal static IReadOnlyList<CountryLine> Sorted(IEnumerable<CountryLine> lines, string sort)
    {
        var ordered = lines.OrderBy(l => l.Country, StringComparer.Ordinal).ThenBy(l => l.Supplier, StringComparer.Ordinal).ToList();
        if (sort.Length == 0)
            return ordered;
        if (!Columns.TryGetValue(sort[0] == '-' ? sort[1..] : sort, out var column))
            throw new Refused([new Violation(Codes.UnknownValue, "sort", $"'{Echo.Of(sort)}' is no column.", [.. Columns.Keys.SelectMany(c => new[] { c, $"-{c}" })])]);
        var known = ordered.Where(l => column(l) is not null);
        return [.. sort[0] == '-' ? known.OrderByDescending(column) : known.OrderBy(column), .. ordered.Where(l => column(l) is null)];
    }

    private static CountryLine LineOf(PairConclusion pair) => new(
        pair.Dependent, Countries.Name(pair.Dependent), pair.Supplier, pair.Reliance, pair.Restriction, pair.Substitution,
        pair.Indicators.Count(i => i.Contested), pair.Indicators.Count(i => i.Stale));
}
