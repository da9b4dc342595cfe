namespace PolicyTracker.RegistryViews;

/// <summary>A way through derivations from the asked model to another.</summary>
/// <param name="Path">The ids of the models on the way, both ends included.</param>
internal sealed record LineageStep(IReadOnlyList<string> Path, bool Contested)
{
    public string Id => Path[^1];
    public int Depth => Path.Count - 1;
}

/// <summary>What ended a walk before all was seen.</summary>
public enum LineageLimit
{
    /// <summary>More lies beyond the depth that was asked for.</summary>
    Depth,
    /// <summary>More models were met than an answer holds.</summary>
    Models,
}

/// <summary>Walks through derivations in one direction, level by level, so that each model is reached on a shortest way, and only once however derivations run in circles.</summary>
internal sealed class Lineage(Func<IReadOnlyCollection<string>, Task<IReadOnlyList<Derivation>>> derivationsOf)
{
    /// <summary>How many models an answer holds in each direction.</summary>
    public const int MostModels = 500;

    private readonly Dictionary<(string, string), Derivation> _seen = [];
    private readonly HashSet<LineageLimit> _limits = [];

    /// <summary>The derivations on the ways that were gone, and any other between models that were reached.</summary>
    public IReadOnlyList<Derivation> Between(IReadOnlySet<string> reached) => [.. _seen.Values.Where(d => reached.Contains(d.Model) && reached.Contains(d.BaseModel))
        .OrderBy(d => d.Model, StringComparer.Ordinal).ThenBy(d => d.BaseModel, StringComparer.Ordinal)];

    public IReadOnlyList<LineageLimit> Limits => [.. _limits.Order()];

    public Task<IReadOnlyList<LineageStep>> AncestorsAsync(string model, int depth) => WalkAsync(model, depth, d => (d.Model, d.BaseModel));

    public Task<IReadOnlyList<LineageStep>> DescendantsAsync(string model, int depth) => WalkAsync(model, depth, d => (d.BaseModel, d.Model));

    private async Task<IReadOnlyList<LineageStep>> WalkAsync(string model, int depth, Func<Derivation, (string From, string To)> along)
    {
        var reached = new Dictionary<string, LineageStep> { [model] = new([model], Contested: false) };
        var frontier = new List<LineageStep> { reached[model] };
        while (frontier.Count > 0)
        {
            var next = await NextAsync(frontier, reached, along);
            if (frontier[0].Depth == depth)
            {
                if (next.Count > 0)
                    _limits.Add(LineageLimit.Depth);
                break;
            }

            var room = MostModels + 1 - reached.Count;
            if (next.Count > room)
                _limits.Add(LineageLimit.Models);
            frontier = [.. next.Take(room)];
            foreach (var step in frontier)
                reached[step.Id] = step;
        }

        return [.. reached.Values.Where(s => s.Depth > 0).OrderBy(s => s.Depth).ThenBy(s => s.Id, StringComparer.Ordinal)];
    }

    /// <summary>The models one step further that were not reached before; of several ways to one, an uncontested one first.</summary>
    private async Task<IReadOnlyList<LineageStep>> NextAsync(List<LineageStep> frontier, Dictionary<string, LineageStep> reached, Func<Derivation, (string From, string To)> along)
    {
        var from = frontier.ToDictionary(s => s.Id);
        var found = await derivationsOf(from.Keys);
        foreach (var derivation in found)
            _seen[(derivation.Model, derivation.BaseModel)] = derivation;
        return
        [
            .. found.Where(d => from.ContainsKey(along(d).From) && !reached.ContainsKey(along(d).To))
                .Select(d => new LineageStep([.. from[along(d).From].Path, along(d).To], from[along(d).From].Contested || d.Contested))
                .GroupBy(s => s.Id).Select(ways => ways.OrderBy(s => s.Contested).ThenBy(s => string.Join('\n', s.Path), StringComparer.Ordinal).First())
                .OrderBy(s => s.Id, StringComparer.Ordinal),
        ];
    }
}
