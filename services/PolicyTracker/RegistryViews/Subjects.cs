using System.Text.Json;
using PolicyTracker.Facts;
using PolicyTracker.Registry;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.RegistryViews;

/// <summary>One subject of the method in one country, and how it stands: what a provider offers there, or the account of a holder.</summary>
/// <param name="Parts">What it is about: its kind, then the registry's ids and names.</param>
/// <param name="Standing">Null when all that was said of it has ended.</param>
internal sealed record Subject(string Country, IReadOnlyList<string> Parts, Standing? Standing, IReadOnlyList<ClaimRow> Rows)
{
    public Indicator Indicator => Rows[0].Claim.Indicator;
    public string Kind => Parts[0];
    /// <summary>What it is about, in one: within its indicator no other is called so.</summary>
    public string Name => string.Join(Subjects.Between, Parts);
    /// <summary>What holds; null when nothing does.</summary>
    public Reading? Winner => Standing?.State.Winner;
    public bool Contested => Standing?.State.Contested ?? false;

    /// <summary>The newest of the claims that it rests on, or of those that ended it.</summary>
    public ClaimRow Newest => Rows.Where(r => Winner is null ? r.Claim.Kind is ClaimKind.End or ClaimKind.EndOfEarlier : Reading.Of(r.Claim) == Winner).MaxBy(r => (r.Claim.Effective, r.Told, r.Claim.Origin))!;
}

/// <summary>Resolves subjects at a snapshot's moment, by the rules that the country view goes by.</summary>
internal static class Subjects
{
    public const string Between = " > ";

    /// <summary>The subjects of some indicators of which the facts speak that name one of these entries.</summary>
    /// <param name="ids">Every id that stands for them.</param>
    public static Task<IReadOnlyList<Subject>> NamingAsync(Snapshot snapshot, IReadOnlyList<string> ids, params string[] indicators) => ReadAsync(snapshot, Effective(snapshot)
        .On("c.indicator = any(?)", indicators)
        .On($"c.origin in (select f.fact_id from {Schema.Policy}.fact_version f where {snapshot.Known("f")} and f.ids && ?)", ids.ToArray()));

    /// <summary>The subjects of some indicators that are of a provider. Facts also name it as a partner or as the maker of a base model; those subjects are of others.</summary>
    public static async Task<IReadOnlyList<Subject>> OfProviderAsync(Snapshot snapshot, FoundEntry<ProviderEntry> provider, params string[] indicators) =>
        [.. (await NamingAsync(snapshot, provider.Ids, indicators)).Where(s => s.Parts[1] == provider.Id)];

    /// <summary>The accounts of which anything is said.</summary>
    /// <param name="provider">The id of a provider that stands for itself.</param>
    public static Task<IReadOnlyList<Subject>> AccountsAsync(Snapshot snapshot, string? country, string? provider) => ReadAsync(snapshot, Effective(snapshot)
        .On("c.indicator = ?", nameof(Indicator.X3))
        .On("c.dependent = ?", country)
        .On("starts_with(c.subject, ?)", provider is null ? $"account{Between}" : $"account{Between}{provider}{Between}"));

    /// <summary>One account; null when nothing is said of it.</summary>
    /// <param name="provider">The id of a provider that stands for itself.</param>
    /// <param name="holder">The holder's name, in whatever case and spacing.</param>
    public static async Task<Subject?> AccountAsync(Snapshot snapshot, string country, string provider, string holder) => (await ReadAsync(snapshot, Effective(snapshot)
        .On("c.indicator = ?", nameof(Indicator.X3))
        .On("c.dependent = ?", country)
        .On("c.subject = ?", string.Join(Between, "account", provider, Codebook.Normalised(holder))))).SingleOrDefault();

    /// <summary>The facts that subjects rest on.</summary>
    public static async Task<IReadOnlyDictionary<string, Fact>> FactsAsync(Snapshot snapshot, IEnumerable<string> ids)
    {
        var command = snapshot.Command($"select fact_id, fact from {Schema.Policy}.fact_version f where fact_id = any($1) and {snapshot.Known("f")}");
        command.Parameters.AddWithValue(ids.Distinct().ToArray());
        return (await snapshot.ReadAsync(command, row => (Id: row.GetString(0), Fact: JsonSerializer.Deserialize<Fact>(row.GetString(1), Json.Options)!))).ToDictionary(f => f.Id, f => f.Fact);
    }

    /// <summary>The names of entries.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> NamesAsync(Snapshot snapshot, RegistryKind kind, IEnumerable<string> ids)
    {
        var command = snapshot.Command($"select e.{EntrySql.Key(kind)}, e.name from {Schema.Policy}.{EntrySql.Table(kind)} e where e.{EntrySql.Key(kind)} = any($1) and {snapshot.Known("e")}");
        command.Parameters.AddWithValue(ids.Distinct().ToArray());
        return (await snapshot.ReadAsync(command, row => (Id: row.GetString(0), Name: row.GetString(1)))).ToDictionary(n => n.Id, n => n.Name);
    }

    /// <summary>The subjects of some indicators on which countries rely on a supplier, or on every one.</summary>
    public static Task<IReadOnlyList<Subject>> OfPairsAsync(Snapshot snapshot, IReadOnlyCollection<string> dependents, string supplier, params IEnumerable<Indicator> indicators) =>
        ReadAsync(snapshot, Effective(snapshot)
            .On("c.dependent = any(?)", dependents.ToArray())
            .On("c.supplier = any(?)", new[] { supplier, Claim.EveryPair })
            .On("c.indicator = any(?)", indicators.Select(i => i.ToString()).ToArray()));

    private static Conditions Effective(Snapshot snapshot) => new Conditions(snapshot.Known("c")).On("c.effective <= ?", snapshot.Moment.AsOf);

    private static async Task<IReadOnlyList<Subject>> ReadAsync(Snapshot snapshot, Conditions conditions)
    {
        var columns = string.Join(", ", ClaimRow.Columns.Split(", ").Select(column => $"c.{column}"));
        var rows = await snapshot.ReadAsync(conditions.Command(snapshot, $"select {columns} from {Schema.Policy}.claim c where {{conditions}}"), ClaimRow.Read);
        return [.. rows.GroupBy(r => r.Key).Select(g => new Subject(g.Key.Dependent, g.Key.Subject.Split(Between), Standing.Of([.. g], snapshot.Moment.AsOf), [.. g]))];
    }
}
