using PolicyTracker.Snapshots;

namespace PolicyTracker.Measures;

public static class MeasuresSetup
{
    public static void MapMeasures(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1/measures").WithTags("Measures").WithAtLeast();
        reads.MapGet("", (Delegate)GetMeasures.Get).WithSummary("The measures, each with its stage")
            .Gives<Page<MeasureDefinition>>().WithParameters(GetMeasures.Parameters);
        reads.MapGet("/{id}", (Delegate)GetMeasure.Get).WithSummary("One measure with its stage, its life line and what may follow")
            .Gives<MeasureDefinition>().WithParameters();

        var measures = routes.MapGroup("/v1/measures").WithTags("Measures");
        measures.MapPost("", (Delegate)MeasureEndpoints.Open).WithSummary("Record a measure that is heard of for the first time")
            .Takes<OpenMeasure>().Gives<MeasureReceipt>(StatusCodes.Status201Created, StatusCodes.Status200OK);
        measures.MapPost("/{id}/{transition}", (Delegate)MeasureEndpoints.Move).WithSummary("Move a measure on")
            .Takes<MoveMeasure>().Gives<MeasureReceipt>(StatusCodes.Status201Created, StatusCodes.Status200OK).Reads("If-Match");
    }
}
