using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>What sets two versions of the method apart: in their words, and in the numbers of every open pair at one moment.</summary>
/// <param name="Pairs">The pairs whose numbers differ.</param>
public sealed record MethodDiff(
    DateOnly AsOf, RecordPoint KnownAt, string From, string To,
    IReadOnlyList<IndicatorDifference> Indicators, IReadOnlyList<CodebookDifference> Codebook, RuleDifference Rules, IReadOnlyList<PairDifference> Pairs);

/// <summary>An indicator that is defined otherwise.</summary>
public sealed record IndicatorDifference(Indicator Id, IndicatorDefinition Before, IndicatorDefinition After);

/// <summary>What a fact type or a kind of measure claims; null where a version does not list it.</summary>
public sealed record CodebookDifference(string Says, string? Before, string? After);

/// <summary>The rules that one version has and the other has not.</summary>
public sealed record RuleDifference(IReadOnlyList<string> Before, IReadOnlyList<string> After);

/// <summary>The numbers of one pair that differ, indices first.</summary>
public sealed record PairDifference(string Dependent, string Supplier, IReadOnlyList<NumberChange> Changes);

/// <summary><c>GET /v1/method</c>: one version, the published one unless asked otherwise. <c>GET /v1/method/diff</c>: what sets two apart, from the published one unless asked otherwise.</summary>
/// <remarks>A version is defined for every day: of the moment, <c>knownAt</c> alone tells which one was published.</remarks>
public static class GetMethod
{
    public static readonly string[] DiffParameters = ["from", "to"];

    public static async Task<IResult> Get(HttpContext http)
    {
        await using var snapshot = await Snapshot.OpenAsync(http);
        return Results.Json(snapshot.Moment.With(await PublishedMethod.AskedAsync(http, snapshot)), Json.Options);
    }

    /// <exception cref="Refused">No version has the id, or none is named to compare with.</exception>
    public static async Task<IResult> GetDiff(HttpContext http)
    {
        var to = new Parameters(http).OneOf("to", Methods.Ids) ?? throw new Refused([new Violation(Codes.MissingField, "to", "The version to compare with is missing.", Methods.Ids)]);
        await using var snapshot = await Snapshot.OpenAsync(http);
        var (before, after) = (await PublishedMethod.AskedAsync(http, snapshot, "from"), Methods.Of(to));
        return Results.Json(
            new MethodDiff(
                snapshot.Moment.AsOf, snapshot.Moment.KnownAt, before.Id, after.Id, [.. Indicators(before, after)], [.. Codebook(before, after)],
                new RuleDifference([.. before.Rules.Except(after.Rules)], [.. after.Rules.Except(before.Rules)]),
                [.. (await CountryState.AllAsync(snapshot)).OrderBy(c => c.Country, StringComparer.Ordinal).SelectMany(c => Pairs(c.By(before), c.By(after)))]),
            Json.Options);
    }

    private static IEnumerable<IndicatorDifference> Indicators(MethodDefinition before, MethodDefinition after) =>
        before.Indicators.Zip(after.Indicators).Where(i => i.First != i.Second).Select(i => new IndicatorDifference(i.First.Id, i.First, i.Second));

    private static IEnumerable<CodebookDifference> Codebook(MethodDefinition before, MethodDefinition after)
    {
        return before.Codebook.Union(after.Codebook).Select(entry => entry.Says).Distinct()
            .Select(says => new CodebookDifference(says, Of(before, says), Of(after, says))).Where(entry => entry.Before != entry.After);

        static string? Of(MethodDefinition method, string says) => method.Codebook.FirstOrDefault(entry => entry.Says == says)?.Claims;
    }

    // Which pairs are open follows from the claims, whatever the version.
    private static IEnumerable<PairDifference> Pairs(CountryReliance before, CountryReliance after) =>
        before.Pairs.Zip(after.Pairs).Select(p => new PairDifference(p.First.Dependent, p.First.Supplier, ConclusionChanges.Between(p.First, p.Second))).Where(p => p.Changes.Count > 0);
}
