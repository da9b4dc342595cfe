using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

/// <summary>The table of the life cycle, written here a second time as the public documentation states it.</summary>
public sealed class LifeCycleSpecs
{
    private static readonly Dictionary<Stage, string> Documented = new()
    {
        [Stage.Reported] = "plan, propose, adopt, abandon",
        [Stage.Planned] = "propose, adopt, abandon",
        [Stage.Proposed] = "adopt, abandon",
        [Stage.Adopted] = "amend, suspend, rescind, abandon",
        [Stage.InForce] = "amend, suspend, rescind",
        [Stage.Suspended] = "resume, amend, rescind",
        [Stage.Rescinded] = "",
        [Stage.Abandoned] = "",
        [Stage.Expired] = "",
    };

    public static TheoryData<Stage, Transition, bool> EveryPair() =>
        [.. from stage in Enum.GetValues<Stage>()
            from transition in Enum.GetValues<Transition>()
            select (stage, transition, Documented[stage].Split(", ").Contains(LifeCycle.NameOf(transition)))];

    [Theory, MemberData(nameof(EveryPair))]
    public void a_transition_is_recorded_where_the_table_has_it_and_refused_elsewhere(Stage stage, Transition transition, bool allowed)
    {
        var measure = StandingAt(stage).When(transition, "2025-06-01");

        if (allowed)
        {
            measure.Then(("2025-01-01", stage), ("2025-06-01", After(stage, transition)));
            return;
        }
        var refusal = measure.ThenRefused("measure_transition_not_allowed", "transition");
        Assert.Contains($"is {LifeCycle.NameOf(stage)}.", refusal.Detail, StringComparison.Ordinal);
        Assert.Equal(Documented[stage], string.Join(", ", refusal.Allowed!));
    }

    [Theory]
    [InlineData(FirstState.Reported, Stage.Reported, typeof(MeasureReported))]
    [InlineData(FirstState.Planned, Stage.Planned, typeof(MeasurePlanned))]
    [InlineData(FirstState.Proposed, Stage.Proposed, typeof(MeasureProposed))]
    [InlineData(FirstState.Adopted, Stage.Adopted, typeof(MeasureAdopted))]
    [InlineData(FirstState.InForce, Stage.InForce, typeof(MeasureRecordedInForce))]
    [InlineData(FirstState.Suspended, Stage.Suspended, typeof(MeasureSuspended))]
    public void a_measure_may_first_be_heard_of_in_any_of_six_states(FirstState state, Stage stage, Type entry)
    {
        var measure = Given(state, "2025-01-01");

        Assert.IsType(entry, measure.Entries[0].Entry);
        Assert.Equal(Control, measure.Entries[0].Entry.Definition);
        measure.Then(("2025-01-01", stage));
    }

    private static MeasureSpec StandingAt(Stage stage) => stage switch
    {
        Stage.Reported => Given(FirstState.Reported, "2025-01-01"),
        Stage.Planned => Given(FirstState.Planned, "2025-01-01"),
        Stage.Proposed => Given(FirstState.Proposed, "2025-01-01"),
        Stage.Adopted => Given(FirstState.Adopted, "2025-01-01"),
        Stage.InForce => Given(FirstState.InForce, "2025-01-01"),
        Stage.Suspended => Given(FirstState.Suspended, "2025-01-01"),
        Stage.Rescinded => Given(FirstState.InForce, "2025-01-01").And(Transition.Rescind, "2025-02-01"),
        Stage.Abandoned => Given(FirstState.Planned, "2025-01-01").And(Transition.Abandon, "2025-02-01"),
        Stage.Expired => Given(Opening(FirstState.InForce, "2025-01-01") with { Expires = Date("2025-01-31") }),
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };

    private static Stage After(Stage before, Transition transition) => transition switch
    {
        Transition.Plan => Stage.Planned,
        Transition.Propose => Stage.Proposed,
        Transition.Adopt => Stage.Adopted,
        Transition.Suspend => Stage.Suspended,
        Transition.Resume => Stage.InForce,
        Transition.Rescind => Stage.Rescinded,
        Transition.Abandon => Stage.Abandoned,
        _ => before,
    };
}
