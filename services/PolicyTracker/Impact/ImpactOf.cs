using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Measures;
using PolicyTracker.Reliance;

namespace PolicyTracker.Impact;

/// <summary>A fact that stands, and the channel that it speaks of; none for an account or a listing.</summary>
internal sealed record StandingFact(string Id, Fact Fact, Indicator? Channel, DateOnly Effective);

/// <summary>What is known of the entries of the registry that facts name.</summary>
/// <param name="OpenModels">The models whose weights are open, by the registry's id or the normalised name.</param>
/// <param name="Providers">The names of providers, by id.</param>
/// <param name="Technologies">The names of technologies, by id.</param>
internal sealed record KnownEntries(IReadOnlySet<string> OpenModels, IReadOnlyDictionary<string, string> Providers, IReadOnlyDictionary<string, string> Technologies);

/// <summary>The whole lists of one side of the cut.</summary>
internal sealed record WholeSide(
    IReadOnlyList<EntryImpact> Technologies, IReadOnlyList<EntryImpact> Providers, IReadOnlyList<AccountImpact> Accounts, IReadOnlyList<FactImpact> Facts);

/// <summary>Finds what a control would cut: section 4 of the method, its last paragraph.</summary>
internal static class ImpactOf
{
    /// <param name="pair">The conclusion on the target and the issuer, its numbers exact.</param>
    public static TargetImpact Control(MethodDefinition method, PairConclusion pair, Scope scope, Side cut, Side left)
    {
        var channels = Channels.All.Select(id => Channel(method, pair.Of(id), scope)).ToList();
        var coded = channels.Where(c => c.Fate != ChannelFate.Unknown).ToList();
        var (all, covered) = (coded.Sum(c => c.Score!.Value), coded.Where(c => c.Covered).Sum(c => c.Score!.Value));
        return new TargetImpact(
            pair.Dependent,
            all == 0 ? null : Arithmetic.Rounded(100 * covered / all),
            all > 0 ? null : coded.Count == 0 ? "No channel of reliance is coded." : "The coded channels show no reliance.",
            [.. channels.Select(c => c with { Score = c.Score is { } score ? Arithmetic.Rounded(score) : null })],
            [.. channels.Where(c => c.Fate == ChannelFate.Unknown).Select(c => c.Id)],
            cut,
            left);
    }

    /// <summary>All that stands on one side of the cut.</summary>
    /// <param name="facts">The facts on which the pair's reliance rests, its accounts, and the issuer's listings.</param>
    public static WholeSide OnSide(SideOfCut side, Scope scope, IReadOnlyCollection<StandingFact> facts, KnownEntries entries)
    {
        var listed = facts.Select(f => f.Fact).OfType<EntityListed>().Select(l => Codebook.Normalised(l.Entity)).ToHashSet();
        var here = facts.Select(f => (Standing: f, Fate: FateOf(f, scope, entries.OpenModels, listed))).Where(f => f.Fate.Cut == (side == SideOfCut.Cut))
            .OrderByDescending(f => f.Standing.Effective).ThenBy(f => f.Standing.Id, StringComparer.Ordinal).ToList();
        var ofChannels = here.Where(f => f.Standing.Channel is not null).Select(f => f.Standing.Fact).ToList();
        return new WholeSide(
            [.. Entries(ofChannels, Technology, entries.Technologies)],
            [.. Entries(ofChannels, Provider, entries.Providers)],
            [.. here.Select(f => Account(f.Standing)).OfType<AccountImpact>()],
            [.. here.Select(f => new FactImpact(f.Standing.Id, FactTypes.NameOf(f.Standing.Fact), f.Standing.Channel, f.Standing.Effective, f.Fate.Why))]);
    }

    private static ChannelImpact Channel(MethodDefinition method, IndicatorConclusion indicator, Scope scope)
    {
        var covered = Channels.Covers(scope, indicator.Id);
        var fate = indicator.Score is null ? ChannelFate.Unknown : covered ? ChannelFate.AtRisk : ChannelFate.Untouched;
        return new ChannelImpact(indicator.Id, method.Of(indicator.Id).Title, fate, covered, indicator.Value, indicator.Score);
    }

    private static (bool Cut, string? Why) FateOf(StandingFact standing, Scope scope, IReadOnlySet<string> openModels, HashSet<string> listed) => standing switch
    {
        _ when scope.Covers(Layer.Entities) && Organisations(standing.Fact).Any(o => listed.Contains(Codebook.Normalised(o))) => (true, "It names a listed entity."),
        { Fact: EntityListed } => (false, null),
        { Fact: DerivationReported { Relation: DerivationRelation.Distilled } built } when Channels.CoversClosedModels(scope) && !openModels.Contains(IdOf(built, "baseModel", built.BaseModel)) =>
            (true, "A distillation of a closed model needs access to it."),
        { Channel: { } channel } => (Channels.Covers(scope, channel), null),
        { Fact: AccountSuspended } => (false, "The account is closed already."),
        _ => (Channels.CoversClosedModels(scope), null),
    };

    /// <summary>The registry's id of the name in a field, or the normalised name when the fact carries none.</summary>
    private static string IdOf(Fact fact, string field, string name) => fact.RegistryIds.GetValueOrDefault(field) ?? Codebook.Normalised(name);

    /// <summary>The entries that a field of each fact names, in the order of their ids.</summary>
    private static IEnumerable<EntryImpact> Entries(IEnumerable<Fact> facts, Func<Fact, (string Field, string? Name)> named, IReadOnlyDictionary<string, string> names) =>
        from fact in facts
        let field = named(fact)
        where field.Name is not null
        group field.Name by IdOf(fact, field.Field, field.Name!) into entry
        orderby entry.Key
        select new EntryImpact(entry.Key, names.GetValueOrDefault(entry.Key, entry.First()));

    private static AccountImpact? Account(StandingFact standing) => standing.Fact switch
    {
        AccountSuspended account => new AccountImpact(IdOf(account, "provider", account.Provider), account.Holder, true, standing.Id),
        AccountReinstated account => new AccountImpact(IdOf(account, "provider", account.Provider), account.Holder, false, standing.Id),
        _ => null,
    };

    /// <summary>The supplier's technology that a fact names, and the field in which it does.</summary>
    private static (string Field, string? Name) Technology(Fact fact) => fact switch
    {
        ServiceOffered f => ("service", f.Service),
        IntegrationReported f => ("technology", f.Technology),
        DerivationReported f => ("baseModel", f.BaseModel),
        RelianceAssessed f => ("baseModel", f.BaseModel),
        ComputeAccessReported f => ("product", f.Product),
        _ => ("", null),
    };

    /// <summary>The supplier's provider that a fact names, and the field in which it does.</summary>
    private static (string Field, string? Name) Provider(Fact fact) => fact switch
    {
        ServiceOffered f => ("provider", f.Provider),
        IntegrationReported f => ("provider", f.Provider),
        UnofficialAccessReported f => ("provider", f.Provider),
        ComputeAccessReported f => ("provider", f.Provider),
        DerivationReported f => ("baseProvider", f.BaseProvider),
        RelianceAssessed f => ("baseProvider", f.BaseProvider),
        _ => ("", null),
    };

    /// <summary>The organisations on the target's side that a fact names.</summary>
    private static IEnumerable<string> Organisations(Fact fact) => fact switch
    {
        EntityListed f => [f.Entity],
        AccountSuspended f => [f.Holder],
        AccountReinstated f => [f.Holder],
        DerivationReported f => [f.Developer],
        ServiceOffered { Via: { } via } => [via],
        _ => [],
    };
}
