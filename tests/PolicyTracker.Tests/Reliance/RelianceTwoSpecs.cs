using PolicyTracker.Facts.Types;
using PolicyTracker.Measures;
using PolicyTracker.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Reliance;

/// <summary><c>reliance/2.0.0</c>, its numbers computed by hand from the formula I = 100 * (v - 0.5 * (1 - f)) / N with N = 4 for X1.</summary>
public sealed class RelianceTwoSpecs
{
    private static readonly MethodDefinition Two = Methods.Of("reliance/2.0.0");

    [Theory]
    [InlineData(Stage.Reported, 12.5, 25)]
    [InlineData(Stage.Planned, 12.5, 25)]
    [InlineData(Stage.Proposed, 37.5, 50)]
    [InlineData(Stage.Adopted, 62.5, 75)]
    [InlineData(Stage.Suspended, 62.5, 75)]
    [InlineData(Stage.InForce, 87.5, 100)]
    [InlineData(Stage.Rescinded, 0, 0)]
    public void a_control_on_models_is_coded_by_its_stage(Stage stage, double limited, double general)
    {
        Assert.Equal(((decimal)limited, (decimal)general), (Score(Layer.HostedClosedModels), Score(Layer.HostedClosedModels, Layer.ClosedWeights, Layer.OpenWeights)));

        decimal? Score(params Layer[] layers) => ControlOf(Two, stage, layers).Of(X1).Score;
    }

    [Fact]
    public void the_first_version_takes_a_proposal_for_a_plan_and_both_do_so_for_compute()
    {
        Assert.Equal((33.33m, 33.33m), (In(Methods.First, X1, Stage.Planned), In(Methods.First, X1, Stage.Proposed)));
        Assert.Equal((33.33m, 33.33m), (In(Two, X2, Stage.Planned), In(Two, X2, Stage.Proposed)));

        static decimal? In(MethodDefinition method, Indicator indicator, Stage stage) =>
            ControlOf(method, stage, Layer.HostedClosedModels, Layer.ClosedWeights, Layer.OpenWeights, Layer.Compute).Of(indicator).Score;
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 25)]
    [InlineData(2, 75)]
    [InlineData(3, 100)]
    public void a_hand_code_is_read_by_its_meaning(int code, int score)
    {
        var coded = new IndicatorCoded
        {
            Country = "CN",
            Occurred = Seed.On("2024-05-09"),
            Source = Seed.From("Analyst"),
            Tier = Tier.B,
            Supplier = "US",
            Indicator = X1,
            Value = code,
            Flag = 1,
            Rationale = "Read.",
        };

        Assert.Equal(score, Conclusions.ConcludeAll(Two, "CN", Seed.ClaimsOf(coded), Seed.Day).Single().Of(X1).Score);
    }

    /// <summary>X1 = 100 * 0.5 / 4. X = (12.5 + 83.3333 + 66.6667) / 3; low = 162.5 / 4, high = 262.5 / 4.</summary>
    [Fact]
    public void the_founding_case_differs_in_the_planned_control_alone()
    {
        var one = Seed.OnUnitedStates("CN", Seed.Claims, Seed.Day);
        var two = Conclusions.ConcludeAll(Two, "CN", Seed.Claims, Seed.Day).Single(pair => pair.Supplier == "US").Rounded();

        Assert.Equal(12.5m, two.Of(X1).Score);
        Assert.Equal((54.17m, 40.63m, 65.63m), (two.Restriction.Value, two.Restriction.Low, two.Restriction.High));
        Assert.Equal((one.Reliance, one.Substitution), (two.Reliance, two.Substitution));
        Assert.Equal(one.Indicators.Where(indicator => indicator.Id != X1), two.Indicators.Where(indicator => indicator.Id != X1));
    }

    private static PairConclusion ControlOf(MethodDefinition method, Stage stage, params Layer[] layers)
    {
        var control = new MeasureDefinition { Kind = MeasureKind.ExportControl, Issuer = "US", Title = "A control", Targets = ["CN"], Scope = new Scope { Layers = [.. layers] } };
        var claims = Codebook.Claims("measure", [Seed.Standing("2024-05-09", stage, control)]);
        return Conclusions.ConcludeAll(method, "CN", claims, Seed.Day).Single().Rounded();
    }
}
