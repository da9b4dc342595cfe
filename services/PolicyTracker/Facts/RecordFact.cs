using PolicyTracker.Recording;

namespace PolicyTracker.Facts;

/// <summary>What a write to one fact answers.</summary>
/// <param name="Status">Where the fact stands after it.</param>
/// <param name="Changed">False when what was asked held already.</param>
public sealed record FactReceipt(string Id, FactStatus Status, bool Changed)
{
    public static string LocationOf(string id) => $"/v1/facts/{id}";
}

/// <summary><c>POST /v1/facts</c>: one fact.</summary>
public static class RecordFact
{
    public static Task<IResult> Post(HttpContext http) =>
        http.WriteAsync((draft, body) => DecideAsync(draft, Input.ReadFact(body, draft.Today).OrRefuse()));

    public static async Task<Answer> DecideAsync(Draft draft, Fact fact)
    {
        var result = (await RecordFacts.DraftAsync(draft, [fact]))[0];
        if (result is { Status: RowStatus.Refused, Id: { } taken })
        {
            var error = result.Errors![0];
            throw new Refused(Codes.FactDiffers, error.Detail, new Dictionary<string, object?> { ["id"] = taken, ["fields"] = error.Field.Split(", ") });
        }

        var id = result.Id!;
        return result.Status == RowStatus.Recorded
            ? new Answer(StatusCodes.Status201Created, new FactReceipt(id, FactStatus.Recorded, Changed: true), FactReceipt.LocationOf(id))
            : await ExistingAsync(draft, id);
    }

    private static async Task<Answer> ExistingAsync(Draft draft, string id)
    {
        var life = await ActOnFact.ReadAsync(draft, id);
        return new Answer(StatusCodes.Status200OK, new FactReceipt(id, life.Status, Changed: false), FactReceipt.LocationOf(id),
            await draft.LastSequenceOfAsync([FactLife.Stream(id)]));
    }
}
