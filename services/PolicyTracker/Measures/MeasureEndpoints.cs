using PolicyTracker.Recording;

namespace PolicyTracker.Measures;

/// <summary>What a write to one measure answers.</summary>
/// <param name="Entry">The number of the entry that now says what was asked.</param>
/// <param name="Stage">Where the measure stands today.</param>
/// <param name="Changed">False when what was asked held already.</param>
public sealed record MeasureReceipt(string Id, int Entry, Stage? Stage, bool Changed);

/// <summary><c>POST /v1/measures</c> and <c>POST /v1/measures/{id}/{transition}</c>.</summary>
public static class MeasureEndpoints
{
    public static Task<IResult> Open(HttpContext http) => http.WriteAsync((draft, body) => OpenAsync(draft, Input.Read<OpenMeasure>(body, draft.Today).OrRefuse()));

    public static Task<IResult> Move(HttpContext http, string id, string transition) => http.WriteAsync(async (draft, body) =>
    {
        if (!WireNames.TryParse<Transition>(transition, out var asked) || asked == Transition.RecordInForce)
        {
            throw new Refused([new Violation(Codes.UnknownValue, "transition", $"'{Echo.Of(transition)}' is no transition.",
                [.. WireNames.Values(typeof(Transition)).Where(t => t != WireNames.Of(Transition.RecordInForce))])]);
        }

        var command = Input.Read<MoveMeasure>(body, draft.Today).OrRefuse();
        var seen = await draft.ReadAsync(MeasureId.StreamId(id));
        var entries = await ReadAsync(draft, id);
        if (entries.Count == 0)
            throw new Refused(Codes.NotFound, $"There is no measure {Echo.Of(id)}.");
        var decision = MeasureDecisions.Move(entries, asked, command, draft.Today);
        // What holds already needs no fresh version: it may well be this request's own first attempt.
        if (decision is not AlreadyHolds)
        {
            RefuseStale(http.Request.Headers.IfMatch, entries.Count);
            if (entries.Count != seen.Count)
                throw new Refused(Codes.LostRace, $"Measure {id} moved while this request was decided.", Current(entries, draft.Today));
        }

        return await AnswerAsync(draft, id, entries, decision);
    });

    /// <exception cref="Refused">The command breaks a rule, or its id is a measure recorded otherwise.</exception>
    public static async Task<Answer> OpenAsync(Draft draft, OpenMeasure command)
    {
        var id = command.ChosenId() ?? "";
        var entries = id.Length > 0 ? await ReadAsync(draft, id) : [];
        return await AnswerAsync(draft, id, entries, MeasureDecisions.Open(entries, command, draft.Today));
    }

    /// <summary>The version of a measure, as <c>ETag</c> and <c>If-Match</c> carry it: how many entries it has.</summary>
    public static string ETagOf(int entries) => $"\"{entries}\"";

    private static async Task<Answer> AnswerAsync(Draft draft, string id, IReadOnlyList<RecordedEntry> before, MeasureDecision decision)
    {
        switch (decision)
        {
            case Recorded recorded when before.Count == 0:
                draft.Start<Measure>(MeasureId.StreamId(id), recorded.Entry);
                return Receipt(StatusCodes.Status201Created, [.. before, new RecordedEntry(1, recorded.Entry)], 1, changed: true);
            case Recorded recorded:
                draft.Append(MeasureId.StreamId(id), recorded.Entry);
                return Receipt(StatusCodes.Status201Created, [.. before, new RecordedEntry(before.Count + 1, recorded.Entry)], before.Count + 1, changed: true);
            case AlreadyHolds holds:
                return Receipt(StatusCodes.Status200OK, before, holds.Number, changed: false) with { Sequence = await draft.LastSequenceOfAsync([MeasureId.StreamId(id)]) };
            case Refusal { Violations: [{ Code: Codes.MeasureTransitionNotAllowed or Codes.MeasureDiffers } broken, ..] }:
                throw new Refused(broken.Code, broken.Detail, new Dictionary<string, object?>(Current(before, draft.Today)) { ["allowed"] = broken.Allowed });
            case Refusal refusal:
                throw new Refused(refusal.Violations);
            default:
                throw new InvalidOperationException($"Not a decision: {decision}.");
        }

        Answer Receipt(int status, IReadOnlyList<RecordedEntry> entries, int number, bool changed) =>
            new(status, new MeasureReceipt(id, number, MeasureLife.StateAt(MeasureLife.Of(entries), draft.Today)?.Stage, changed), $"/v1/measures/{id}");
    }

    private static async Task<IReadOnlyList<RecordedEntry>> ReadAsync(Draft draft, string id) =>
        [.. (await draft.ReadLockedAsync(MeasureId.StreamId(id))).Select((e, i) => new RecordedEntry(i + 1, (MeasureEntry)e.Data))];

    private static Dictionary<string, object?> Current(IReadOnlyList<RecordedEntry> entries, DateOnly today) =>
        new() { ["stage"] = MeasureLife.StateAt(MeasureLife.Of(entries), today)?.Stage, ["entries"] = entries.Count };

    private static void RefuseStale(string? ifMatch, int entries)
    {
        if (!string.IsNullOrEmpty(ifMatch) && ifMatch != "*" && !ifMatch.Split(',').Any(tag => tag.Trim() == ETagOf(entries)))
            throw new Refused(Codes.StaleVersion, $"The measure is at version {ETagOf(entries)}, not at {Echo.Of(ifMatch)}.");
    }
}
