using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using PolicyTracker.Recording;

namespace PolicyTracker.Facts;

/// <summary>Why our record of a fact is changed.</summary>
public sealed record RecordChange : IHasRules
{
    public required Cause Cause { get; init; }
    [MaxLength(2000)] public required string Why { get; init; }

    public IEnumerable<Violation> Violations() => CauseRule.Check(Cause);
}

/// <summary>A better record of the same statement.</summary>
public sealed record CorrectFact : IHasRules
{
    /// <summary>The whole fact as it should stand.</summary>
    public required Fact Fact { get; init; }
    public required Cause Cause { get; init; }
    [MaxLength(2000)] public required string Why { get; init; }

    public IEnumerable<Violation> Violations() => CauseRule.Check(Cause);
}

public sealed record DisputeFact
{
    [MaxLength(2000)] public required string Why { get; init; }
}

public sealed record ConfirmFact
{
    [MaxLength(2000)] public required string Why { get; init; }
    /// <summary>The day as of which it is reaffirmed; today when left out.</summary>
    [NotInFuture] public DateOnly? On { get; init; }
}

/// <summary>The same retraction for several facts, as one change.</summary>
public sealed record RetractFacts : IHasRules
{
    [MinLength(1), MaxLength(RecordBatch.MostFacts), ItemMaxLength(40)] public required ImmutableArray<string> Ids { get; init; }
    public required Cause Cause { get; init; }
    [MaxLength(2000)] public required string Why { get; init; }

    public IEnumerable<Violation> Violations() => CauseRule.Check(Cause);
}

/// <summary><c>POST /v1/facts/{id}/…</c>: acts on recorded facts. Asking for what holds already changes nothing and succeeds.</summary>
public static class ActOnFact
{
    public static Task<IResult> Correct(HttpContext http, string id) => http.WriteAsync(async (draft, body) =>
    {
        var request = Input.Read<CorrectFact>(body, draft.Today).OrRefuse();
        var registrar = new Registry.Registrar(draft);
        var replacement = (await registrar.ResolveAsync([request.Fact]))[0];
        return await ActAsync(draft, id, async life =>
        {
            if (FactDecisions.Correct(life, replacement, request.Cause, request.Why) is not { } corrected)
                return null;
            await FactKeys.ReserveVersionAsync(draft, id, replacement);
            await registrar.RegisterAsync([replacement]);
            return corrected;
        });
    });

    public static Task<IResult> Retract(HttpContext http, string id) =>
        http.ActAsync<RecordChange>(id, (life, request, _) => FactDecisions.Retract(life, request.Cause, request.Why));

    public static Task<IResult> Reinstate(HttpContext http, string id) =>
        http.ActAsync<RecordChange>(id, (life, request, _) => FactDecisions.Reinstate(life, request.Cause, request.Why));

    public static Task<IResult> Dispute(HttpContext http, string id) =>
        http.ActAsync<DisputeFact>(id, (life, request, _) => FactDecisions.Dispute(life, request.Why));

    public static Task<IResult> Confirm(HttpContext http, string id) =>
        http.ActAsync<ConfirmFact>(id, (life, request, today) => FactDecisions.Confirm(life, request.Why, request.On ?? today));

    public static Task<IResult> RetractBatch(HttpContext http) => http.WriteAsync(async (draft, body) =>
    {
        var request = Input.Read<RetractFacts>(body, draft.Today).OrRefuse();
        var lives = new List<FactLife>();
        // In the order of their ids, so that two batches never wait for each other in a circle.
        foreach (var id in request.Ids.Distinct().Order(StringComparer.Ordinal))
            lives.Add(await ReadAsync(draft, id));
        foreach (var life in lives)
        {
            if (FactDecisions.Retract(life, request.Cause, request.Why) is { } retracted)
                draft.Append(FactLife.Stream(life.Id), retracted);
        }

        var changed = lives.Where(l => !l.Retracted).Select(l => l.Id).ToHashSet();
        return new Answer(StatusCodes.Status200OK, request.Ids.Distinct().Select(id => new FactReceipt(id, FactStatus.Retracted, changed.Contains(id))),
            Sequence: await draft.LastSequenceOfAsync(lives.Select(l => FactLife.Stream(l.Id))));
    });

    private static Task<IResult> ActAsync<TRequest>(this HttpContext http, string id, Func<FactLife, TRequest, DateOnly, object?> decide) where TRequest : class =>
        http.WriteAsync((draft, body) =>
        {
            var request = Input.Read<TRequest>(body, draft.Today).OrRefuse();
            return ActAsync(draft, id, life => Task.FromResult(decide(life, request, draft.Today)));
        });

    private static async Task<Answer> ActAsync(Draft draft, string id, Func<FactLife, Task<object?>> decide)
    {
        var life = await ReadAsync(draft, id);
        var @event = await decide(life);
        if (@event is not null)
            draft.Append(FactLife.Stream(id), @event);
        var after = @event is null ? life : life.Apply(@event);
        return new Answer(StatusCodes.Status200OK, new FactReceipt(id, after.Status, @event is not null), FactReceipt.LocationOf(id),
            await draft.LastSequenceOfAsync([FactLife.Stream(id)]));
    }

    /// <exception cref="Refused">There is no such fact.</exception>
    internal static async Task<FactLife> ReadAsync(Draft draft, string id) =>
        FactLife.Of(id, (await draft.ReadLockedAsync(FactLife.Stream(id))).Select(e => e.Data))
        ?? throw new Refused(Codes.NotFound, $"There is no fact {Echo.Of(id)}.");
}

internal static class CauseRule
{
    public static IEnumerable<Violation> Check(Cause cause)
    {
        if (!FactDecisions.Causes.Contains(cause))
            yield return new Violation(Codes.UnknownValue, "cause", "An act on our record is no change of the world; record what happened instead.", ["source_corrected", "our_error", "pipeline_change"]);
    }
}
