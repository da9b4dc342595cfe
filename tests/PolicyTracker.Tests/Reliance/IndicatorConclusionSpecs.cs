using PolicyTracker.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Reliance;

/// <summary>Section 4, rules 3 and 4, and what the codebook counts across subjects. Scores are worked out by hand from section 3.</summary>
public sealed class IndicatorConclusionSpecs
{
    [Fact]
    public void nothing_said_is_not_zero()
    {
        var none = Say.Conclude(R4);

        Assert.Equal((null, null, null, 0m, 100m, false, null), (none.Value, none.Flag, none.Score, none.Low, none.High, none.Contested, none.Confidence));
    }

    [Fact]
    public void the_highest_value_is_the_code_and_at_that_value_the_general_flag_wins()
    {
        var code = Say.Conclude(R4, Say.That(R4, 2) with { General = false }, Say.That(R4, 2, subject: "two"), Say.That(R4, 1, subject: "three"));

        Assert.Equal((2, 1, 66.67m), (code.Value, code.Flag, code.Score));
    }

    [Fact]
    public void the_interval_runs_from_the_highest_least_to_the_highest_greatest_reading()
    {
        var code = Say.Conclude(R4, Say.That(R4, 2), Say.That(R4, 3), Say.That(R4, 1, subject: "two"));

        Assert.Equal((66.67m, 66.67m, 100m, true), (code.Score, code.Low, code.High, code.Contested));
    }

    [Fact]
    public void an_end_in_dispute_reaches_the_upper_end_only()
    {
        var code = Say.Conclude(X3,
            Say.That(X3, 2), Say.That(X3, 0, ClaimKind.End) with { Disputed = true },
            Say.That(X3, 1, subject: "two"));

        Assert.Equal((33.33m, 33.33m, 66.67m, true), (code.Score, code.Low, code.High, code.Contested));
    }

    [Fact]
    public void rumours_alone_code_at_most_one()
    {
        var code = Say.Conclude(R4, Rumour(Say.That(R4, 3)));

        Assert.Equal((1, 33.33m, 33.33m, 33.33m), (code.Value, code.Score, code.Low, code.High));
    }

    [Fact]
    public void beside_firm_evidence_a_subject_of_rumours_does_not_count()
    {
        var rumours = new[] { Rumour(Say.That(R4, 3, subject: "two")), Rumour(Say.That(R4, 0, subject: "two")) };

        var code = Say.Conclude(R4, [Say.That(R4, 1), .. rumours]);

        Assert.Equal((1, 33.33m, 33.33m, 33.33m, false), (code.Value, code.Score, code.Low, code.High, code.Contested));
    }

    [Theory]
    [InlineData(2, 2, 66.67)]
    [InlineData(3, 3, 100)]
    public void three_services_of_the_basket_make_the_top_of_hosted_services(int services, int value, double score)
    {
        var code = Say.Conclude(R1, Each(services, n => Say.That(R1, 2, ClaimKind.BasketService, $"{n}") with { Counted = $"{n}" }));

        Assert.Equal((value, (decimal)score), (code.Value, code.Score));
    }

    [Fact]
    public void a_contested_third_service_takes_the_top_from_the_lower_end()
    {
        var services = Each(3, n => Say.That(R1, 2, ClaimKind.BasketService, $"{n}") with { Counted = $"{n}" });

        var code = Say.Conclude(R1, [.. services, Rumour(Say.That(R1, 0, subject: "2"))]);

        Assert.Equal((100m, 66.67m, 100m), (code.Score, code.Low, code.High));
    }

    [Theory]
    [InlineData(1, 1, 25)]
    [InlineData(2, 2, 75)]
    public void two_publishers_make_informal_access_commonplace(int publishers, int value, double score)
    {
        var code = Say.Conclude(R2, Each(publishers, n => Say.That(R2, 1, ClaimKind.Commonplace, $"{n}") with { Counted = $"{n}", General = false }));

        Assert.Equal((value, 0, (decimal)score), (code.Value, code.Flag, code.Score));
    }

    [Fact]
    public void one_publisher_on_two_providers_is_one_publisher()
    {
        var code = Say.Conclude(R2, Each(2, n => Say.That(R2, 1, ClaimKind.Commonplace, $"{n}") with { Counted = "reuters", General = false }));

        Assert.Equal(1, code.Value);
    }

    [Theory]
    [InlineData(2, 0, 83.33)]
    [InlineData(3, 1, 100)]
    public void three_withholding_providers_make_it_general(int providers, int flag, double score)
    {
        var code = Say.Conclude(X3, Each(providers, n => Say.That(X3, 3, ClaimKind.Withholding, $"{n}") with { Counted = $"{n}", General = false }));

        Assert.Equal((3, flag, (decimal)score), (code.Value, code.Flag, code.Score));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(9, 0, 1)]
    [InlineData(10, 0, 2)]
    [InlineData(39, 0, 2)]
    [InlineData(40, 0, 3)]
    [InlineData(9, 10, 2)]
    [InlineData(41, 10, 3)]
    public void the_larger_of_the_count_and_the_named_approvals_codes_substitution(int counted, int named, int value)
    {
        var count = Say.That(S1, counted, ClaimKind.ApprovalCount, "count") with { Supplier = Claim.EveryPair };

        var code = Say.Conclude(S1, [count, .. Each(named, n => Say.That(S1, 1, ClaimKind.NamedApproval, $"{n}") with { Supplier = Claim.EveryPair })]);

        Assert.Equal(value, code.Value);
    }

    [Theory]
    [InlineData(new int[0], null, null)]
    [InlineData(new[] { 0 }, 2, 66.67)]
    [InlineData(new[] { 1 }, 1, 33.33)]
    [InlineData(new[] { 0, 1 }, 1, 33.33)]
    public void an_approval_regime_is_coded_by_what_is_known_of_foreign_approvals(int[] approvals, int? value, double? score)
    {
        var code = Say.Conclude(X4, [Regime, .. approvals.Select(known => Approvals(known, $"{known}"))]);

        Assert.Equal((value, (decimal?)score), (code.Value, code.Score));
    }

    [Fact]
    public void foreign_approvals_without_a_regime_are_no_barrier()
    {
        Assert.Null(Say.Conclude(X4, Approvals(0, "count")).Value);
    }

    [Fact]
    public void contradicting_counts_of_foreign_approvals_span_both_codes()
    {
        var code = Say.Conclude(X4, Regime, Approvals(0, "count"), Approvals(1, "count"));

        Assert.Equal((33.33m, 33.33m, 66.67m, true), (code.Score, code.Low, code.High, code.Contested));
    }

    [Fact]
    public void a_regime_is_as_sure_as_the_less_sure_of_it_and_the_approvals()
    {
        var regime = Regime with { Tier = Tier.A, Reviewed = true };

        Assert.Equal(Confidence.High, Say.Conclude(X4, regime, Approvals(0, "count") with { Tier = Tier.A, Reviewed = true }).Confidence);
        Assert.Equal(Confidence.Medium, Say.Conclude(X4, regime, Approvals(0, "count") with { Reviewed = true }).Confidence);
    }

    [Fact]
    public void contest_and_staleness_cost_one_step_of_confidence_each()
    {
        var claim = Say.That(R4, 2) with { Tier = Tier.A, Reviewed = true };
        var contested = claim with { Disputed = true };
        var stale = Say.Day.AddDays(366);

        Assert.Equal(Confidence.Medium, Say.Conclude(R4, contested).Confidence);
        Assert.Equal(Confidence.Medium, Say.ConcludeOn(stale, R4, claim).Confidence);
        Assert.Equal(Confidence.Low, Say.ConcludeOn(stale, R4, contested).Confidence);
    }

    [Fact]
    public void a_confirmation_of_another_value_does_not_refresh_the_code()
    {
        var confirmed = Say.That(R4, 1, subject: "two") with { ConfirmedOn = [Say.Day.AddDays(300)] };

        Assert.True(Say.ConcludeOn(Say.Day.AddDays(366), R4, Say.That(R4, 2), confirmed).Stale);
    }

    private static readonly Claim Regime = Say.That(X4, 0, ClaimKind.ApprovalRegime, "regime") with { Supplier = Claim.EveryPair };

    private static Claim Approvals(int known, string subject) => Say.That(X4, known, ClaimKind.ForeignApprovals, subject) with { Supplier = Claim.EveryPair };

    private static Claim Rumour(Claim claim) => claim with { Tier = Tier.C };

    private static Claim[] Each(int count, Func<int, Claim> claim) => [.. Enumerable.Range(0, count).Select(claim)];
}
