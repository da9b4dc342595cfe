using System.Globalization;
using JasperFx.Events;
using PolicyTracker.Facts;
using PolicyTracker.Recording;

namespace PolicyTracker.Measures;

/// <summary>What a write to one measure answers.</summary>
/// <param name="Entry">The number of the entry that now says what was asked.</param>
/// <param name="Status">Where that entry stands in our record.</param>
/// <param name="Stage">Where the measure stands today; null when no entry of it stands or counts by today.</param>
/// <param name="Changed">False when what was asked held already.</param>
public sealed record MeasureReceipt(string Id, int Entry, RecordStatus Status, Stage? Stage, bool Changed);

/// <summary><c>POST /v1/measures</c>, <c>POST /v1/measures/{id}/{transition}</c> and <c>POST /v1/measures/{id}/entries/{number}/…</c>.</summary>
public static class MeasureEndpoints
{
    public static Task<IResult> Open(HttpContext http) => http.WriteAsync((draft, body) => OpenAsync(draft, Input.Read<OpenMeasure>(body, draft.Today).OrRefuse()));

    public static Task<IResult> Move(HttpContext http, string id, string transition)
    {
        if (WireNames.TryParse<Transition>(transition, out var asked) && asked != Transition.RecordInForce)
            return http.ActAsync<MoveMeasure>(id, (record, command, today) => MeasureDecisions.Move(record, asked, command, today));
        throw new Refused([new Violation(Codes.UnknownValue, "transition", $"'{Echo.Of(transition)}' is no transition.",
            [.. WireNames.Values(typeof(Transition)).Where(t => t != WireNames.Of(Transition.RecordInForce))])]);
    }

    public static Task<IResult> Correct(HttpContext http, string id, string number) =>
        http.MendAsync<CorrectEntry>(id, number, (record, n, command, today) => MeasureDecisions.Correct(id, record, n, command, today));

    public static Task<IResult> Retract(HttpContext http, string id, string number) =>
        http.MendAsync<RecordChange>(id, number, (record, n, change, _) => MeasureDecisions.Retract(id, record, n, change.Cause, change.Why));

    public static Task<IResult> Reinstate(HttpContext http, string id, string number) =>
        http.MendAsync<RecordChange>(id, number, (record, n, change, _) => MeasureDecisions.Reinstate(id, record, n, change.Cause, change.Why));

    /// <exception cref="Refused">The command breaks a rule, or its id is a measure recorded otherwise.</exception>
    public static async Task<Answer> OpenAsync(Draft draft, OpenMeasure command)
    {
        var id = command.ChosenId() ?? "";
        var events = id.Length > 0 ? await draft.ReadLockedAsync(MeasureId.StreamId(id)) : [];
        return await AnswerAsync(draft, id, events, record => MeasureDecisions.Open(record, command, draft.Today));
    }

    /// <summary>The version of a measure, as <c>ETag</c> and <c>If-Match</c> carry it: how many events it rests on.</summary>
    public static string ETagOf(int events) => $"\"{events}\"";

    private static Task<IResult> MendAsync<TRequest>(
        this HttpContext http, string id, string number, Func<IReadOnlyList<RecordedEntry>, int, TRequest, DateOnly, MeasureDecision> decide) where TRequest : class =>
        http.ActAsync<TRequest>(id, (record, request, today) =>
            int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= 1 && n <= record.Count
                ? decide(record, n, request, today)
                : throw new Refused(Codes.NotFound, $"Measure {Echo.Of(id)} has no entry {Echo.Of(number)}: its entries are 1 to {record.Count}."));

    private static Task<IResult> ActAsync<TRequest>(
        this HttpContext http, string id, Func<IReadOnlyList<RecordedEntry>, TRequest, DateOnly, MeasureDecision> decide) where TRequest : class =>
        http.WriteAsync(async (draft, body) =>
        {
            var request = Input.Read<TRequest>(body, draft.Today).OrRefuse();
            var seen = await draft.ReadAsync(MeasureId.StreamId(id));
            var events = await draft.ReadLockedAsync(MeasureId.StreamId(id));
            if (events.Count == 0)
                throw new Refused(Codes.NotFound, $"There is no measure {Echo.Of(id)}.");
            return await AnswerAsync(draft, id, events, record =>
            {
                var decision = decide(record, request, draft.Today);
                // What holds already needs no fresh version: it may well be this request's own first attempt.
                if (decision is not AlreadyHolds)
                    RefuseOutdated(http.Request.Headers.IfMatch, id, record, seen.Count, events.Count, draft.Today);
                return decision;
            });
        });

    private static async Task<Answer> AnswerAsync(Draft draft, string id, IReadOnlyList<IEvent> events, Func<IReadOnlyList<RecordedEntry>, MeasureDecision> decide)
    {
        var record = MeasureRecord.Of(events.Select(e => e.Data));
        switch (decide(record))
        {
            case Recorded recorded when events.Count == 0:
                draft.Start<Measure>(MeasureId.StreamId(id), recorded.Event);
                return Receipt(record.After(recorded.Event), recorded.Number, changed: true);
            case Recorded recorded:
                draft.Append(MeasureId.StreamId(id), recorded.Event);
                return Receipt(record.After(recorded.Event), recorded.Number, changed: true);
            case AlreadyHolds holds:
                return Receipt(record, holds.Number, changed: false) with { Sequence = await draft.LastSequenceOfAsync([MeasureId.StreamId(id)]) };
            case Refusal refusal:
                throw ProblemOf(refusal, Current(record, events.Count, draft.Today));
            case var other:
                throw new InvalidOperationException($"Not a decision: {other}.");
        }

        Answer Receipt(IReadOnlyList<RecordedEntry> after, int number, bool changed) => new(
            after.Count > record.Count ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            new MeasureReceipt(id, number, after[number - 1].Status, StageOn(after, draft.Today), changed),
            $"/v1/measures/{id}");
    }

    private static Refused ProblemOf(Refusal refusal, Dictionary<string, object?> current)
    {
        if (refusal.Violations is not [{ Code: Codes.MeasureTransitionNotAllowed or Codes.MeasureDiffers or Codes.EntryRetracted } broken, ..])
            return new Refused(refusal.Violations);
        if (refusal.Entry is { } entry)
            (current["entry"], current["meets"]) = (entry, refusal.Meets);
        (current["field"], current["allowed"]) = (broken.Field, broken.Allowed);
        return new Refused(broken.Code, broken.Detail, current);
    }

    private static void RefuseOutdated(string? ifMatch, string id, IReadOnlyList<RecordedEntry> record, int seen, int version, DateOnly today)
    {
        if (!string.IsNullOrEmpty(ifMatch) && ifMatch != "*" && !ifMatch.Split(',').Any(tag => tag.Trim() == ETagOf(version)))
            throw new Refused(Codes.StaleVersion, $"The measure is at version {ETagOf(version)}, not at {Echo.Of(ifMatch)}.", Current(record, version, today));
        if (seen != version)
            throw new Refused(Codes.LostRace, $"The record of measure {id} changed while this request was decided.", Current(record, version, today));
    }

    private static Dictionary<string, object?> Current(IReadOnlyList<RecordedEntry> record, int version, DateOnly today) =>
        new() { ["stage"] = StageOn(record, today), ["entries"] = record.Count, ["version"] = ETagOf(version) };

    private static Stage? StageOn(IReadOnlyList<RecordedEntry> record, DateOnly today) => MeasureLife.StateAt(MeasureLife.Of(record), today)?.Stage;
}
