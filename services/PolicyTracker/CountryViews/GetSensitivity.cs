using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>The open indicators of a country, by supplier.</summary>
public sealed record SensitivityView(
    string Country, string Name, DateOnly AsOf, RecordPoint KnownAt, long Sequence, string Method, IReadOnlyList<PairSensitivity> Suppliers);

/// <summary>The open indicators of one pair: what narrows an interval most comes first, what is only stale last.</summary>
public sealed record PairSensitivity(string Supplier, IReadOnlyList<OpenIndicator> Indicators);

/// <summary><c>GET /v1/countries/{code}/sensitivity</c>: which uncoded or contested indicator would move a country's indices most, if somebody settled it.</summary>
public static class GetSensitivity
{
    /// <exception cref="Refused">The code, or the supplier asked for, is no country.</exception>
    public static async Task<IResult> Get(HttpContext http, string code)
    {
        GetCountry.RefuseUnknown("code", code);
        var supplier = new Parameters(http).Country("supplier");
        await using var snapshot = await Snapshot.OpenAsync(http);
        var method = await PublishedMethod.AskedAsync(http, snapshot);
        var state = await CountryState.ReadAsync(snapshot, code, method);
        var suppliers = supplier is null ? state.Country.Pairs.Select(p => p.Supplier) : [supplier];
        return Results.Json(
            new SensitivityView(
                code, Countries.Name(code), snapshot.Moment.AsOf, snapshot.Moment.KnownAt, snapshot.Moment.KnownAt.Sequence, method.Id,
                [.. suppliers.Select(s => new PairSensitivity(s, Sensitivity.Of(state.ExactlyWith(s), method)))]),
            Json.Options);
    }
}
