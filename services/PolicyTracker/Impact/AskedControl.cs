using System.Collections.Immutable;
using Marten;
using PolicyTracker.Measures;
using PolicyTracker.Recording;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Impact;

/// <summary>The control whose impact is asked for.</summary>
/// <param name="Measure">The measure; null for a control that does not exist yet.</param>
/// <param name="Targets">Those of its targets that are asked for.</param>
/// <param name="Effective">The first day on which it applies; null where it never will, and of a measure also where it has applied before the day that is asked for.</param>
internal sealed record AskedControl(string? Measure, string Issuer, Scope Scope, ImmutableArray<string> Targets, DateOnly? Effective)
{
    public string Address => Measure is null ? "/v1/impact" : $"/v1/measures/{Measure}/impact";

    /// <summary>Answers for a measure, in the reading in which its impact is told.</summary>
    /// <exception cref="Refused">There is no such measure, it is no control, or it is not aimed at the target.</exception>
    public static async Task<IResult> OfMeasureAsync<TAnswer>(HttpContext http, string id, Func<AskedControl, Snapshot, Task<TAnswer>> answer)
    {
        var target = new Parameters(http).Country("target");
        await using var snapshot = await Snapshot.OpenAsync(http, Cursor.Of(http));
        var events = await snapshot.EventsAsync(http.RequestServices.GetRequiredService<IDocumentStore>(), MeasureId.StreamId(id));
        var life = MeasureLife.Of(MeasureRecord.Of(events.Select(e => e.Data)));
        if (life.Count == 0)
            throw new Refused(Codes.NotFound, $"No measure {Echo.Of(id)} was known at sequence {snapshot.Moment.KnownAt.Sequence}.");
        var effective = EffectiveDay(life, snapshot.Moment.AsOf);
        var definition = (MeasureLife.StateAt(life, Ahead(http, snapshot, effective) ?? snapshot.Moment.AsOf) ?? life[0]).Definition;
        var scope = definition.Scope
            ?? throw new Refused([new Violation(Codes.ScopeRequired, "id", $"The measure is {WireNames.Of(definition.Kind)} and reaches no layer: only a control has an impact.", ["export_control", "sanction_listing_rule"])]);
        return await AnswerAsync(http, snapshot, new AskedControl(id, definition.Issuer, scope, TargetsOf(definition.Issuer, definition.Targets, target), effective), answer);
    }

    /// <summary>Answers for the control that the request describes, in the reading in which its impact is told.</summary>
    /// <exception cref="Refused">The control breaks a rule, or is not aimed at the target.</exception>
    public static async Task<IResult> OfBodyAsync<TAnswer>(HttpContext http, Func<AskedControl, Snapshot, Task<TAnswer>> answer)
    {
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        var target = new Parameters(http).Country("target");
        var body = Write.ParseJson(await http.ReadJsonAsync(Write.MostBytes));
        var control = Input.Read<Control>(body, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)).OrRefuse();
        await using var snapshot = await Snapshot.OpenAsync(http, Cursor.Of(http));
        return await AnswerAsync(http, snapshot, new AskedControl(null, control.Issuer, control.Scope, TargetsOf(control.Issuer, control.Targets, target), control.Effective), answer);
    }

    private static async Task<IResult> AnswerAsync<TAnswer>(HttpContext http, Snapshot opened, AskedControl control, Func<AskedControl, Snapshot, Task<TAnswer>> answer)
    {
        var snapshot = Ahead(http, opened, control.Effective) is { } day ? await opened.AtAsync("effective", day.ToString("O")) : opened;
        return Results.Json(await answer(control, snapshot), Json.Options);
    }

    /// <summary>The day for which the impact is told where no other is asked for: the one from which the control applies, as long as that lies ahead.</summary>
    private static DateOnly? Ahead(HttpContext http, Snapshot snapshot, DateOnly? effective) =>
        new Parameters(http).Day("asOf") is null && effective > snapshot.Moment.AsOf ? effective : null;

    /// <summary>The next day, asOf included, on which the measure comes to apply; null when it applies by then already.</summary>
    private static DateOnly? EffectiveDay(IReadOnlyList<MeasureState> life, DateOnly asOf)
    {
        var next = life.Where((state, i) => state.Stage == Stage.InForce && life.ElementAtOrDefault(i - 1)?.Stage != Stage.InForce).FirstOrDefault(state => state.From >= asOf)?.From;
        return MeasureLife.StateAt(life, asOf)?.Stage == Stage.InForce && next != asOf ? null : next;
    }

    private static ImmutableArray<string> TargetsOf(string issuer, ImmutableArray<string> targets, string? asked) => asked switch
    {
        null when targets.IsEmpty => throw new Refused([new Violation(Codes.MissingField, "target", "The measure is aimed at everyone: name a target.")]),
        null => targets,
        _ when asked == issuer => throw new Refused([new Violation(Codes.TargetIsIssuer, "target", $"{asked} issues the control and cannot be its target.")]),
        _ when targets.IsEmpty || targets.Contains(asked) => [asked],
        _ => throw new Refused([new Violation(Codes.UnknownValue, "target", $"The control is not aimed at {asked}.", targets)]),
    };
}
