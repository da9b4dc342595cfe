using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;

namespace PolicyTracker.CountryViews;

public static class CountryViewsSetup
{
    public static void MapCountryViews(this IEndpointRouteBuilder routes)
    {
        var countries = routes.MapGroup("/v1/countries").WithTags("Countries");
        countries.MapGet("", (Delegate)GetCountries.Get).WithSummary("One line for each country and supplier")
            .Gives<CountryLines>().WithParameters("supplier", "sort");
        countries.MapGet("/{code}", (Delegate)GetCountry.Get).WithSummary("How reliant a country is, with the evidence behind every number")
            .Gives<CountryView>().WithParameters("supplier");
        countries.MapGet("/{code}/timeline", (Delegate)GetTimeline.Get).WithSummary("What happened, and what was done to our record of it, the newest first")
            .Gives<Page<TimelineItem>>().WithParameters(GetTimeline.Parameters);
        routes.MapGet("/v1/method", () => Results.Json(RelianceMethod.Current, Json.Options)).WithTags("Method").WithSummary("The method and its codebook")
            .Gives<MethodDefinition>();
    }
}
