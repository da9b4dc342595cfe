using PolicyTracker.Registry;
using PolicyTracker.Snapshots;

namespace PolicyTracker.RegistryViews;

/// <summary><c>GET /v1/providers/{id}/services</c>: what a provider offers and withholds, in the order of the countries, the newest first in each.</summary>
public static class GetServices
{
    public const string Below = "/services";

    public static readonly IReadOnlyList<string> Parameters = ["country", .. KnownParameters.OfPages];

    public static async Task<IResult> Get(HttpContext http, string id)
    {
        var query = new Parameters(http);
        var (country, size, cursor) = (query.Country("country"), query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        return await EntryKind.Provider.FindAsync<ProviderEntry>(http, snapshot, id, async found =>
        {
            var services = await Services.ItemsAsync(snapshot, await Subjects.OfProviderAsync(snapshot, found, nameof(Indicator.R1)));
            var asked = services.Where(c => country is null || c.Key == country).OrderBy(c => c.Key, StringComparer.Ordinal).SelectMany(c => c);
            return Results.Json(snapshot.PageOf(http, [.. asked.After(cursor, PositionOf).Take(size + 1)], size, PositionOf, s => s), Json.Options);
        }, Below);
    }

    private static string PositionOf(ServiceItem service) => $"{service.Country} {service.Service} {service.Route}";
}
