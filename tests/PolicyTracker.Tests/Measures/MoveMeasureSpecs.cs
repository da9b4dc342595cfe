using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

public sealed class MoveMeasureSpecs
{
    [Fact]
    public void moving_twice_changes_nothing() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .And(Transition.Adopt, "2025-03-01")
            .When(Transition.Propose, "2025-02-01")
            .ThenNothingChanges(entry: 2);

    [Fact]
    public void amending_twice_with_the_same_words_changes_nothing()
    {
        var targets = new DefinitionChanges { Targets = ["CN", "MO"] };
        var sameTargets = new DefinitionChanges { Targets = ["MO", "CN", "MO"] };

        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Amend, Moving("2025-02-01") with { Changes = targets })
            .When(Transition.Amend, Moving("2025-02-01") with { Changes = sameTargets })
            .ThenNothingChanges(entry: 2);
    }

    [Fact]
    public void a_transition_that_holds_already_from_another_source_is_not_a_second_one() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .When(Transition.Propose, Moving("2025-02-01") with { Source = Says("Another paper") })
            .ThenRefused("measure_transition_not_allowed", "transition");

    [Fact]
    public void a_derived_stage_decides_like_a_posted_one() =>
        Given(Opening(FirstState.Adopted, "2025-01-01") with { Effective = Date("2025-06-01") })
            .When(Transition.Abandon, "2025-06-01")
            .ThenRefused("measure_transition_not_allowed", "transition");

    [Fact]
    public void the_day_before_it_takes_effect_a_measure_can_still_be_abandoned() =>
        Given(Opening(FirstState.Adopted, "2025-01-01") with { Effective = Date("2025-06-01") })
            .When(Transition.Abandon, "2025-05-31")
            .Then(("2025-01-01", Stage.Adopted), ("2025-05-31", Stage.Abandoned));

    [Fact]
    public void a_late_entry_is_judged_by_the_stage_of_its_own_day() =>
        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Rescind, "2025-09-01")
            .When(Transition.Suspend, "2025-03-01")
            .Then(("2025-01-01", Stage.InForce), ("2025-03-01", Stage.Suspended), ("2025-09-01", Stage.Rescinded));

    [Fact]
    public void a_late_entry_may_not_make_a_later_one_impossible()
    {
        var refusal = Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Adopt, "2025-05-01")
            .When(Transition.Abandon, "2025-03-01")
            .ThenRefused("measure_transition_not_allowed", "occurred");

        Assert.Equal(
            "With this entry before it, entry 2 would no longer be allowed: adopt on 2025-05-01 meets a measure that is abandoned. Allowed there: nothing.",
            refusal.Detail);
    }

    [Fact]
    public void a_late_date_may_not_make_a_later_entry_impossible() =>
        Given(Opening(FirstState.Adopted, "2025-01-01") with { Effective = Date("2025-10-01") })
            .And(Transition.Abandon, "2025-08-01")
            .When(Transition.Amend, Moving("2025-03-01") with { Effective = Date("2025-06-01") })
            .ThenRefused("measure_transition_not_allowed", "occurred");

    [Fact]
    public void nothing_precedes_the_first_entry() =>
        Given(FirstState.Adopted, "2025-05-01").When(Transition.Propose, "2025-03-01").ThenRefused("measure_transition_not_allowed", "occurred");

    [Fact]
    public void a_transition_on_the_first_entry_s_day_comes_after_it() =>
        Given(FirstState.Proposed, "2025-05-01").When(Transition.Adopt, "2025-05-01").Then(("2025-05-01", Stage.Adopted));

    [Fact]
    public void what_has_not_happened_cannot_be_recorded() =>
        Given(FirstState.Planned, "2025-05-01").When(Transition.Propose, $"{Today.AddDays(1):O}").ThenRefused("date_in_future", "occurred");

    [Fact]
    public void what_happened_today_can() =>
        Given(FirstState.Planned, "2025-05-01").When(Transition.Propose, $"{Today:O}").Then(("2025-05-01", Stage.Planned), ($"{Today:O}", Stage.Proposed));

    [Theory]
    [InlineData(Transition.Propose, "effective")]
    [InlineData(Transition.Suspend, "effective")]
    [InlineData(Transition.Suspend, "expires")]
    [InlineData(Transition.Rescind, "expires")]
    [InlineData(Transition.Adopt, "until")]
    [InlineData(Transition.Resume, "until")]
    public void a_date_that_the_transition_does_not_take_is_refused(Transition transition, string field)
    {
        var move = Moving("2025-06-01");
        var dated = field switch
        {
            "effective" => move with { Effective = Date("2027-01-01") },
            "expires" => move with { Expires = Date("2027-01-01") },
            _ => move with { Until = Date("2027-01-01") },
        };

        Given(FirstState.Planned, "2025-01-01").When(transition, dated).ThenRefused("field_not_allowed", field);
    }

    [Fact]
    public void a_suspension_ends_after_it_began() =>
        Given(FirstState.InForce, "2025-01-01")
            .When(Transition.Suspend, Moving("2025-06-01") with { Until = Date("2025-06-01") })
            .ThenRefused("until_not_after_start", "until");

    [Fact]
    public void a_measure_expires_after_it_takes_effect() =>
        Given(FirstState.Proposed, "2025-01-01")
            .When(Transition.Adopt, Moving("2025-06-01") with { Effective = Date("2025-07-01"), Expires = Date("2025-07-01") })
            .ThenRefused("expires_not_after_effective", "expires");
}
