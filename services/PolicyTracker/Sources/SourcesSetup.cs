using PolicyTracker.Snapshots;

namespace PolicyTracker.Sources;

public static class SourcesSetup
{
    public static void MapSources(this IEndpointRouteBuilder routes)
    {
        var sources = routes.MapGroup("/v1/sources").WithTags("Sources");
        sources.MapGet("", (Delegate)GetSources.Get).WithParameters(GetSources.Parameters)
            .WithSummary("The publishers that the record rests on, and how often what they told was corrected").Gives<Page<SourceItem>>();
        sources.MapGet($"/{GetChanges.Below}", (Delegate)GetChanges.Get).WithParameters(GetChanges.Parameters)
            .WithSummary("The corrections and retractions of what one publisher told, the newest first").Gives<Page<SourceChange>>();
    }
}
