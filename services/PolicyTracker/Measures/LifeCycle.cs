using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace PolicyTracker.Measures;

/// <summary>What an entry in a measure's life line does. Each has one event, and each but the openings one route.</summary>
public enum Transition { Report, Plan, Propose, Adopt, RecordInForce, Amend, Suspend, Resume, Rescind, Abandon }

/// <summary>The life cycle of every measure: which transitions may be posted when.</summary>
public static class LifeCycle
{
    /// <summary>What a first entry may be.</summary>
    public static readonly ImmutableArray<Transition> Openings =
        [Transition.Report, Transition.Plan, Transition.Propose, Transition.Adopt, Transition.RecordInForce, Transition.Suspend];

    /// <summary>From each stage, what may follow. Adopted means adopted and not yet in effect; in force and expired follow from dates.</summary>
    public static readonly FrozenDictionary<Stage, ImmutableArray<Transition>> Table = new Dictionary<Stage, ImmutableArray<Transition>>
    {
        [Stage.Reported] = [Transition.Plan, Transition.Propose, Transition.Adopt, Transition.Abandon],
        [Stage.Planned] = [Transition.Propose, Transition.Adopt, Transition.Abandon],
        [Stage.Proposed] = [Transition.Adopt, Transition.Abandon],
        [Stage.Adopted] = [Transition.Amend, Transition.Suspend, Transition.Rescind, Transition.Abandon],
        [Stage.InForce] = [Transition.Amend, Transition.Suspend, Transition.Rescind],
        [Stage.Suspended] = [Transition.Resume, Transition.Amend, Transition.Rescind],
        [Stage.Rescinded] = [],
        [Stage.Abandoned] = [],
        [Stage.Expired] = [],
    }.ToFrozenDictionary();

    /// <summary>The name of a stage or a transition in JSON and in routes.</summary>
    public static string NameOf<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
