using PolicyTracker.Snapshots;

namespace PolicyTracker.History;

public static class HistorySetup
{
    public static void MapHistory(this IEndpointRouteBuilder routes)
    {
        var countries = routes.MapGroup("/v1/countries/{code}").WithTags("Countries");
        countries.MapGet("/diff", (Delegate)GetDiff.Get).WithSummary("Why the numbers differ between two points, each a day of the world and a moment of our record")
            .Gives<DiffView>().WithParameters(GetDiff.Parameters);
        countries.MapGet("/history", (Delegate)GetHistory.Get).WithSummary("How an index or an indicator moved, step by step, with what moved it")
            .Gives<HistoryView>().WithParameters(GetHistory.Parameters);
    }
}
