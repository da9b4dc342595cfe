using System.Text.Json;
using JasperFx.Events;
using Marten;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Facts;

/// <summary>One event in the life of a fact.</summary>
/// <param name="RecordedAt">From when the service could answer with it.</param>
/// <param name="On">The day as of which the fact was confirmed.</param>
/// <param name="Before">What a correction replaced.</param>
/// <param name="After">What it was replaced by.</param>
public sealed record FactEvent(
    long Sequence, DateTimeOffset RecordedAt, string Type, Cause? Cause = null, string? Why = null, DateOnly? On = null, Fact? Before = null, Fact? After = null)
{
    internal static FactEvent Of(IEvent e, DateTimeOffset at)
    {
        var told = new FactEvent(e.Sequence, at, e.EventTypeName);
        return e.Data switch
        {
            FactCorrected c => told with { Cause = c.Cause, Why = c.Why, Before = c.Previous, After = c.Replacement },
            FactRetracted r => told with { Cause = r.Cause, Why = r.Why },
            FactReinstated r => told with { Cause = r.Cause, Why = r.Why },
            FactDisputed d => told with { Why = d.Why },
            FactConfirmed c => told with { Why = c.Why, On = c.On },
            _ => told with { Cause = PolicyTracker.Cause.WorldChanged },
        };
    }
}

/// <summary><c>GET /v1/facts/{id}</c>: a fact with its whole life, the retracted one included, and whether it counts on the day.</summary>
public static class GetFact
{
    /// <exception cref="Refused">Nothing of this id was known at the moment.</exception>
    public static async Task<IResult> Get(HttpContext http, string id)
    {
        await using var snapshot = await Snapshot.OpenAsync(http);
        var events = await snapshot.EventsAsync(http.RequestServices.GetRequiredService<IDocumentStore>(), FactLife.Stream(id));
        var life = FactLife.Of(id, events.Select(e => e.Data))
            ?? throw new Refused(Codes.NotFound, $"No fact {Echo.Of(id)} was known at sequence {snapshot.Moment.KnownAt.Sequence}. To read what was just recorded, send its sequence as atLeast.");

        var times = await RecordPoints.TimesAsync(snapshot, [.. events.Select(e => e.Sequence)]);
        var item = FactItem.Of(life, events[0].Sequence);
        item["counts"] = life.Status != FactStatus.Retracted && life.Fact.EffectiveDay() <= snapshot.Moment.AsOf;
        item["life"] = JsonSerializer.SerializeToNode(events.Select(e => FactEvent.Of(e, times[e.Sequence])), Json.Options);
        return Results.Json(snapshot.Moment.With(item), Json.Options);
    }
}
