using System.Text.Json.Nodes;
using PolicyTracker.Facts;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Measures;

public static class MeasuresSetup
{
    public static void MapMeasures(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1/measures").WithTags("Measures");
        reads.MapGet("", (Delegate)GetMeasures.Get).WithParameters(GetMeasures.Parameters).WithSummary("The measures and where they stand")
            .Gives<Page<JsonObject>>();
        reads.MapGet("/{id}", (Delegate)GetMeasure.Get).WithParameters().WithSummary("One measure with its states and entries, and what became of our record of them")
            .Gives<JsonObject>();

        var measures = routes.MapGroup("/v1/measures").WithTags("Measures");
        measures.MapPost("", (Delegate)MeasureEndpoints.Open).WithSummary("Record a measure that is heard of for the first time")
            .Takes<OpenMeasure>().Gives<MeasureReceipt>(StatusCodes.Status201Created, StatusCodes.Status200OK);
        measures.MapPost("/{id}/{transition}", (Delegate)MeasureEndpoints.Move).WithSummary("Move a measure on")
            .Takes<MoveMeasure>().Gives<MeasureReceipt>(StatusCodes.Status201Created, StatusCodes.Status200OK).Reads("If-Match");
        measures.MapPost("/{id}/entries/{number}/correct", (Delegate)MeasureEndpoints.Correct).WithSummary("Replace an entry by a better record of the same act")
            .Takes<CorrectEntry>().Gives<MeasureReceipt>().Reads("If-Match");
        measures.MapPost("/{id}/entries/{number}/retract", (Delegate)MeasureEndpoints.Retract).WithSummary("Say that an entry does not hold in our record")
            .Takes<RecordChange>().Gives<MeasureReceipt>().Reads("If-Match");
        measures.MapPost("/{id}/entries/{number}/reinstate", (Delegate)MeasureEndpoints.Reinstate).WithSummary("Undo a retraction")
            .Takes<RecordChange>().Gives<MeasureReceipt>().Reads("If-Match");
    }
}
