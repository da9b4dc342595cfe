using System.Text.Json.Serialization;
using PolicyTracker.Measures;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Impact;

/// <summary>What a control would cut and what it would leave.</summary>
/// <param name="Measure">The measure; left out for a control that does not exist yet.</param>
/// <param name="AsOf">The day for which it is told: the day from which the control applies where that lies ahead and no other is asked for.</param>
public sealed record ImpactView(
    string? Measure, string Issuer, Scope Scope, DateOnly AsOf, AsOfBecause AsOfBecause, RecordPoint KnownAt, string Method, IReadOnlyList<TargetImpact> Targets);

/// <summary>Why the impact is told for its day.</summary>
public enum AsOfBecause
{
    /// <summary>The request, or today, says so, and the control does not begin to apply on it.</summary>
    Asked,
    /// <summary>The control applies from this day on, whoever asked for it.</summary>
    Effective,
}

/// <summary>What a control would do to one country.</summary>
/// <param name="AtRisk">The share of the coded reliance that it covers, in percent; null when there is none.</param>
/// <param name="Reason">Why there is no share, in words.</param>
/// <param name="Unknown">The channels of which nothing is known: the share says nothing of them.</param>
public sealed record TargetImpact(
    string Target,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? AtRisk,
    string? Reason,
    IReadOnlyList<ChannelImpact> Channels,
    IReadOnlyList<Indicator> Unknown,
    Side Cut,
    Side Left);

/// <summary>One channel of reliance.</summary>
/// <param name="Covered">Whether the scope reaches it.</param>
/// <param name="Code">The indicator's code; null when nothing codes it.</param>
public sealed record ChannelImpact(
    Indicator Id, string Title, ChannelFate Fate, bool Covered,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Score);

/// <summary>What would become of a channel.</summary>
public enum ChannelFate
{
    /// <summary>Coded and covered.</summary>
    AtRisk,
    /// <summary>Coded and not covered.</summary>
    Untouched,
    /// <summary>Not coded.</summary>
    Unknown,
}

/// <summary>What stands on one side of the cut.</summary>
/// <param name="Technologies">The technologies that the facts name, each once, whatever the names that the facts give it.</param>
/// <param name="Providers">The providers that the facts name, each once.</param>
/// <remarks>What <c>more</c> of a list names is read; for a control that does not exist yet, the same body is posted to it.</remarks>
public sealed record Side(ItemList<EntryImpact> Technologies, ItemList<EntryImpact> Providers, ItemList<AccountImpact> Accounts, ItemList<FactImpact> Facts);

/// <summary>The sides of a cut.</summary>
public enum SideOfCut { Cut, Left }

/// <summary>A technology or a provider.</summary>
/// <param name="Id">The registry's id, at the end of its merges.</param>
/// <param name="Name">The registry's name for it.</param>
public sealed record EntryImpact(string Id, string Name);

/// <summary>An account of a holder in the country.</summary>
/// <param name="Provider">The provider's id.</param>
/// <param name="Suspended">Whether its provider has closed it already.</param>
/// <param name="Fact">The newest report that says so.</param>
public sealed record AccountImpact(string Provider, string Holder, bool Suspended, string Fact);

/// <summary>A fact on which the reliance rests.</summary>
/// <param name="Why">Why it is on its side, where its channel alone does not say so.</param>
public sealed record FactImpact(string Fact, string Type, Indicator? Channel, DateOnly Effective, string? Why);
