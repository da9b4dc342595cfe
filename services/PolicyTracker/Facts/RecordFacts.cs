using PolicyTracker.Recording;
using PolicyTracker.Registry;

namespace PolicyTracker.Facts;

/// <summary>What became of one row.</summary>
public enum RowStatus
{
    /// <summary>A new fact.</summary>
    Recorded,
    /// <summary>The same fact was there already.</summary>
    Existing,
    /// <summary>The row broke a rule; nothing of it was kept.</summary>
    Refused,
}

/// <summary>The result of one row of a batch, in the order of the request.</summary>
/// <param name="Row">Counted from 1.</param>
/// <param name="Id">The fact's id, where there is one.</param>
/// <param name="Errors">Why it was refused.</param>
public sealed record RowResult(int Row, RowStatus Status, string? Id, IReadOnlyList<RowError>? Errors = null);

/// <summary>One reason why a row was refused, in the words of the problem catalogue.</summary>
public sealed record RowError(string Type, string Field, string Detail, IReadOnlyList<string>? Allowed, IReadOnlyList<string>? Nearest)
{
    public static RowError Of(Violation v) => new(ProblemTypes.UriOf(v.Code), v.Field, v.Detail, v.Allowed, v.Nearest);
}

/// <summary>Recording facts: names resolved, natural keys reserved, one stream started for each new fact.</summary>
public static class RecordFacts
{
    /// <summary>Drafts those of the facts that are new. A fact whose key is taken by another content comes back refused.</summary>
    public static async Task<IReadOnlyList<RowResult>> DraftAsync(Draft draft, IReadOnlyList<Fact> facts)
    {
        var registrar = new Registrar(draft);
        var resolved = await registrar.ResolveAsync(facts);
        var keyed = resolved.Select(fact => (Fact: fact, Key: NaturalKey.Of(fact), Content: FactKeys.ContentOf(fact))).ToList();
        var held = await FactKeys.ReserveAsync(draft, keyed.DistinctBy(k => k.Key).Select(k => (k.Key, k.Content)));

        var results = new List<RowResult>(keyed.Count);
        var started = new HashSet<string>();
        foreach (var (fact, key, content) in keyed)
        {
            var holder = held[key];
            if (holder.IsNew && started.Add(key))
                results.Add(new RowResult(results.Count + 1, RowStatus.Recorded, key));
            else if (holder.Contents.Contains(content))
                results.Add(new RowResult(results.Count + 1, RowStatus.Existing, holder.FactId));
            else
                results.Add(new RowResult(results.Count + 1, RowStatus.Refused, holder.FactId, [RowError.Of(await DiffersAsync(draft, fact, holder, keyed))]));
        }

        var news = results.Zip(keyed, (result, row) => (result, row.Fact)).Where(r => r.result.Status == RowStatus.Recorded).ToList();
        await registrar.RegisterAsync(news.Select(n => n.Fact));
        foreach (var (result, fact) in news)
            draft.Start<FactLife>(FactLife.Stream(result.Id!), fact);
        return results;
    }

    private static async Task<Violation> DiffersAsync(Draft draft, Fact fact, FactKeys.Holder holder, List<(Fact Fact, string Key, string Content)> rows)
    {
        var recorded = holder.IsNew
            ? rows.First(r => r.Key == holder.FactId).Fact
            : FactLife.Of(holder.FactId, (await draft.ReadAsync(FactLife.Stream(holder.FactId))).Select(e => e.Data))!.Fact;
        var fields = NaturalKey.ContentDiff(recorded, fact);
        return new Violation(Codes.FactDiffers, string.Join(", ", fields),
            $"Fact {holder.FactId} has this natural key and differs in {string.Join(", ", fields)}. Correct that fact instead.");
    }
}
