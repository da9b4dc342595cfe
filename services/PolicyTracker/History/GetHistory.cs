using System.Text.Json;
using PolicyTracker.CountryViews;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.History;

/// <summary>Along which of the two times a history is told.</summary>
public enum HistoryAxis
{
    /// <summary>World time, by what is known at the answer's moment.</summary>
    World,
    /// <summary>Record time: what was published for the answer's day and the days before, when, by the version of the method of that time. Another version is refused.</summary>
    Record,
}

/// <summary>How one number of a pair moved.</summary>
/// <param name="Number">An index (reliance, restriction, substitution) or an indicator.</param>
/// <param name="Steps">The steps, the oldest first; the newest 1,000 of them. From a day on, the last step before it is the first: it tells what held when the day began.</param>
/// <param name="Total">How many steps there are.</param>
public sealed record HistoryView(
    string Country, string Supplier, string Number, HistoryAxis Along, string Method, DateOnly AsOf, RecordPoint KnownAt, IReadOnlyList<HistoryStep> Steps, int Total);

/// <summary>From here on the number is another than before.</summary>
/// <param name="Day">The day of world time from which it holds; along the record, the day for which it was concluded.</param>
/// <param name="Sequence">The last event of the write that changed it, or the event that announced what a rebuild concluded otherwise; along the record only.</param>
/// <param name="Began">The facts and measures that began to count or were reaffirmed on the day, of which each is needed for the number; none where a code went stale. Along the world only.</param>
/// <param name="Turns">The same with the events that recorded them, a measure by its entry; along the world only.</param>
/// <param name="CausedBy">The events that changed it; along the record only.</param>
public sealed record HistoryStep(
    DateOnly Day, Numbers Number, long? Sequence = null, DateTimeOffset? RecordedAt = null, Cause? Cause = null, IReadOnlyList<string>? Began = null,
    IReadOnlyList<TurnedEvent>? Turns = null, IReadOnlyList<CausingEvent>? CausedBy = null);

/// <summary><c>GET /v1/countries/{code}/history</c>: how an index or an indicator moved, step by step.</summary>
public static class GetHistory
{
    public static readonly string[] Parameters = ["supplier", "index", "along", "from", "to", PublishedMethod.Parameter];

    private const int MostSteps = 1000;
    private static readonly string[] Numbers = ["reliance", "restriction", "substitution", .. Enum.GetNames<Indicator>()];

    /// <exception cref="Refused">The code is no country, the supplier is missing, a parameter says nothing, or the record is asked for by a version of the method that did not publish it.</exception>
    public static async Task<IResult> Get(HttpContext http, string code)
    {
        GetCountry.RefuseUnknown("code", code);
        var query = new Parameters(http);
        var supplier = query.Country("supplier") ?? throw new Refused([new Violation(Codes.MissingField, "supplier", "A history is told of one pair: name the supplier.")]);
        var number = query.OneOf("index", Numbers) ?? Numbers[0];
        var along = query.OneOf<HistoryAxis>("along") ?? HistoryAxis.World;
        var (from, to) = query.Days();
        await using var snapshot = await Snapshot.OpenAsync(http);
        var method = await PublishedMethod.AskedAsync(http, snapshot);
        var all = along == HistoryAxis.World ? await AlongWorldAsync(snapshot, method, code, supplier, number) : await AlongRecordAsync(snapshot, query.Given(PublishedMethod.Parameter), code, supplier, number);
        var steps = all.Skip(all.Count(s => Day(s) < from) - 1).Where(s => to is null || Day(s) <= to).ToList();
        return Results.Json(
            new HistoryView(code, supplier, number, along, method.Id, snapshot.Moment.AsOf, snapshot.Moment.KnownAt, [.. steps.TakeLast(MostSteps)], steps.Count), Json.Options);
    }

    private static DateOnly Day(HistoryStep step) => step.RecordedAt is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : step.Day;

    private static async Task<IReadOnlyList<HistoryStep>> AlongWorldAsync(Snapshot snapshot, MethodDefinition method, string country, string supplier, string number)
    {
        var claims = (await ClaimHistory.KnownAsync(snapshot, country, [supplier])).Where(c => c.Claim.Effective <= snapshot.Moment.AsOf).ToList();
        if (claims.Count == 0)
            return [];
        var first = claims.Min(c => c.Claim.Effective);
        var line = new WorldLine(method, country, supplier, claims).Steps(first, snapshot.Moment.AsOf, number);
        var steps = Changing(line, s => Of(s.Pair, number), before: Of(Conclusions.Nothing(method, country, supplier, first), number)).ToList();
        var turned = await TurnedEvents.LoadAsync(snapshot, steps.SelectMany(s => s.Turned));
        return [.. steps.Select(s => new HistoryStep(s.Day, Of(s.Pair, number), Began: [.. s.Turned.Select(t => t.Row.Claim.Origin)], Turns: turned.Of(s.Turned)))];
    }

    private static async Task<IReadOnlyList<HistoryStep>> AlongRecordAsync(Snapshot snapshot, string? method, string country, string supplier, string number)
    {
        var command = snapshot.Command(
            $"select sequence, change, conclusion from {Schema.Policy}.conclusion_change where dependent = $1 and supplier = $2 and sequence <= $3 order by number");
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(supplier);
        command.Parameters.AddWithValue(snapshot.Moment.KnownAt.Sequence);
        var all = await snapshot.ReadAsync(command, row => (
            Sequence: row.GetInt64(0),
            Change: JsonSerializer.Deserialize<RelianceChanged>(row.GetString(1), Json.Options)!,
            Number: Of(JsonSerializer.Deserialize<PairConclusion>(row.GetString(2), Json.Options)!, number)));
        var published = all.Where(p => p.Change.AsOf <= snapshot.Moment.AsOf).ToList();
        RefuseUnpublished(method, [.. published.Select(p => p.Change.Method).Distinct()]);
        var times = await RecordPoints.TimesAsync(snapshot, [.. published.Select(p => p.Sequence).Distinct()]);
        return [.. Changing(published, p => p.Number).Select(p => new HistoryStep(p.Change.AsOf, p.Number, p.Sequence, times[p.Sequence], p.Change.Cause, CausedBy: p.Change.CausedBy))];
    }

    /// <summary>The record tells what was published; what another version would have published, and when, is not known.</summary>
    private static void RefuseUnpublished(string? method, string[] published)
    {
        if (method is not null && published.Any(other => other != method))
        {
            throw new Refused([new Violation(
                Codes.FieldsDisagree, PublishedMethod.Parameter,
                $"The record of this pair tells what was published by {string.Join(" and ", published)}, and not what {method} would have concluded. Leave method out, or ask along=world.")]);
        }
    }

    /// <summary>Each item whose number differs from that of the one before.</summary>
    /// <param name="before">The number before the first item; null when there is none.</param>
    private static IEnumerable<T> Changing<T>(IEnumerable<T> items, Func<T, Numbers> number, Numbers? before = null)
    {
        var last = before;
        foreach (var item in items)
        {
            if (number(item) != last)
                yield return item;
            last = number(item);
        }
    }

    private static Numbers Of(PairConclusion pair, string number) => ConclusionChanges.NumberOf(pair, number);
}
