using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

/// <summary>What follows from dates, and from entries that are heard of late.</summary>
public sealed class MeasureLifeSpecs
{
    [Fact]
    public void an_adopted_measure_is_in_force_from_its_effective_day() =>
        Given(Opening(FirstState.Adopted, "2025-05-13") with { Effective = Date("2025-07-01") })
            .Then(("2025-05-13", Stage.Adopted), ("2025-07-01", Stage.InForce));

    [Fact]
    public void adopted_with_an_effective_day_that_has_come_is_in_force_at_once() =>
        Given(FirstState.Proposed, "2022-09-01")
            .When(Transition.Adopt, Moving("2022-10-13") with { Effective = Date("2022-10-07") })
            .Then(("2022-09-01", Stage.Proposed), ("2022-10-13", Stage.InForce));

    [Fact]
    public void adopted_without_an_effective_date_is_not_in_force_until_an_amendment_gives_one() =>
        Given(FirstState.Adopted, "2025-05-13")
            .When(Transition.Amend, Moving("2025-08-01") with { Effective = Date("2025-09-01") })
            .Then(("2025-05-13", Stage.Adopted), ("2025-08-01", Stage.Adopted), ("2025-09-01", Stage.InForce));

    [Fact]
    public void a_measure_applies_on_its_last_day_and_is_expired_on_the_next() =>
        Given(Opening(FirstState.Adopted, "2025-01-10") with { Effective = Date("2025-02-01"), Expires = Date("2025-12-31") })
            .Then(("2025-01-10", Stage.Adopted), ("2025-02-01", Stage.InForce), ("2026-01-01", Stage.Expired));

    [Fact]
    public void a_measure_that_expires_on_the_last_day_of_the_calendar_never_does() =>
        Given(Opening(FirstState.InForce, "2025-01-10") with { Expires = Date("9999-12-31") }).Then(("2025-01-10", Stage.InForce));

    [Fact]
    public void a_suspension_for_a_year_ends_with_its_last_day() =>
        Given(FirstState.InForce, "2025-09-29")
            .When(Transition.Suspend, Moving("2025-11-10") with { Until = Date("2026-11-09") })
            .Then(("2025-09-29", Stage.InForce), ("2025-11-10", Stage.Suspended), ("2026-11-10", Stage.InForce));

    [Fact]
    public void a_suspension_may_be_prolonged_and_cut_short() =>
        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Suspend, Moving("2025-02-01") with { Until = Date("2025-04-30") })
            .And(Transition.Amend, Moving("2025-04-01") with { Until = Date("2025-12-31") })
            .When(Transition.Resume, "2025-10-01")
            .Then(("2025-01-01", Stage.InForce), ("2025-02-01", Stage.Suspended), ("2025-04-01", Stage.Suspended), ("2025-10-01", Stage.InForce));

    [Fact]
    public void a_second_suspension_does_not_end_on_the_first_one_s_day() =>
        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Suspend, Moving("2025-02-01") with { Until = Date("2025-04-30") })
            .When(Transition.Suspend, "2025-06-01")
            .Then(("2025-01-01", Stage.InForce), ("2025-02-01", Stage.Suspended), ("2025-05-01", Stage.InForce), ("2025-06-01", Stage.Suspended));

    [Fact]
    public void suspended_and_resumed_before_its_effective_day_a_measure_is_adopted_again() =>
        Given(Opening(FirstState.Adopted, "2025-01-01") with { Effective = Date("2025-06-01") })
            .And(Transition.Suspend, "2025-02-01")
            .When(Transition.Resume, "2025-03-01")
            .Then(("2025-01-01", Stage.Adopted), ("2025-02-01", Stage.Suspended), ("2025-03-01", Stage.Adopted), ("2025-06-01", Stage.InForce));

    [Fact]
    public void a_suspended_measure_stays_suspended_on_its_effective_day() =>
        Given(Opening(FirstState.Adopted, "2025-01-01") with { Effective = Date("2025-06-01") })
            .When(Transition.Suspend, Moving("2025-02-01") with { Until = Date("2025-08-31") })
            .Then(("2025-01-01", Stage.Adopted), ("2025-02-01", Stage.Suspended), ("2025-09-01", Stage.InForce));

    [Fact]
    public void a_measure_expires_while_it_is_suspended() =>
        Given(Opening(FirstState.InForce, "2025-01-01") with { Expires = Date("2025-06-30") })
            .When(Transition.Suspend, Moving("2025-03-01") with { Until = Date("2025-12-31") })
            .Then(("2025-01-01", Stage.InForce), ("2025-03-01", Stage.Suspended), ("2025-07-01", Stage.Expired));

    [Fact]
    public void an_effective_day_that_is_put_off_takes_a_measure_in_force_back_to_adopted() =>
        Given(Opening(FirstState.Adopted, "2021-10-21") with { Effective = Date("2022-01-19") })
            .When(Transition.Amend, Moving("2022-02-01") with { Effective = Date("2022-03-07") })
            .Then(("2021-10-21", Stage.Adopted), ("2022-01-19", Stage.InForce), ("2022-02-01", Stage.Adopted), ("2022-03-07", Stage.InForce));

    [Fact]
    public void an_entry_never_counts_later_than_its_source_was_published() =>
        Given(Opening(FirstState.Planned, "2024-05-31") with { Source = Says() with { PublishedOn = Day("2024-05-09") } }).Then(("2024-05-09", Stage.Planned));

    [Fact]
    public void entries_of_one_day_apply_in_record_order_and_leave_one_state() =>
        Given(FirstState.Proposed, "2025-03-01")
            .And(Transition.Adopt, Moving("2025-03-01") with { Effective = Date("2025-03-01") })
            .When(Transition.Suspend, "2025-03-01")
            .Then(("2025-03-01", Stage.Suspended));

    [Fact]
    public void an_entry_heard_of_late_takes_the_place_that_it_would_have_had() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Adopt, Moving("2025-05-01") with { Effective = Date("2025-07-01") })
            .When(Transition.Propose, "2025-03-01")
            .Then(("2025-01-01", Stage.Planned), ("2025-03-01", Stage.Proposed), ("2025-05-01", Stage.Adopted), ("2025-07-01", Stage.InForce));

    [Fact]
    public void before_its_first_entry_a_measure_has_no_state()
    {
        var measure = Given(FirstState.Planned, "2025-01-02");

        Assert.Null(measure.On("2025-01-01"));
        Assert.Equal(Stage.Planned, measure.On("2025-01-02")!.Stage);
    }

    [Fact]
    public void a_state_names_the_entry_that_it_follows_from_and_how_that_is_known()
    {
        var measure = Given(Opening(FirstState.Planned, "2025-01-01") with { Tier = Tier.C, Source = Says("A blog") })
            .And(Transition.Adopt, Moving("2025-02-01") with { Effective = Date("2025-03-01"), Reviewed = true });

        Assert.Equal(
            [
                new(Day("2025-01-01"), Stage.Planned, Control, 1, Tier.C, Reviewed: false, "A blog"),
                new(Day("2025-02-01"), Stage.Adopted, Control, 2, Tier.A, Reviewed: true, "Federal Register") { Dates = new(Day("2025-03-01"), null, null) },
                new(Day("2025-03-01"), Stage.InForce, Control, 2, Tier.A, Reviewed: true, "Federal Register") { Dates = new(Day("2025-03-01"), null, null) },
            ],
            measure.Life());
    }

    [Fact]
    public void each_state_keeps_the_dates_that_held_then()
    {
        var measure = Given(Opening(FirstState.Adopted, "2025-01-01") with { Effective = Date("2025-03-01") })
            .And(Transition.Amend, Moving("2025-02-01") with { Effective = Date("2025-06"), Expires = Date("2026-12-31") })
            .And(Transition.Suspend, Moving("2025-09-01") with { Until = Date("2025-10-31") });

        Assert.Equal(new MeasureDates(Day("2025-03-01"), null, null), measure.On("2025-01-31")!.Dates);
        Assert.Equal(new MeasureDates(Day("2025-06-30"), Day("2026-12-31"), null), measure.On("2025-08-31")!.Dates);
        Assert.Equal(new MeasureDates(Day("2025-06-30"), Day("2026-12-31"), Day("2025-10-31")), measure.On("2025-10-31")!.Dates);
        Assert.Equal(new MeasureDates(Day("2025-06-30"), Day("2026-12-31"), null), measure.On("2025-11-01")!.Dates);
    }
}
