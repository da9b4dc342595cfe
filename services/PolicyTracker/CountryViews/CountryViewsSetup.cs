using System.Text.Json.Nodes;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

public static class CountryViewsSetup
{
    public static void MapCountryViews(this IEndpointRouteBuilder routes)
    {
        var countries = routes.MapGroup("/v1/countries").WithTags("Countries");
        countries.MapGet("", (Delegate)GetCountries.Get).WithSummary("One line for each country and supplier")
            .Gives<CountryLines>().WithParameters("supplier", "sort", PublishedMethod.Parameter);
        countries.MapGet("/{code}", (Delegate)GetCountry.Get).WithSummary("How reliant a country is, with the evidence behind every number")
            .Gives<CountryView>().WithParameters("supplier", PublishedMethod.Parameter);
        countries.MapGet("/{code}/sensitivity", (Delegate)GetSensitivity.Get).WithSummary("Which open indicators would move the indices most, if somebody settled them")
            .Gives<SensitivityView>().WithParameters("supplier", PublishedMethod.Parameter);
        countries.MapGet("/{code}/timeline", (Delegate)GetTimeline.Get).WithSummary("What happened, and what was done to our record of it, the newest first")
            .Gives<Page<TimelineItem>>().WithParameters(GetTimeline.Parameters);
        countries.MapGet($"/{{code}}/{GetLists.OfEvidence}", (Delegate)GetLists.Evidence).WithSummary("The facts and measures behind one number of a pair, the newest first")
            .Gives<Page<EvidenceItem>>().WithParameters(GetLists.EvidenceParameters);
        countries.MapGet($"/{{code}}/{GetLists.OfUnattributed}", (Delegate)GetLists.Unattributed).WithSummary("The facts that name a provider whose home is unknown, the newest first")
            .Gives<Page<EvidenceItem>>().WithParameters(GetLists.UnattributedParameters);
        foreach (var list in ViewLists.All)
        {
            countries.MapGet($"/{{code}}/{list}", (Delegate)GetLists.Listed(list)).WithSummary($"The {list} of a country, the newest first")
                .Gives<Page<JsonObject>>().WithParameters(GetLists.Parameters);
        }

        var method = routes.MapGroup("/v1/method").WithTags("Method");
        method.MapGet("", (Delegate)GetMethod.Get).WithSummary("The method and its codebook")
            .Gives<MethodDefinition>().WithParameters(PublishedMethod.Parameter);
        method.MapGet("/diff", (Delegate)GetMethod.GetDiff).WithSummary("What sets two versions of the method apart, in words and in numbers")
            .Gives<MethodDiff>().WithParameters(GetMethod.DiffParameters);
    }
}
