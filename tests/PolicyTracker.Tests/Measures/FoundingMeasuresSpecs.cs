using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

/// <summary>The four measures of the founding case, China and US models as of 9 May 2024.</summary>
public sealed class FoundingMeasuresSpecs
{
    private static readonly Source Reuters = new()
    {
        Publisher = "Reuters",
        Title = "How dependent is China on US artificial intelligence technology?",
        PublishedOn = Day("2024-05-09"),
    };

    [Fact]
    public void the_guardrails_are_planned_against_closed_models_only()
    {
        var guardrails = new MeasureDefinition
        {
            Kind = MeasureKind.ExportControl,
            Issuer = "US",
            Authority = "Department of Commerce",
            Title = "Guardrails on closed models",
            Targets = ["CN", "RU"],
            Scope = new() { Layers = [Layer.HostedClosedModels, Layer.ClosedWeights], Excludes = [Layer.OpenWeights] },
        };

        var measure = Given(Told(FirstState.Planned, "2024-05-09", guardrails) with { Id = "us-closed-model-guardrails" });

        Assert.Equal([new(Day("2024-05-09"), Stage.Planned, guardrails, 1, Tier.B, Reviewed: false, "Reuters")], measure.Life());
        Assert.True(guardrails.Scope.Covers(Layer.ClosedWeights));
        Assert.False(guardrails.Scope.Covers(Layer.OpenWeights));
    }

    [Fact]
    public void the_guidance_to_avoid_foreign_technology_holds_from_the_end_of_2023()
    {
        var guidance = new MeasureDefinition { Kind = MeasureKind.Guidance, Issuer = "CN", Title = "Companies are urged to avoid foreign technology" };

        var measure = Given(Told(FirstState.InForce, "2023-12-31", guidance));

        Assert.Null(measure.On("2023-12-30"));
        Assert.Equal(Stage.InForce, measure.On("2023-12-31")!.Stage);
    }

    [Fact]
    public void the_order_to_be_self_sufficient_is_a_directive_in_force()
    {
        var order = new MeasureDefinition
        {
            Kind = MeasureKind.SelfRelianceDirective,
            Issuer = "CN",
            Title = "Technological self-sufficiency",
            Strength = Strength.Directive,
        };

        Given(Told(FirstState.InForce, "2024-05-09", order)).Then(("2024-05-09", Stage.InForce));
    }

    [Fact]
    public void the_approval_regime_for_generative_services_is_in_force_by_january_2024()
    {
        var regime = new MeasureDefinition { Kind = MeasureKind.ApprovalRegime, Issuer = "CN", Title = "Approval of services before public release" };

        Given(Told(FirstState.InForce, "2024-01-31", regime)).Then(("2024-01-31", Stage.InForce));
    }

    private static OpenMeasure Told(FirstState state, string occurred, MeasureDefinition definition) =>
        Opening(state, occurred, definition) with { Source = Reuters, Tier = Tier.B };
}
