using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

public sealed class OpenMeasureSpecs
{
    private static readonly MeasureDefinition Directive = new()
    {
        Kind = MeasureKind.SelfRelianceDirective,
        Issuer = "CN",
        Title = "Self-reliance",
        Strength = Strength.Directive,
    };

    [Fact]
    public void opening_twice_changes_nothing() =>
        Given(Opening(FirstState.Planned, "2025-01-01"))
            .And(Transition.Propose, "2025-02-01")
            .When(Opening(FirstState.Planned, "2025-01-01"))
            .ThenNothingChanges(entry: 1);

    [Fact]
    public void the_order_of_targets_and_layers_says_nothing()
    {
        var scope = new Scope { Layers = [Layer.ClosedWeights, Layer.HostedClosedModels] };

        Given(Opening(FirstState.Planned, "2025-01-01", Control with { Targets = ["CN", "RU"] }))
            .When(Opening(FirstState.Planned, "2025-01-01", Control with { Targets = ["RU", "CN"], Scope = scope }))
            .ThenNothingChanges(entry: 1);
    }

    [Fact]
    public void another_measure_under_the_same_id_is_a_conflict_that_names_what_differs()
    {
        var conflict = Given(Opening(FirstState.Planned, "2025-01-01") with { Id = "us-guardrails" })
            .When(Opening(FirstState.Proposed, "2025-01-01", Control with { Targets = [] }) with { Id = "us-guardrails" })
            .ThenRefused("measure_differs", "id");

        Assert.Contains("another state, definition.", conflict.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MeasureKind.ExportControl)]
    [InlineData(MeasureKind.SanctionListingRule)]
    public void a_control_needs_a_scope(MeasureKind kind) => Refused(Control with { Kind = kind, Scope = null }, "scope_required", "scope");

    [Fact]
    public void a_scope_must_leave_something_when_its_excludes_are_subtracted() =>
        Refused(Control with { Scope = new() { Layers = [Layer.OpenWeights], Excludes = [Layer.OpenWeights] } }, "scope_empty", "scope");

    [Fact]
    public void a_self_reliance_directive_needs_a_strength() => Refused(Directive with { Strength = null }, "strength_required", "strength");

    [Fact]
    public void no_other_kind_has_a_strength() => Refused(Directive with { Kind = MeasureKind.Guidance }, "strength_not_allowed", "strength");

    [Fact]
    public void a_country_does_not_target_itself() => Refused(Control with { Targets = ["CN", "US"] }, "target_is_issuer", "targets");

    [Fact]
    public void every_broken_rule_is_told_at_once()
    {
        var decision = MeasureDecisions.Open([], Opening(FirstState.Planned, "2030-01-01", Control with { Scope = null }) with { Id = "No Slug" }, Today);

        Assert.Equal(["measure_id_not_valid", "scope_required", "date_in_future"], Assert.IsType<Refusal>(decision).Violations.Select(broken => broken.Code));
    }

    [Theory]
    [InlineData("us-closed-model-guardrails", true)]
    [InlineData("a-b", true)]
    [InlineData("abc", false)]
    [InlineData("ab", false)]
    [InlineData("US-guardrails", false)]
    [InlineData("us/guardrails", false)]
    [InlineData("", false)]
    public void an_id_is_a_short_slug(string id, bool valid) => Assert.Equal(valid, MeasureId.IsValid(id));

    [Theory]
    [InlineData("Framework for A.I. Diffusion (2025)", "us-framework-for-a-i-diffusion-2025")]
    [InlineData("暂行办法", null)]
    public void an_id_left_out_is_made_of_issuer_and_title(string title, string? id) =>
        Assert.Equal(id, Opening(FirstState.Planned, "2025-01-01", Control with { Title = title }).ChosenId());

    [Fact]
    public void a_derived_id_is_cut_after_a_word_and_valid()
    {
        var id = MeasureId.Derive("US", string.Join(' ', Enumerable.Repeat("guardrails", 20)));

        Assert.Equal("us-" + string.Join('-', Enumerable.Repeat("guardrails", 7)), id);
        Assert.True(MeasureId.IsValid(id!));
    }

    [Fact]
    public void a_title_that_gives_no_id_asks_for_one() => Refused(Control with { Title = "暂行办法" }, "missing_field", "id");

    private static void Refused(MeasureDefinition definition, string code, string field) =>
        new MeasureSpec().When(Opening(FirstState.Planned, "2025-01-01", definition)).ThenRefused(code, field);
}
