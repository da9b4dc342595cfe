using PolicyTracker.Snapshots;

namespace PolicyTracker.Impact;

public static class ImpactSetup
{
    public static void MapImpact(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/measures/{id}/impact", (Delegate)GetImpact.OfMeasure).WithTags("Impact").WithSummary("What the measure would cut, and what it would leave")
            .Gives<ImpactView>().WithParameters(GetImpact.Parameters);
        routes.MapPost("/v1/impact", (Delegate)GetImpact.OfControl).WithTags("Impact").WithSummary("What a control that does not exist yet would cut; nothing is recorded")
            .Takes<Control>().Gives<ImpactView>().WithParameters(GetImpact.Parameters[1..]);
    }
}
