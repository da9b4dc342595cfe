using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Measures;
using PolicyTracker.Reliance;

namespace PolicyTracker.Impact;

/// <summary>A fact that stands, and the channel that it speaks of; none for an account or a listing.</summary>
internal sealed record StandingFact(string Id, Fact Fact, Indicator? Channel, DateOnly Effective);

/// <summary>Finds what a control would cut: section 4 of the method, its last paragraph.</summary>
internal static class ImpactOf
{
    private const int Shown = 20;

    /// <param name="pair">The conclusion on the target and the issuer, its numbers exact.</param>
    /// <param name="facts">The facts on which the pair's reliance rests, its accounts, and the issuer's listings.</param>
    /// <param name="openModels">The models whose weights are open, by the registry's id or the normalised name.</param>
    public static TargetImpact Control(MethodDefinition method, PairConclusion pair, Scope scope, IReadOnlyCollection<StandingFact> facts, IReadOnlySet<string> openModels)
    {
        var channels = Channels.All.Select(id => Channel(method, pair.Of(id), scope)).ToList();
        var coded = channels.Where(c => c.Fate != ChannelFate.Unknown).ToList();
        var (all, covered) = (coded.Sum(c => c.Score!.Value), coded.Where(c => c.Covered).Sum(c => c.Score!.Value));
        var listed = facts.Select(f => f.Fact).OfType<EntityListed>().Select(l => Codebook.Normalised(l.Entity)).ToHashSet();
        var fates = facts.Select(f => (Standing: f, Fate: FateOf(f, scope, openModels, listed))).OrderByDescending(f => f.Standing.Effective).ThenBy(f => f.Standing.Id, StringComparer.Ordinal).ToList();
        return new TargetImpact(
            pair.Dependent,
            all == 0 ? null : Arithmetic.Rounded(100 * covered / all),
            all > 0 ? null : coded.Count == 0 ? "No channel of reliance is coded." : "The coded channels show no reliance.",
            [.. channels.Select(c => c with { Score = c.Score is { } score ? Arithmetic.Rounded(score) : null })],
            [.. channels.Where(c => c.Fate == ChannelFate.Unknown).Select(c => c.Id)],
            SideOf([.. fates.Where(f => f.Fate.Cut)]),
            SideOf([.. fates.Where(f => !f.Fate.Cut)]));
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
        { Fact: DerivationReported { Relation: DerivationRelation.Distilled } built } when Channels.CoversClosedModels(scope) && !openModels.Contains(ModelOf(built)) =>
            (true, "A distillation of a closed model needs access to it."),
        { Channel: { } channel } => (Channels.Covers(scope, channel), null),
        { Fact: AccountSuspended } => (false, "The account is closed already."),
        _ => (Channels.CoversClosedModels(scope), null),
    };

    private static string ModelOf(DerivationReported built) => built.RegistryIds.GetValueOrDefault("baseModel") ?? Codebook.Normalised(built.BaseModel);

    private static Side SideOf(IReadOnlyList<(StandingFact Standing, (bool Cut, string? Why) Fate)> facts)
    {
        var ofChannels = facts.Where(f => f.Standing.Channel is not null).Select(f => f.Standing.Fact).ToList();
        return new Side(
            Some(ofChannels.Select(Technology).OfType<string>().Distinct().Order(StringComparer.Ordinal)),
            Some(ofChannels.Select(Provider).OfType<string>().Distinct().Order(StringComparer.Ordinal)),
            Some(facts.Select(f => Account(f.Standing)).OfType<AccountImpact>()),
            Some(facts.Select(f => new FactImpact(f.Standing.Id, FactTypes.NameOf(f.Standing.Fact), f.Standing.Channel, f.Standing.Effective, f.Fate.Why))));
    }

    private static Some<T> Some<T>(IEnumerable<T> items)
    {
        var all = items.ToList();
        return new Some<T>([.. all.Take(Shown)], all.Count);
    }

    private static AccountImpact? Account(StandingFact standing) => standing.Fact switch
    {
        AccountSuspended account => new AccountImpact(account.Provider, account.Holder, true, standing.Id),
        AccountReinstated account => new AccountImpact(account.Provider, account.Holder, false, standing.Id),
        _ => null,
    };

    private static string? Technology(Fact fact) => fact switch
    {
        ServiceOffered f => f.Service,
        IntegrationReported f => f.Technology,
        DerivationReported f => f.BaseModel,
        RelianceAssessed f => f.BaseModel,
        ComputeAccessReported f => f.Product,
        _ => null,
    };

    private static string? Provider(Fact fact) => fact switch
    {
        ServiceOffered f => f.Provider,
        IntegrationReported f => f.Provider,
        UnofficialAccessReported f => f.Provider,
        ComputeAccessReported f => f.Provider,
        DerivationReported f => f.BaseProvider,
        RelianceAssessed f => f.BaseProvider,
        _ => null,
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
