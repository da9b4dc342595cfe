using PolicyTracker.Measures;
using PolicyTracker.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Reliance;

/// <summary>Section 2: what a measure claims over its life.</summary>
public sealed class MeasureClaimsSpecs
{
    private static readonly MeasureDefinition Control = new()
    {
        Kind = MeasureKind.ExportControl,
        Issuer = "US",
        Title = "A control",
        Targets = ["CN", "RU"],
        Scope = new Scope { Layers = [Layer.HostedClosedModels] },
    };

    [Theory]
    [InlineData(Stage.Reported, 1)]
    [InlineData(Stage.Planned, 1)]
    [InlineData(Stage.Proposed, 1)]
    [InlineData(Stage.Adopted, 2)]
    [InlineData(Stage.Suspended, 2)]
    [InlineData(Stage.InForce, 3)]
    [InlineData(Stage.Rescinded, 0)]
    [InlineData(Stage.Expired, 0)]
    [InlineData(Stage.Abandoned, 0)]
    public void a_control_is_coded_by_its_stage_for_each_target(Stage stage, int value)
    {
        var claims = ClaimsOf(Seed.Standing("2024-05-09", stage, Control));

        Assert.Equal([("CN", "US", X1, value), ("RU", "US", X1, value)], claims.Select(claim => (claim.Dependent, claim.Supplier, claim.Indicator, claim.Value)));
    }

    [Theory]
    [InlineData(new[] { Layer.HostedClosedModels, Layer.ClosedWeights, Layer.OpenWeights }, new Layer[0], "X1 general")]
    [InlineData(new[] { Layer.HostedClosedModels, Layer.ClosedWeights, Layer.OpenWeights }, new[] { Layer.OpenWeights }, "X1 limited")]
    [InlineData(new[] { Layer.Compute }, new Layer[0], "X2 general")]
    [InlineData(new[] { Layer.Entities }, new Layer[0], "X2 limited")]
    [InlineData(new[] { Layer.Compute, Layer.Entities }, new[] { Layer.Compute }, "X2 limited")]
    [InlineData(new[] { Layer.OpenWeights, Layer.Compute }, new Layer[0], "X1 limited, X2 general")]
    public void layers_choose_the_indicator_and_the_flag(Layer[] layers, Layer[] excludes, string expected)
    {
        var control = Control with { Targets = ["CN"], Scope = new Scope { Layers = [.. layers], Excludes = [.. excludes] } };

        var claims = ClaimsOf(Seed.Standing("2024-05-09", Stage.InForce, control));

        Assert.Equal(expected, string.Join(", ", claims.Select(claim => $"{claim.Indicator} {(claim.General ? "general" : "limited")}")));
    }

    [Fact]
    public void a_dropped_target_is_let_go_and_the_others_are_kept()
    {
        var claims = ClaimsOf(
            Seed.Standing("2024-05-09", Stage.InForce, Control),
            Seed.Standing("2024-06-01", Stage.InForce, Control with { Targets = ["CN"] }));

        Assert.Equal(ClaimKind.End, claims.Last(claim => claim.Dependent == "RU").Kind);
        Assert.Empty(Conclusions.ConcludeAll(Methods.First, "RU", claims, Seed.Date("2024-06-01")));
        Assert.Single(Conclusions.ConcludeAll(Methods.First, "CN", claims, Seed.Date("2024-06-01")));
    }

    [Theory]
    [InlineData(MeasureKind.ApprovalRegime, ClaimKind.ApprovalRegime, X4, 0)]
    [InlineData(MeasureKind.UseRestriction, ClaimKind.Code, X4, 3)]
    [InlineData(MeasureKind.Guidance, ClaimKind.Code, X4, 1)]
    [InlineData(MeasureKind.SelfRelianceDirective, ClaimKind.Code, S2, 3)]
    public void what_a_country_asks_of_itself_counts_in_force_only_and_for_every_pair(MeasureKind kind, ClaimKind says, Indicator indicator, int value)
    {
        var own = new MeasureDefinition { Kind = kind, Issuer = "CN", Title = "An act", Strength = Strength.Mandate };

        var claims = ClaimsOf(
            Seed.Standing("2024-01-01", Stage.Adopted, own), Seed.Standing("2024-02-01", Stage.InForce, own),
            Seed.Standing("2024-03-01", Stage.Suspended, own), Seed.Standing("2024-04-01", Stage.Rescinded, own));

        Assert.Equal(
            [(Seed.Date("2024-02-01"), says, indicator, value), (Seed.Date("2024-03-01"), ClaimKind.End, indicator, 0)],
            claims.Select(claim => (claim.Effective, claim.Kind, claim.Indicator, claim.Value)));
        Assert.All(claims, claim => Assert.Equal(("CN", Claim.EveryPair), (claim.Dependent, claim.Supplier)));
    }

    [Fact]
    public void a_restriction_with_targets_speaks_of_those_suppliers()
    {
        var restriction = new MeasureDefinition { Kind = MeasureKind.UseRestriction, Issuer = "CN", Title = "An act", Targets = ["FR", "US"] };

        Assert.Equal(["FR", "US"], ClaimsOf(Seed.Standing("2024-01-01", Stage.InForce, restriction)).Select(claim => claim.Supplier));
    }

    [Fact]
    public void of_two_states_on_one_day_only_the_last_speaks()
    {
        var claims = ClaimsOf(Seed.Standing("2024-05-09", Stage.Adopted, Control), Seed.Standing("2024-05-09", Stage.InForce, Control));

        Assert.Equal([3, 3], claims.Select(claim => claim.Value));
    }

    private static IReadOnlyList<Claim> ClaimsOf(params MeasureState[] life) => Codebook.Claims("measure", life);
}
