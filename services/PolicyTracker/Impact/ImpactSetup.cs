using PolicyTracker.Snapshots;

namespace PolicyTracker.Impact;

public static class ImpactSetup
{
    private const string OfMeasure = "/v1/measures/{id}/impact", OfControl = "/v1/impact", BelowSide = "/{side}/";

    public static void MapImpact(this IEndpointRouteBuilder routes)
    {
        var impact = routes.MapGroup("").WithTags("Impact");
        impact.MapGet(OfMeasure, (Delegate)GetImpact.OfMeasure).WithSummary("What the measure would cut, and what it would leave")
            .Gives<ImpactView>().WithParameters(GetImpact.Parameters);
        impact.MapPost(OfControl, (Delegate)GetImpact.OfControl).WithSummary("What a control that does not exist yet would cut; nothing is recorded")
            .Takes<Control>().Gives<ImpactView>().WithParameters(GetImpact.Parameters);
        MapList(impact, GetImpactList.Technologies, new GetImpactList<EntryImpact>(side => side.Technologies, entry => entry.Id));
        MapList(impact, GetImpactList.Providers, new GetImpactList<EntryImpact>(side => side.Providers, entry => entry.Id));
        MapList(impact, GetImpactList.Accounts, new GetImpactList<AccountImpact>(side => side.Accounts, account => account.Fact));
        MapList(impact, GetImpactList.Facts, new GetImpactList<FactImpact>(side => side.Facts, fact => $"{fact.Fact} {fact.Channel}"));
    }

    private static void MapList<T>(RouteGroupBuilder impact, string list, GetImpactList<T> get)
    {
        impact.MapGet($"{OfMeasure}{BelowSide}{list}", (Delegate)get.OfMeasure).WithSummary($"All {list} that the measure would cut, or leave, of one target")
            .Gives<Page<T>>().WithParameters(GetImpactList.Parameters);
        impact.MapPost($"{OfControl}{BelowSide}{list}", (Delegate)get.OfControl).WithSummary($"All {list} that a control that does not exist yet would cut, or leave, of one target")
            .Takes<Control>().Gives<Page<T>>().WithParameters(GetImpactList.Parameters);
    }
}
