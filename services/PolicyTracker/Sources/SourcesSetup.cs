using PolicyTracker.Snapshots;

namespace PolicyTracker.Sources;

public static class SourcesSetup
{
    public static void MapSources(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/sources", (Delegate)GetSources.Get).WithTags("Sources").WithParameters(GetSources.Parameters)
            .WithSummary("The publishers that the record rests on, and how often what they told was corrected").Gives<Page<SourceItem>>();
}
