using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

/// <summary>Our record of an entry is put right, taken back, put back.</summary>
public sealed class MendEntrySpecs
{
    [Fact]
    public void a_corrected_day_moves_the_entry_and_keeps_its_number()
    {
        var measure = Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .AndCorrected(2, Correcting("2025-03-01"));

        measure.Then(("2025-01-01", Stage.Planned), ("2025-03-01", Stage.Proposed));
        Assert.Equal([1, 2], measure.Entries.Select(recorded => recorded.Number));
        Assert.Equal(["2025-02-01"], measure.Entries[1].Earlier.Select(form => form.Occurred.Text));
    }

    [Fact]
    public void an_entry_may_turn_out_to_be_another_transition() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .WhenCorrected(2, Correcting("2025-02-01") with { Transition = Transition.Adopt, Effective = Date("2025-04-01") })
            .Then(("2025-01-01", Stage.Planned), ("2025-02-01", Stage.Adopted), ("2025-04-01", Stage.InForce));

    [Fact]
    public void nothing_else_can_put_right_what_the_first_entry_says_so_all_of_it_is_correctable()
    {
        var directive = new MeasureDefinition { Kind = MeasureKind.SelfRelianceDirective, Issuer = "CN", Title = "Self-reliance", Strength = Strength.Mandate };

        var measure = Given(FirstState.Planned, "2025-01-01")
            .AndCorrected(1, Correcting("2025-01-02") with { Transition = Transition.RecordInForce, Definition = directive });

        measure.Then(("2025-01-02", Stage.InForce));
        Assert.Equal(directive, measure.On("2025-01-02")!.Definition);
    }

    [Fact]
    public void a_correction_is_the_whole_entry_so_what_it_leaves_out_is_gone() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Adopt, Moving("2025-02-01") with { Effective = Date("2025-03-01") })
            .WhenCorrected(2, Correcting("2025-02-01"))
            .Then(("2025-01-01", Stage.Planned), ("2025-02-01", Stage.Adopted));

    [Fact]
    public void correcting_twice_changes_nothing() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .AndCorrected(2, Correcting("2025-03-01"))
            .WhenCorrected(2, Correcting("2025-03-01") with { Cause = Cause.SourceCorrected, Why = "Another reason." })
            .ThenNothingChanges(entry: 2);

    [Fact]
    public void what_an_entry_once_said_is_not_recorded_a_second_time() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .AndCorrected(2, Correcting("2025-03-01"))
            .When(Transition.Propose, "2025-02-01")
            .ThenNothingChanges(entry: 2);

    [Fact]
    public void the_first_entry_keeps_its_definition() =>
        Given(FirstState.Planned, "2025-01-01").WhenCorrected(1, Correcting("2025-01-02")).ThenRefused(Codes.MissingField, "definition");

    [Fact]
    public void no_other_entry_takes_a_definition() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .WhenCorrected(2, Correcting("2025-02-01") with { Definition = Control })
            .ThenRefused(Codes.FieldNotAllowed, "definition");

    [Fact]
    public void a_corrected_definition_keeps_the_rules_of_its_fields() =>
        Given(FirstState.Planned, "2025-01-01")
            .WhenCorrected(1, Correcting("2025-01-01") with { Definition = Control with { Targets = ["US"] } })
            .ThenRefused(Codes.TargetIsIssuer, "definition.targets");

    [Fact]
    public void a_corrected_issuer_cannot_be_what_a_later_amendment_aims_at() =>
        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Amend, Moving("2025-02-01") with { Changes = new() { Targets = ["CN", "NL"] } })
            .WhenCorrected(1, Correcting("2025-01-01") with { Definition = Control with { Issuer = "NL" } })
            .ThenForbidden(2, Stage.InForce, "With entry 1 corrected so, entry 2 would no longer be allowed: NL issues the measure and cannot be its target.");

    [Fact]
    public void a_correction_may_not_make_another_entry_impossible() =>
        Given(Opening(FirstState.Adopted, "2025-01-01") with { Effective = Date("2025-10-01") })
            .And(Transition.Abandon, "2025-08-01")
            .WhenCorrected(1, Correcting("2025-01-01") with { Definition = Control, Effective = Date("2025-06-01") })
            .ThenForbidden(2, Stage.InForce, "With entry 1 corrected so, entry 2 would no longer be allowed: abandon on 2025-08-01 meets a measure that is in_force. "
                + "Allowed there: amend, suspend, rescind.");

    [Fact]
    public void a_correction_that_the_life_cycle_forbids_to_the_entry_itself_is_refused() =>
        Given(FirstState.Proposed, "2025-01-01")
            .And(Transition.Adopt, "2025-02-01")
            .WhenCorrected(2, Correcting("2025-02-01") with { Transition = Transition.Resume })
            .ThenForbidden(2, Stage.Proposed, "resume on 2025-02-01 meets a measure that is proposed. Allowed there: adopt, abandon.");

    [Fact]
    public void nothing_can_be_corrected_to_lie_before_the_first_entry() =>
        Given(FirstState.Proposed, "2025-01-01")
            .And(Transition.Adopt, "2025-02-01")
            .WhenCorrected(2, Correcting("2024-12-31"))
            .ThenForbidden(2, null, "Nothing is known of the measure before its first entry, on 2025-01-01.");

    [Fact]
    public void nor_the_first_entry_to_lie_after_another() =>
        Given(FirstState.Proposed, "2025-01-01")
            .And(Transition.Adopt, "2025-02-01")
            .WhenCorrected(1, Correcting("2025-02-02") with { Definition = Control })
            .ThenForbidden(2, null, "With entry 1 corrected so, entry 2 on 2025-02-01 would no longer be allowed: Nothing is known of the measure before its first entry, on 2025-02-02.");

    [Fact]
    public void a_retracted_entry_leaves_no_trace_in_the_life() =>
        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Amend, Moving("2025-02-01") with { Expires = Date("2025-06-30") })
            .WhenRetracted(2)
            .Then(("2025-01-01", Stage.InForce));

    [Fact]
    public void a_retraction_may_not_make_another_entry_impossible() =>
        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Suspend, "2025-02-01")
            .And(Transition.Resume, "2025-03-01")
            .WhenRetracted(2)
            .ThenForbidden(3, Stage.InForce, "Without entry 2, entry 3 would no longer be allowed: resume on 2025-03-01 meets a measure that is in_force. Allowed there: amend, suspend, rescind.");

    [Fact]
    public void the_first_entry_goes_last() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .WhenRetracted(1)
            .ThenForbidden(2, null, "Without entry 1, entry 2 would meet no measure: entry 1 defines it.");

    [Fact]
    public void a_measure_of_which_no_entry_stands_has_no_state()
    {
        var measure = Given(FirstState.Planned, "2025-01-01").And(Transition.Propose, "2025-02-01").AndRetracted(2).AndRetracted(1);

        measure.Then();
        Assert.Null(measure.On("2025-02-01"));
    }

    [Fact]
    public void a_retracted_measure_does_not_move() =>
        Given(FirstState.Planned, "2025-01-01").AndRetracted(1).When(Transition.Propose, "2025-02-01").ThenRefused(Codes.EntryRetracted, "number");

    [Fact]
    public void opening_it_again_does_not_bring_it_back() =>
        Given(FirstState.Planned, "2025-01-01").AndRetracted(1).When(Opening(FirstState.Planned, "2025-01-01")).ThenNothingChanges(entry: 1);

    [Fact]
    public void a_retracted_entry_is_not_corrected() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .AndRetracted(2)
            .WhenCorrected(2, Correcting("2025-03-01"))
            .ThenRefused(Codes.EntryRetracted, "number");

    [Fact]
    public void the_number_of_a_retracted_entry_is_not_given_again()
    {
        var measure = Given(FirstState.Planned, "2025-01-01").And(Transition.Propose, "2025-02-01").AndRetracted(2).And(Transition.Adopt, "2025-03-01");

        Assert.Equal([(1, false), (2, true), (3, false)], measure.Entries.Select(recorded => (recorded.Number, recorded.Retracted)));
        measure.Then(("2025-01-01", Stage.Planned), ("2025-03-01", Stage.Adopted));
    }

    [Fact]
    public void a_reinstated_entry_stands_as_it_stood() =>
        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Suspend, Moving("2025-02-01") with { Until = Date("2025-03-31") })
            .AndRetracted(2)
            .WhenReinstated(2)
            .Then(("2025-01-01", Stage.InForce), ("2025-02-01", Stage.Suspended), ("2025-04-01", Stage.InForce));

    [Fact]
    public void what_was_recorded_since_may_forbid_a_reinstatement() =>
        Given(FirstState.InForce, "2025-01-01")
            .And(Transition.Suspend, "2025-02-01")
            .AndRetracted(2)
            .And(Transition.Rescind, "2025-01-15")
            .WhenReinstated(2)
            .ThenForbidden(2, Stage.Rescinded, "suspend on 2025-02-01 meets a measure that is rescinded. Allowed there: nothing.");

    [Fact]
    public void the_first_entry_comes_back_first() =>
        Given(FirstState.Planned, "2025-01-01")
            .And(Transition.Propose, "2025-02-01")
            .AndRetracted(2)
            .AndRetracted(1)
            .WhenReinstated(2)
            .ThenForbidden(2, null, "With entry 2 reinstated, entry 2 would meet no measure: entry 1 defines it.");

    [Fact]
    public void retracting_and_reinstating_twice_change_nothing()
    {
        var measure = Given(FirstState.Planned, "2025-01-01").AndRetracted(1);
        measure.WhenRetracted(1).ThenNothingChanges(entry: 1);
        measure.AndReinstated(1).WhenReinstated(1).ThenNothingChanges(entry: 1);
    }
}
