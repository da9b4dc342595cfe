using PolicyTracker.Facts.Types;
using PolicyTracker.Registry;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;

namespace PolicyTracker.RegistryViews;

/// <summary>One model is built on another.</summary>
/// <param name="Relations">How, as the reports say; several where they differ.</param>
/// <param name="Since">The day of the newest report.</param>
/// <param name="Contested">Whether it is denied, or a report disputed.</param>
/// <param name="Facts">The facts that report it, the newest first.</param>
/// <param name="Denials">The facts that deny it.</param>
public sealed record Derivation(
    string Model, string BaseModel, IReadOnlyList<DerivationRelation> Relations, DateOnly Since, bool Contested, IReadOnlyList<string> Facts, IReadOnlyList<string> Denials);

/// <summary>What stands of the derivations of models, whichever country a report is about.</summary>
internal static class Derivations
{
    /// <summary>The derivations that have one of these models at either end.</summary>
    /// <param name="models">Ids that stand for themselves.</param>
    public static async Task<IReadOnlyList<Derivation>> OfAsync(Snapshot snapshot, IReadOnlyCollection<string> models)
    {
        var subjects = (await Subjects.NamingAsync(snapshot, await MembersAsync(snapshot, models), nameof(Indicator.R3))).Where(s => s.Kind == "derivation")
            .GroupBy(s => (Model: s.Parts[1], Base: s.Parts[2])).Where(g => models.Contains(g.Key.Model) || models.Contains(g.Key.Base)).ToList();
        var facts = await Subjects.FactsAsync(snapshot, subjects.SelectMany(g => g).SelectMany(s => s.Rows).Select(r => r.Claim.Origin));
        var derivations =
            from pair in subjects
            let rows = pair.SelectMany(s => s.Rows).OrderByDescending(r => r.Claim.Effective).ThenByDescending(r => r.Told).ToList()
            let state = SubjectState.Resolve(rows.Select(r => r.Claim), snapshot.Moment.AsOf)
            where state?.Winner is not null
            let reports = rows.Where(r => r.Claim.Kind == ClaimKind.Derivation).ToList()
            select new Derivation(
                pair.Key.Model, pair.Key.Base, [.. reports.Select(r => ((DerivationReported)facts[r.Claim.Origin]).Relation).Distinct().Order()],
                reports[0].Claim.Effective, state.Contested, [.. reports.Select(r => r.Claim.Origin)], [.. rows.Except(reports).Select(r => r.Claim.Origin)]);
        return [.. derivations.OrderBy(d => d.Model, StringComparer.Ordinal).ThenBy(d => d.BaseModel, StringComparer.Ordinal)];
    }

    private static async Task<IReadOnlyList<string>> MembersAsync(Snapshot snapshot, IReadOnlyCollection<string> models)
    {
        var command = snapshot.Command($"select {EntrySql.Members(snapshot, RegistryKind.Technology, "$1")}");
        command.Parameters.AddWithValue(models.ToArray());
        return (await snapshot.ReadAsync(command, row => row.GetFieldValue<string[]>(0)))[0];
    }
}

/// <summary>A model in a lineage.</summary>
/// <param name="Provider">The id of its provider; left out when unknown.</param>
/// <param name="Country">Its provider's home; left out when unknown.</param>
public sealed record LineageModel(string Id, string Name, string? Provider, string? Country)
{
    internal static async Task<IReadOnlyDictionary<string, LineageModel>> ReadAsync(Snapshot snapshot, IEnumerable<string> ids)
    {
        var command = snapshot.Command($"""
            select t.technology_id, t.name, p.provider_id, p.home from {Schema.Policy}.technology_version t
              left join {Schema.Policy}.provider_version p on p.provider_id = {EntrySql.Survivor(snapshot, RegistryKind.Provider, "t.provider")} and {snapshot.Known("p")}
             where t.technology_id = any($1) and {snapshot.Known("t")}
            """);
        command.Parameters.AddWithValue(ids.Distinct().ToArray());
        return (await snapshot.ReadAsync(command, row => new LineageModel(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3))))
            .ToDictionary(m => m.Id);
    }
}
