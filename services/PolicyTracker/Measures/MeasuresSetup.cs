namespace PolicyTracker.Measures;

public static class MeasuresSetup
{
    public static void MapMeasures(this IEndpointRouteBuilder routes)
    {
        var measures = routes.MapGroup("/v1/measures").WithTags("Measures");
        measures.MapPost("", (Delegate)MeasureEndpoints.Open).WithSummary("Record a measure that is heard of for the first time");
        measures.MapPost("/{id}/{transition}", (Delegate)MeasureEndpoints.Move).WithSummary("Move a measure on");
    }
}
