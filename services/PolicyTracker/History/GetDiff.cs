using Marten;
using PolicyTracker.CountryViews;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.History;

/// <summary>Why a country's numbers differ between two points, each a day of the world and a moment of our record.</summary>
/// <param name="Undone">Whether the events are taken back: the second point was known before the first.</param>
/// <param name="Pairs">The pairs of which some number differs.</param>
/// <param name="Events">What was recorded between the two points and moved claims of these pairs, and the adoption of another method where it moved a number, in the order of the record.</param>
/// <param name="Days">The days between the two points on which something began to count, or went stale, by what is known at the second one.</param>
public sealed record DiffView(
    string Country, DiffPoint From, DiffPoint To, bool Undone, IReadOnlyList<PairDiff> Pairs, IReadOnlyList<HeardEvent> Events, IReadOnlyList<TurnedDay> Days);

/// <summary>One end of a difference.</summary>
public sealed record DiffPoint(DateOnly AsOf, RecordPoint KnownAt, string Method);

/// <summary>The numbers of one pair that differ, indices first.</summary>
public sealed record PairDiff(string Supplier, IReadOnlyList<NumberDiff> Numbers);

/// <summary>A number that differs, and what made it differ.</summary>
/// <param name="Causes">The classes of the causes, by the events and days named.</param>
/// <param name="Events">The sequences of the events responsible: each of them is needed for the number to be what it is at the second point.</param>
/// <param name="Days">The days responsible: what turned on them is needed too, beside the events named.</param>
/// <param name="Turns">What turned on these days and is needed; nothing of a day on which a code only went stale.</param>
public sealed record NumberDiff(string? Index, Indicator? Indicator, Numbers Before, Numbers After, IReadOnlyList<Cause> Causes, IReadOnlyList<long> Events, IReadOnlyList<DateOnly> Days, IReadOnlyList<TurnedEvent> Turns);

/// <summary>A day on which facts or states of measures began to count or were reaffirmed, or codes went stale.</summary>
/// <param name="Began">The facts and measures that the pair's numbers needed on the day; none where codes went stale.</param>
public sealed record TurnedDay(DateOnly Day, string Supplier, IReadOnlyList<string> Began, IReadOnlyList<Indicator> Indicators);

/// <summary><c>GET /v1/countries/{code}/diff</c>: what differs between two points, and why.</summary>
public static class GetDiff
{
    public static readonly string[] Parameters = ["supplier", "from", "to", PublishedMethod.Parameter];

    /// <exception cref="Refused">A point is none, or the code or supplier is no country.</exception>
    public static async Task<IResult> Get(HttpContext http, string code)
    {
        GetCountry.RefuseUnknown("code", code);
        var query = new Parameters(http);
        var from = query.Given("from") ?? throw new Refused([new Violation(Codes.MissingField, "from", "The point to compare with is missing.", ["asOf,knownAt; either may be left out"])]);
        var supplier = query.Country("supplier");
        await using var snapshot = await Snapshot.OpenAsync(http);
        var (first, second) = (await snapshot.AtAsync("from", from), await snapshot.AtAsync("to", query.Given("to") ?? ""));
        IReadOnlyList<string> suppliers = supplier is null ? await ClaimHistory.SuppliersAsync(snapshot, code) : [supplier];
        var methods = (await PublishedMethod.AskedAsync(http, first), await PublishedMethod.AskedAsync(http, second));
        var adoption = methods.Item1 == methods.Item2 ? null
            : await ClaimHistory.AdoptionAsync(first.Moment.KnownAt.Sequence > second.Moment.KnownAt.Sequence ? first : second, http.RequestServices.GetRequiredService<IDocumentStore>());
        return Results.Json(await new Differences(code, suppliers, first, second, methods, adoption).ReadAsync(), Json.Options);
    }
}

/// <summary>The difference between two points.</summary>
/// <param name="adoption">The event by which the one point's method was published in place of the other's; null when both have the same.</param>
internal sealed class Differences(string country, IReadOnlyList<string> suppliers, Snapshot first, Snapshot second, (MethodDefinition First, MethodDefinition Second) methods, HeardEvent? adoption)
{
    private readonly (long First, long Second) _known = (first.Moment.KnownAt.Sequence, second.Moment.KnownAt.Sequence);
    private readonly (DateOnly After, DateOnly UpTo) _world = InOrder(first.Moment.AsOf, second.Moment.AsOf);

    public async Task<DiffView> ReadAsync()
    {
        var all = await ClaimHistory.BetweenAsync(second, country, suppliers, _known.First, _known.Second, _world.UpTo);
        var bySupplier = all.ToLookup(c => c.Row.Claim.Supplier);
        var events = (await ClaimHistory.EventsAsync(second, country, [.. all.SelectMany(c => c.Moves).Distinct()])).ToDictionary(e => e.Sequence);

        var (moved, days) = (new List<(string Supplier, List<(NumberChange Change, Reasons Reasons)> Numbers)>(), new List<TurnedDay>());
        foreach (var supplier in suppliers)
        {
            PassingClaim[] claims = [.. bySupplier[supplier], .. bySupplier[Claim.EveryPair]];
            var was = At(first, methods.First, supplier, claims);
            var steps = new WorldLine(methods.Second, country, supplier, claims.Where(c => c.Goes is null).Select(c => c.Row)).Steps(_world.After, _world.UpTo).ToList();
            var now = (second.Moment.AsOf == _world.UpTo ? steps[^1] : steps[0]).Pair;
            if (ConclusionChanges.Between(was, now) is { Length: > 0 } changes)
            {
                var responsible = new Responsible(methods, supplier, claims, first.Moment.AsOf, second.Moment.AsOf);
                moved.Add((supplier, [.. changes.Select(c => (c, responsible.For(c.Index ?? c.Indicator!.Value.ToString())))]));
            }

            days.AddRange(steps.Zip(steps.Skip(1), (one, next) => Turned(supplier, one, next)));
        }

        var turned = await TurnedEvents.LoadAsync(second, moved.SelectMany(m => m.Numbers).SelectMany(n => n.Reasons.Turned));
        List<PairDiff> pairs = [.. moved.Select(m => new PairDiff(m.Supplier, [.. m.Numbers.Select(n => Explained(n.Change, n.Reasons, events, turned))]))];
        return new DiffView(
            country, PointOf(first, methods.First), PointOf(second, methods.Second), second.Moment.KnownAt.Sequence < first.Moment.KnownAt.Sequence,
            pairs, [.. events.Values.Concat(Adopted(pairs)).OrderBy(e => e.Sequence)], [.. days.OrderBy(d => d.Day)]);
    }

    private PairConclusion At(Snapshot point, MethodDefinition method, string supplier, IEnumerable<PassingClaim> claims) =>
        new WorldLine(method, country, supplier, claims.Where(c => c.Comes is null).Select(c => c.Row)).On(point.Moment.AsOf);

    private NumberDiff Explained(NumberChange change, Reasons reasons, Dictionary<long, HeardEvent> events, TurnedEvents turned)
    {
        List<HeardEvent> named = [.. reasons.Events.Select(s => events[s])];
        if (reasons.OtherMethod)
            named.Add(adoption!);
        var causes = named.Select(e => e.Cause).Concat(reasons.Days.Count > 0 ? [Cause.WorldChanged] : []).Distinct().Order();
        return new NumberDiff(
            change.Index, change.Indicator, change.Before, change.After, [.. causes], [.. named.Select(e => e.Sequence).Order()], reasons.Days, turned.Of(reasons.Turned));
    }

    /// <summary>The adoption where some number needs it: where none does, it moved nothing here.</summary>
    private IEnumerable<HeardEvent> Adopted(IEnumerable<PairDiff> pairs) =>
        adoption is not null && pairs.SelectMany(p => p.Numbers).Any(n => n.Events.Contains(adoption.Sequence)) ? [adoption] : [];

    private static TurnedDay Turned(string supplier, WorldStep before, WorldStep after)
    {
        var indicators = ConclusionChanges.Between(before.Pair, after.Pair).Select(c => c.Indicator).OfType<Indicator>().Order().ToList();
        return new TurnedDay(after.Day, supplier, [.. after.Turned.Select(t => t.Row.Claim.Origin)], indicators);
    }

    private static DiffPoint PointOf(Snapshot snapshot, MethodDefinition method) => new(snapshot.Moment.AsOf, snapshot.Moment.KnownAt, method.Id);

    private static (T, T) InOrder<T>(T one, T other) where T : IComparable<T> => one.CompareTo(other) <= 0 ? (one, other) : (other, one);
}
