using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

public sealed class AmendMeasureSpecs
{
    private static readonly Scope WithOpenWeights = new() { Layers = [Layer.HostedClosedModels, Layer.ClosedWeights, Layer.OpenWeights] };

    [Fact]
    public void an_amendment_counts_from_its_own_day_and_earlier_days_keep_the_earlier_scope()
    {
        var measure = Given(FirstState.InForce, "2022-10-07")
            .And(Transition.Amend, Moving("2023-01-18") with { Changes = new() { Targets = ["CN", "MO"], Scope = WithOpenWeights } });

        Assert.Equal(Control, measure.On("2023-01-17")!.Definition);
        Assert.Equal(Control with { Targets = ["CN", "MO"], Scope = WithOpenWeights }, measure.On("2023-01-18")!.Definition);
        Assert.Equal(Stage.InForce, measure.On("2023-01-18")!.Stage);
    }

    [Fact]
    public void an_amendment_heard_of_late_does_not_undo_a_later_one()
    {
        var measure = Given(FirstState.InForce, "2022-10-07")
            .And(Transition.Amend, Moving("2024-04-04") with { Changes = new() { Targets = ["CN", "MO"] } })
            .And(Transition.Amend, Moving("2023-11-17") with { Changes = new() { Scope = WithOpenWeights } });

        Assert.Equal(Control with { Scope = WithOpenWeights }, measure.On("2024-04-03")!.Definition);
        Assert.Equal(Control with { Scope = WithOpenWeights, Targets = ["CN", "MO"] }, measure.On("2024-04-04")!.Definition);
    }

    [Fact]
    public void an_amendment_that_changes_nothing_we_code_is_still_part_of_the_life_line()
    {
        var measure = Given(FirstState.InForce, "2022-10-07").And(Transition.Amend, Moving("2024-04-04") with { Note = "Corrects a paragraph number." });

        Assert.Equal(2, measure.On("2024-04-04")!.Entry);
        Assert.Equal(Control, measure.On("2024-04-04")!.Definition);
    }

    [Fact]
    public void an_amendment_may_add_an_end_and_move_it() =>
        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Amend, Moving("2025-02-01") with { Expires = Date("2025-06-30") })
            .When(Transition.Amend, Moving("2025-06-01") with { Expires = Date("2025-09-30") })
            .Then(("2025-01-01", Stage.InForce), ("2025-02-01", Stage.InForce), ("2025-06-01", Stage.InForce), ("2025-10-01", Stage.Expired));

    [Fact]
    public void changes_belong_to_amendments_alone() =>
        Given(FirstState.InForce, "2025-01-01")
            .When(Transition.Suspend, Moving("2025-02-01") with { Changes = new() { Title = "Another title" } })
            .ThenRefused("field_not_allowed", "changes");

    [Fact]
    public void an_amended_scope_must_leave_something() =>
        Given(FirstState.InForce, "2025-01-01")
            .When(Transition.Amend, Moving("2025-02-01") with { Changes = new() { Scope = new() { Layers = [Layer.Compute], Excludes = [Layer.Compute] } } })
            .ThenRefused("scope_empty", "changes.scope");

    [Fact]
    public void an_issuer_cannot_become_its_own_target() =>
        Given(FirstState.InForce, "2025-01-01")
            .When(Transition.Amend, Moving("2025-02-01") with { Changes = new() { Targets = ["CN", "US"] } })
            .ThenRefused("target_is_issuer", "changes.targets");

    [Fact]
    public void only_a_suspension_under_way_has_an_end_to_move() =>
        Given(FirstState.InForce, "2025-01-01")
            .When(Transition.Amend, Moving("2025-02-01") with { Until = Date("2025-06-30") })
            .ThenRefused("measure_transition_not_allowed", "until");

    [Fact]
    public void an_end_before_the_effective_day_is_refused_whichever_of_the_two_moves() =>
        Given(Opening(FirstState.Adopted, "2025-01-01") with { Effective = Date("2025-06-01"), Expires = Date("2025-12-31") })
            .When(Transition.Amend, Moving("2025-02-01") with { Effective = Date("2026-01-01") })
            .ThenRefused("expires_not_after_effective", "expires");
}
