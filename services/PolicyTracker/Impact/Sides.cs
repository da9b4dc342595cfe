using PolicyTracker.Facts;
using PolicyTracker.Registry;
using PolicyTracker.RegistryViews;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.Impact;

/// <summary>What stands on either side of a control's cut, by what was known at the moment.</summary>
internal sealed class Sides
{
    private readonly AskedControl _control;
    private readonly ILookup<string, StandingFact> _facts;
    private readonly KnownEntries _entries;

    private Sides(AskedControl control, ILookup<string, StandingFact> facts, KnownEntries entries) => (_control, _facts, _entries) = (control, facts, entries);

    public static async Task<Sides> ReadAsync(Snapshot snapshot, AskedControl control)
    {
        var facts = await StandingFactsAsync(snapshot, control);
        return new Sides(control, facts.ToLookup(f => f.Fact.Country), await EntriesAsync(snapshot, [.. facts.Select(f => f.Fact)]));
    }

    public WholeSide Of(string target, SideOfCut side) => ImpactOf.OnSide(side, _control.Scope, [.. _facts[target]], _entries);

    /// <summary>The facts that say what holds on the channels between the targets and the issuer, the last word on each account, and the issuer's standing listings.</summary>
    private static async Task<IReadOnlyList<StandingFact>> StandingFactsAsync(Snapshot snapshot, AskedControl control)
    {
        var subjects = await Subjects.OfPairsAsync(snapshot, control.Targets, control.Issuer, [.. Channels.All, Indicator.X2, Indicator.X3]);
        var named = subjects.SelectMany(subject => Speaking(subject).Select(row => (row.Claim.Origin, row.Claim.Effective, Channel: ChannelOf(subject)))).ToList();
        var facts = await Subjects.FactsAsync(snapshot, named.Select(n => n.Origin));
        var (providers, technologies) = (await Merges.AtAsync(snapshot, RegistryKind.Provider), await Merges.AtAsync(snapshot, RegistryKind.Technology));
        return [.. named.Select(n => new StandingFact(n.Origin, facts[n.Origin].Resolved(providers, technologies), n.Channel, n.Effective)).DistinctBy(f => (f.Id, f.Channel))];
    }

    private static Indicator? ChannelOf(Subject subject) => Channels.All.Contains(subject.Indicator) ? subject.Indicator : null;

    /// <summary>The claims of a subject whose facts the impact tells.</summary>
    private static IEnumerable<ClaimRow> Speaking(Subject subject) => subject switch
    {
        { Indicator: Indicator.X3 } => subject.Kind == "account" ? [subject.Newest] : [],
        { Indicator: Indicator.X2, Kind: not "listing" } => [],
        { Winner: { Value: > 0 } winner } => subject.Rows.Where(r => Reading.Of(r.Claim) == winner),
        _ => [],
    };

    private static async Task<KnownEntries> EntriesAsync(Snapshot snapshot, IReadOnlyCollection<Fact> facts) => new(
        await OpenModelsAsync(snapshot),
        await Subjects.NamesAsync(snapshot, RegistryKind.Provider, facts.SelectMany(f => f.Ids(RegistryKind.Provider))),
        await Subjects.NamesAsync(snapshot, RegistryKind.Technology, facts.SelectMany(f => f.Ids(RegistryKind.Technology))));

    private static async Task<IReadOnlySet<string>> OpenModelsAsync(Snapshot snapshot)
    {
        var command = snapshot.Command($"""
            select coalesce({EntrySql.Survivor(snapshot, RegistryKind.Technology, "(fact -> 'registryIds' ->> 'model')")}, lower(fact ->> 'model')) from {Schema.Policy}.fact_version f
             where type = 'model_released' and fact ->> 'weights' = 'open' and status <> '{WireNames.Of(FactStatus.Retracted)}' and effective <= $1 and {snapshot.Known("f")}
            """);
        command.Parameters.AddWithValue(snapshot.Moment.AsOf);
        return (await snapshot.ReadAsync(command, row => row.GetString(0))).ToHashSet();
    }
}
