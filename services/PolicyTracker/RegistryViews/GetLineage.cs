using System.Text.Json.Serialization;
using PolicyTracker.Registry;
using PolicyTracker.Snapshots;

namespace PolicyTracker.RegistryViews;

/// <summary>A model that the asked one is built on, or that is built on it.</summary>
/// <param name="Country">The home of its provider; null when unknown.</param>
/// <param name="Depth">How many derivations lie between the two.</param>
/// <param name="Foreign">Whether it is of another country than the asked model; null when the home of either is unknown.</param>
/// <param name="Path">The ids on a shortest way between the two, from the asked model on.</param>
/// <param name="Countries">The countries on this way, as far as they are known, each once.</param>
/// <param name="ThroughDomestic">The models on this way that are of the asked model's country, both ends left out.</param>
/// <param name="Contested">Whether a derivation on this way is contested.</param>
public sealed record LineageItem(
    string Id, string Name, string? Provider, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Country, int Depth,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool? Foreign,
    IReadOnlyList<string> Path, IReadOnlyList<string> Countries, IReadOnlyList<string> ThroughDomestic, bool Contested);

/// <summary>A foreign country on which the model relies by what it is built on, however many models lie between.</summary>
/// <param name="Depth">The least depth at which a model of that country is found.</param>
/// <param name="Models">The ids of the models of that country.</param>
/// <param name="ThroughDomestic">The domestic models through which they are reached; empty where one is reached without.</param>
public sealed record ForeignReliance(string Country, int Depth, IReadOnlyList<string> Models, IReadOnlyList<string> ThroughDomestic);

/// <summary>What a model is built on and what is built on it, transitively. The conclusions on countries count direct derivations only and do not change by it.</summary>
/// <param name="Depth">How many derivations were followed at most.</param>
/// <param name="ReliesOn">The foreign countries among its ancestors.</param>
/// <param name="Derivations">Every derivation between the models of this answer.</param>
/// <param name="Cut">What the answer leaves out: what lies deeper, or what is more than it holds. Empty when it is whole.</param>
public sealed record LineageView(
    string Id, string Name, string? Provider, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Country, int Depth,
    IReadOnlyList<ForeignReliance> ReliesOn, IReadOnlyList<LineageItem> Ancestors, IReadOnlyList<LineageItem> Descendants,
    IReadOnlyList<Derivation> Derivations, IReadOnlyList<LineageLimit> Cut);

/// <summary><c>GET /v1/models/{id}/lineage</c>.</summary>
public static class GetLineage
{
    public const string Below = $"/{Technology.Lineage}";

    private const int UsualDepth = 5, MostDepth = 10;

    public static async Task<IResult> Get(HttpContext http)
    {
        var depth = new Parameters(http).Number("depth", MostDepth) ?? UsualDepth;
        await using var snapshot = await Snapshot.OpenAsync(http);
        return await EntryKind.Technology.FindAsync<TechnologyEntry>(http, snapshot, EntryKind.IdOf(http), async found =>
            Results.Json(snapshot.Moment.With(await ViewAsync(snapshot, found.Id, depth)), Json.Options), Below);
    }

    private static async Task<LineageView> ViewAsync(Snapshot snapshot, string id, int depth)
    {
        var lineage = new Lineage(models => Derivations.OfAsync(snapshot, models));
        var (ancestors, descendants) = (await lineage.AncestorsAsync(id, depth), await lineage.DescendantsAsync(id, depth));
        var reached = ancestors.Concat(descendants).Select(s => s.Id).Append(id).ToHashSet();
        var models = await LineageModel.ReadAsync(snapshot, reached);
        var self = models[id];
        IReadOnlyList<LineageItem> above = [.. ancestors.Select(s => ItemOf(s, models, self.Country))], below = [.. descendants.Select(s => ItemOf(s, models, self.Country))];
        return new LineageView(self.Id, self.Name, self.Provider, self.Country, depth, ReliesOn(above), above, below, lineage.Between(reached), lineage.Limits);
    }

    private static LineageItem ItemOf(LineageStep step, IReadOnlyDictionary<string, LineageModel> models, string? home)
    {
        var model = models[step.Id];
        bool? foreign = model.Country is null || home is null ? null : model.Country != home;
        return new LineageItem(
            model.Id, model.Name, model.Provider, model.Country, step.Depth, foreign, step.Path, [.. step.Path.Select(id => models[id].Country).OfType<string>().Distinct()],
            [.. step.Path.Skip(1).SkipLast(1).Where(id => home is not null && models[id].Country == home)], step.Contested);
    }

    /// <summary>The foreign countries, the nearest first.</summary>
    internal static IReadOnlyList<ForeignReliance> ReliesOn(IReadOnlyList<LineageItem> ancestors) =>
    [
        .. ancestors.Where(a => a.Foreign == true).GroupBy(a => a.Country!)
            .Select(g => new ForeignReliance(
                g.Key, g.Min(a => a.Depth), [.. g.Select(a => a.Id)],
                g.Any(a => a.ThroughDomestic.Count == 0) ? [] : [.. g.SelectMany(a => a.ThroughDomestic).Distinct()]))
            .OrderBy(r => r.Depth).ThenBy(r => r.Country, StringComparer.Ordinal),
    ];
}
