using CsCheck;
using PolicyTracker.CountryViews;
using PolicyTracker.Reliance;
using PolicyTracker.Tests.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.CountryViews;

/// <summary>What is gained by settling an open indicator. The expected numbers follow from the formulae of the method by hand, as each spec says.</summary>
public sealed class SensitivitySpecs
{
    private static readonly DateOnly Soon = Say.Day.AddDays(31);

    private static IReadOnlyList<OpenIndicator> Of(DateOnly asOf, params Claim[] claims) => Sensitivity.Of(Say.Exact(claims, asOf), Methods.First);

    [Fact]
    public void of_an_unknown_pair_every_indicator_is_open_and_the_smallest_index_comes_first()
    {
        // 100/2, 100/4 and 100/5 points of width; the index with the fewest indicators needs the fewest more.
        Assert.Equal(
            ["S1 50 1", "S2 50 1", "X1 25 2", "X2 25 2", "X3 25 2", "X4 25 2", "R1 20 2", "R2 20 2", "R3 20 2", "R4 20 2", "R5 20 2"],
            Of(Soon).Select(open => $"{open.Indicator} {open.Removes:0.##} {open.StillNeeded}"));
        Assert.All(Of(Soon), open => Assert.Equal((OpenBecause.Uncoded, 100m, false, null, null), (open.Because, open.Width, open.Unlocks, open.Least, open.Greatest)));
    }

    [Fact]
    public void what_gives_an_index_its_value_comes_before_what_only_narrows_it_as_much()
    {
        // R has 2 of the 3 that it needs and X 3; both S are coded, so that the first indicator of either stands at the head of its width.
        var open = Of(Soon, Say.That(R1, 3), Say.That(R2, 0), Say.That(S1, 3), Say.That(S2, 3));

        Assert.Equal(["X1", "X2", "X3", "X4", "R3", "R4", "R5"], open.Select(o => $"{o.Indicator}"));
        Assert.All(open.Where(o => o.Index == RelianceIndex.Reliance), o => Assert.Equal((true, 0, 33.33m, 66.67m), (o.Unlocks, o.StillNeeded, o.Least, o.Greatest)));
        Assert.All(open.Where(o => o.Index == RelianceIndex.Restriction), o => Assert.Equal((false, 2, null, null), (o.Unlocks, o.StillNeeded, o.Least, o.Greatest)));
    }

    [Fact]
    public void a_contested_indicator_narrows_by_what_its_evidence_leaves_open()
    {
        // One assessor said 1 and 3 on one day: 33.33 to 100, of which the lower holds. R1 is 0 and R2 100, so R is (0 + 100 + 33.33)/3, and (0 + 100 + 100)/3 at most.
        var open = Of(Soon, Say.That(R1, 0), Say.That(R2, 2), Say.That(R3, 1), Say.That(R3, 3)).Where(o => o.Index == RelianceIndex.Reliance).ToList();

        Assert.Equal(["R4 20", "R5 20", "R3 13.33"], open.Select(o => $"{o.Indicator} {o.Removes:0.##}"));
        Assert.Equal((OpenBecause.Contested, true, false, 0, 53.33m, 44.44m, 66.67m), (
            open[2].Because, open[2].Contested, open[2].Unlocks, open[2].StillNeeded, open[2].Width, open[2].Least, open[2].Greatest));
    }

    [Fact]
    public void a_contradiction_that_moves_no_number_is_named_and_removes_nothing()
    {
        var denied = Sensitivity.Of(
            Conclusions.ConcludeAll(Methods.First, "CN", [.. Seed.Claims, .. Seed.ClaimsOf(Seed.Denial)], Seed.Day).Single(pair => pair.Supplier == "US"), Methods.First);

        Assert.Equal(["X2 Uncoded 25", "R5 Uncoded 20", "R3 Contested 0"], denied.Select(o => $"{o.Indicator} {o.Because} {o.Removes:0.##}"));
        Assert.Equal((43.75m, 43.75m), (denied[2].Least, denied[2].Greatest));
    }

    [Fact]
    public void what_is_only_stale_comes_last_and_leaves_the_value_as_it_is()
    {
        var aged = Of(Say.Day.AddDays(366), Say.That(S1, 3), Say.That(S2, 2));

        Assert.Equal(["S1 Stale 0", "S2 Stale 0"], aged.Skip(9).Select(o => $"{o.Indicator} {o.Because} {o.Removes:0.##}"));
        // (100 + 66.67)/2.
        Assert.All(aged.Skip(9), o => Assert.Equal((true, false, 83.33m, 83.33m), (o.Stale, o.Unlocks, o.Least, o.Greatest)));
        Assert.DoesNotContain(Of(Say.Day.AddDays(365), Say.That(S1, 3), Say.That(S2, 2)), o => o.Index == RelianceIndex.Substitution);
    }

    [Fact]
    public void what_is_stale_and_contested_stands_among_the_contested()
    {
        var open = Of(Say.Day.AddDays(366), Say.That(R3, 1), Say.That(R3, 3), Say.That(S1, 3), Say.That(S2, 3));

        Assert.Equal((R3, OpenBecause.Contested, true), (open[^3].Indicator, open[^3].Because, open[^3].Stale));
    }

    [Fact]
    public void it_tells_what_to_look_for()
    {
        var compute = Of(Soon).Single(o => o.Indicator == R5);

        Assert.Equal(Methods.First.Of(R5).Title, compute.Title);
        Assert.Equal(Methods.First.Of(R5).Levels, compute.Levels);
    }

    /// <summary>The promise is held to the method itself: an analyst codes the indicator, and all is concluded anew.</summary>
    [Fact]
    public void coding_what_is_uncoded_does_what_was_promised()
    {
        Gen.Select(ReliancePropertySpecs.AnyClaims, ReliancePropertySpecs.AnyDay, Gen.Enum<Indicator>(), Gen.Int[0, 3], Gen.Bool).Sample(
            (claims, asOf, indicator, value, general) =>
            {
                var before = Say.Exact(claims, asOf);
                var open = Sensitivity.Of(before, Methods.First).SingleOrDefault(o => o.Indicator == indicator);
                if (open is not { Because: OpenBecause.Uncoded, Contested: false })
                    return;
                var hand = Say.That(indicator, Math.Min(value, indicator.Top()), subject: "indicator") with { General = general, Tier = Tier.A };
                var (was, now) = (IndexOf(before, open.Index), IndexOf(Say.Exact([.. claims, hand], asOf), open.Index));

                Assert.Equal(open.Width, Arithmetic.Rounded(was.High - was.Low));
                Assert.Equal(open.Removes, Arithmetic.Rounded(was.High - was.Low - (now.High - now.Low)));
                Assert.Equal(open.StillNeeded == 0, now.Value is not null);
                Assert.Equal(open.Unlocks, was.Value is null && now.Value is not null);
                Assert.True(now.Value is not { } after || (open.Least <= Arithmetic.Rounded(after) && Arithmetic.Rounded(after) <= open.Greatest));
            }, iter: 500);
    }

    private static IndexConclusion IndexOf(PairConclusion pair, RelianceIndex index) => index switch
    {
        RelianceIndex.Reliance => pair.Reliance,
        RelianceIndex.Restriction => pair.Restriction,
        _ => pair.Substitution,
    };
}
