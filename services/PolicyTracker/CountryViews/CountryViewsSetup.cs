using PolicyTracker.Reliance;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

public static class CountryViewsSetup
{
    public static void MapCountryViews(this IEndpointRouteBuilder routes)
    {
        var countries = routes.MapGroup("/v1/countries").WithTags("Countries").WithAtLeast();
        countries.MapGet("", (Delegate)GetCountries.Get).WithSummary("One line for each country and supplier")
            .Gives<CountryLines>().Reads("supplier", "sort", "asOf", "knownAt", "atLeast");
        countries.MapGet("/{code}", (Delegate)GetCountry.Get).WithSummary("How reliant a country is, with the evidence behind every number")
            .Gives<CountryView>().Reads("supplier", "asOf", "knownAt", "atLeast");
        routes.MapGet("/v1/method", () => Results.Json(RelianceMethod.Current, Json.Options)).WithTags("Method").WithSummary("The method and its codebook")
            .Gives<MethodDefinition>();
    }
}
