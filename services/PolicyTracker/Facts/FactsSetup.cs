using System.Text.Json.Nodes;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Facts;

public static class FactsSetup
{
    public static void MapFacts(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1/facts").WithTags("Facts");
        reads.MapGet("", (Delegate)GetFacts.Get).WithParameters(GetFacts.Parameters).WithSummary("What is recorded, the newest record first")
            .Gives<Page<JsonObject>>();
        reads.MapGet("/{id}", (Delegate)GetFact.Get).WithParameters().WithSummary("One fact with its whole life")
            .Gives<JsonObject>();

        var facts = routes.MapGroup("/v1/facts").WithTags("Facts");
        facts.MapPost("", (Delegate)RecordFact.Post).WithSummary("Record one fact")
            .Takes<Fact>().Gives<FactReceipt>(StatusCodes.Status201Created, StatusCodes.Status200OK);
        facts.MapPost("/batch", (Delegate)RecordBatch.Post).WithSummary("Record up to 1,000 facts, as a JSON array or as NDJSON")
            .Takes<IReadOnlyList<Fact>>(RecordBatch.NdJson).Gives<BatchReceipt>().Reads("mode");
        facts.MapPost("/batch/retract", (Delegate)ActOnFact.RetractBatch).WithSummary("Retract several facts as one change")
            .Takes<RetractFacts>().Gives<IReadOnlyList<FactReceipt>>();
        facts.MapPost("/{id}/correct", (Delegate)ActOnFact.Correct).WithSummary("Replace a fact by a better record of the same statement")
            .Takes<CorrectFact>().Gives<FactReceipt>();
        facts.MapPost("/{id}/retract", (Delegate)ActOnFact.Retract).WithSummary("Say that a fact does not hold in our record")
            .Takes<RecordChange>().Gives<FactReceipt>();
        facts.MapPost("/{id}/reinstate", (Delegate)ActOnFact.Reinstate).WithSummary("Undo a retraction")
            .Takes<RecordChange>().Gives<FactReceipt>();
        facts.MapPost("/{id}/dispute", (Delegate)ActOnFact.Dispute).WithSummary("Doubt a fact: what rests on it is contested")
            .Takes<DisputeFact>().Gives<FactReceipt>();
        facts.MapPost("/{id}/confirm", (Delegate)ActOnFact.Confirm).WithSummary("Reaffirm a fact, and mark it as reviewed")
            .Takes<ConfirmFact>().Gives<FactReceipt>();
    }
}
