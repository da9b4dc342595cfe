using PolicyTracker.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Reliance;

/// <summary>The numbers of the founding case, as its document gives them.</summary>
public sealed class GoldenTableSpecs
{
    [Fact]
    public void china_on_the_united_states()
    {
        var china = Seed.OnUnitedStates("CN", Seed.Claims, Seed.Day);

        AssertScores(china, (R1, 0m), (R2, 25m), (R3, 100m), (R4, 50m), (R5, null), (X1, 16.67m), (X2, null), (X3, 83.33m), (X4, 66.67m), (S1, 100m), (S2, 66.67m));
        AssertIndex(china.Reliance, 43.75m, 35m, 55m, 4, 5);
        AssertIndex(china.Restriction, 55.56m, 41.67m, 66.67m, 3, 4);
        AssertIndex(china.Substitution, 83.33m, 83.33m, 83.33m, 2, 2);
        Assert.All(china.Indicators, indicator => Assert.False(indicator.Contested || indicator.Stale));
    }

    [Fact]
    public void hong_kong_on_the_united_states()
    {
        var hongKong = Seed.OnUnitedStates("HK", Seed.Claims, Seed.Day);

        AssertScores(hongKong, (R1, 66.67m), (R2, null), (R3, null), (R4, null), (R5, null), (X1, null), (X2, null), (X3, 83.33m), (X4, 16.67m), (S1, null), (S2, null));
        AssertIndex(hongKong.Reliance, null, 13.33m, 93.33m, 1, 5);
        AssertIndex(hongKong.Restriction, null, 25m, 75m, 2, 4);
        AssertIndex(hongKong.Substitution, null, 0m, 100m, 0, 2);
        Assert.Equal("1 of 5 indicators coded; 3 needed", hongKong.Reliance.Reason);
        Assert.Equal("2 of 4 indicators coded; 3 needed", hongKong.Restriction.Reason);
    }

    [Fact]
    public void russia_on_the_united_states()
    {
        var russia = Seed.OnUnitedStates("RU", Seed.Claims, Seed.Day);

        Assert.Equal([X1], russia.Indicators.Where(indicator => indicator.Score is not null).Select(indicator => indicator.Id));
        Assert.Equal(16.67m, russia.Of(X1).Score);
        AssertIndex(russia.Reliance, null, 0m, 100m, 0, 5);
        AssertIndex(russia.Restriction, null, 4.17m, 79.17m, 1, 4);
        AssertIndex(russia.Substitution, null, 0m, 100m, 0, 2);
        Assert.Null(russia.Reliance.Confidence);
    }

    [Theory]
    [InlineData("CN")]
    [InlineData("HK")]
    [InlineData("RU")]
    public void unreviewed_evidence_gives_low_confidence_everywhere(string dependent)
    {
        var pair = Seed.OnUnitedStates(dependent, Seed.Claims, Seed.Day);

        Assert.All(pair.Indicators, indicator => Assert.Equal(indicator.Score is null ? null : Confidence.Low, indicator.Confidence));
    }

    [Theory]
    [InlineData("2023-12-30", 33.33, null, null)]
    [InlineData("2023-12-31", 33.33, 50.0, 33.33)]
    public void on_the_last_day_of_2023_the_suspension_and_the_guidance_begin_to_count(string asOf, double derivation, double? providers, double? barrier)
    {
        var china = Seed.OnUnitedStates("CN", Seed.Claims, Seed.Date(asOf));

        Assert.Equal(((decimal)derivation, (decimal?)providers, (decimal?)barrier), (china.Of(R3).Score, china.Of(X3).Score, china.Of(X4).Score));
    }

    [Fact]
    public void on_the_day_before_the_article_only_derivation_is_coded()
    {
        AssertIndex(Seed.OnUnitedStates("CN", Seed.Claims, Seed.Date("2024-05-08")).Reliance, null, 20m, 100m, 1, 5);
    }

    [Fact]
    public void before_any_fact_no_pair_is_open()
    {
        Assert.Empty(Conclusions.ConcludeAll(Methods.First, "CN", Seed.Claims, Seed.Date("2023-11-29")));
    }

    [Fact]
    public void after_a_year_the_values_stand_and_are_stale()
    {
        var afterAYear = Seed.OnUnitedStates("CN", Seed.Claims, Seed.Day.AddDays(365));
        var aDayLater = Seed.OnUnitedStates("CN", Seed.Claims, Seed.Day.AddDays(366));

        Assert.Equal((43.75m, 43.75m), (afterAYear.Reliance.Value, aDayLater.Reliance.Value));
        Assert.Equal((false, true), (afterAYear.Of(R1).Stale, aDayLater.Of(R1).Stale));
    }

    [Fact]
    public void the_developers_denial_contests_derivation_and_moves_nothing()
    {
        var china = Seed.OnUnitedStates("CN", [.. Seed.Claims, .. Seed.ClaimsOf(Seed.Denial)], Seed.Day);

        Assert.Equal((100m, true), (china.Of(R3).Score, china.Of(R3).Contested));
        AssertIndex(china.Reliance, 43.75m, 35m, 55m, 4, 5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void without_the_evidence_on_derivation_it_is_unknown_and_not_zero(bool denied)
    {
        var claims = Seed.Without(13, 14, 16).Concat(denied ? Seed.ClaimsOf(Seed.Denial) : []);

        var china = Seed.OnUnitedStates("CN", claims, Seed.Day);

        Assert.Null(china.Of(R3).Score);
        AssertIndex(china.Reliance, 25m, 15m, 55m, 3, 5);
    }

    [Fact]
    public void retracted_one_by_one_the_evidence_on_derivation_gives_way_in_three_steps()
    {
        decimal? After(params int[] rows) => Seed.OnUnitedStates("CN", Seed.Without(rows), Seed.Day).Reliance.Value;

        Assert.Equal([35.42m, 27.08m, 25m], [After(14), After(14, 13), After(14, 13, 16)]);
    }

    private static void AssertScores(PairConclusion pair, params (Indicator, decimal?)[] scores) =>
        Assert.Equal(scores, pair.Indicators.Select(indicator => (indicator.Id, indicator.Score)));

    private static void AssertIndex(IndexConclusion index, decimal? value, decimal low, decimal high, int coded, int of) =>
        Assert.Equal((value, low, high, new Coverage(coded, of)), (index.Value, index.Low, index.High, index.Coverage));
}
