using PolicyTracker.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Reliance;

/// <summary>Section 4, rules 1 and 2: what the claims of one subject come to.</summary>
public sealed class SubjectStateSpecs
{
    private static readonly Claim Suspended = Say.That(X3, 2) with { General = false };
    private static readonly Claim Reinstated = Say.That(X3, 0, ClaimKind.End);
    private static readonly Claim Withheld = Say.That(X3, 3, ClaimKind.Withholding) with { General = false, Counted = "openai" };
    private static readonly Claim Offered = Say.That(X3, 0, ClaimKind.EndOfEarlier);
    private static readonly Claim Derived = Say.That(R3, 1, ClaimKind.Derivation);
    private static readonly Claim Denied = Say.That(R3, 0, ClaimKind.Denial);

    [Fact]
    public void a_claim_counts_from_its_effective_day_on()
    {
        var claim = Say.That(R4, 2).OnDay(5);

        Assert.Null(SubjectState.Resolve([claim], claim.Effective.AddDays(-1)));
        Assert.Equal(2, SubjectState.Resolve([claim], claim.Effective)?.Winner?.Value);
    }

    [Fact]
    public void the_latest_effective_day_wins_and_contests_nothing()
    {
        var state = Resolve(Say.That(R4, 3), Say.That(R4, 1).OnDay(1));

        Assert.Equal((1, 1, 1, false), Values(state));
    }

    [Fact]
    public void a_claim_of_tier_a_does_not_outlast_a_later_one_of_tier_b()
    {
        Assert.Equal(1, Resolve(Say.That(R4, 3) with { Tier = Tier.A }, Say.That(R4, 1).OnDay(1))?.Winner?.Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void tier_c_of_the_same_or_a_later_day_contests_what_is_firm_and_never_wins(int day)
    {
        var state = Resolve(Say.That(R4, 2), Say.That(R4, 0).OnDay(day) with { Tier = Tier.C });

        Assert.Equal((2, 0, 2, true), Values(state));
    }

    [Fact]
    public void tier_c_of_an_earlier_day_is_history()
    {
        Assert.Equal((2, 2, 2, false), Values(Resolve(Say.That(R4, 3) with { Tier = Tier.C }, Say.That(R4, 2).OnDay(1))));
    }

    [Fact]
    public void on_one_day_the_higher_tier_settles_before_the_number_of_publishers()
    {
        var state = Resolve(
            Say.That(R4, 3) with { Tier = Tier.A, Publisher = "Ministry" },
            Say.That(R4, 1), Say.That(R4, 1) with { Publisher = "The Verge" });

        Assert.Equal((3, 1, 3, true), Values(state));
    }

    [Fact]
    public void on_one_day_more_independent_publishers_settle_before_the_lower_value()
    {
        var state = Resolve(Say.That(R4, 1), Say.That(R4, 3), Say.That(R4, 3) with { Publisher = "The Verge" });

        Assert.Equal((3, 1, 3, true), Values(state));
    }

    [Fact]
    public void a_publisher_that_repeats_itself_is_one_publisher()
    {
        var state = Resolve(Say.That(R4, 1), Say.That(R4, 3), Say.That(R4, 3) with { Publisher = " reuters " });

        Assert.Equal((1, 1, 3, true), Values(state));
    }

    [Fact]
    public void a_flag_alone_is_a_contradiction_too_and_the_limited_one_is_the_lower()
    {
        var state = Resolve(Say.That(R4, 2), Say.That(R4, 2) with { General = false });

        Assert.Equal((false, true, true), (state!.Winner!.General, state.Greatest!.General, state.Contested));
    }

    [Fact]
    public void reinstating_ends_the_suspension_of_the_same_day()
    {
        Assert.Null(Resolve(Suspended, Reinstated));
    }

    [Fact]
    public void an_account_suspended_again_after_it_was_reinstated_is_suspended()
    {
        Assert.Equal(2, Resolve(Suspended, Reinstated.OnDay(1), Suspended.OnDay(2))?.Winner?.Value);
    }

    [Fact]
    public void an_offer_ends_only_what_was_withheld_before_it()
    {
        Assert.NotNull(Resolve(Withheld, Offered));
        Assert.NotNull(Resolve(Withheld.OnDay(1), Offered));
        Assert.Null(Resolve(Withheld, Offered.OnDay(1)));
    }

    [Fact]
    public void a_rumoured_reinstatement_contests_a_firm_suspension_and_ends_a_rumoured_one()
    {
        var rumour = Reinstated with { Tier = Tier.C };

        Assert.Equal((2, null, 2, true), Values(Resolve(Suspended, rumour)));
        Assert.Null(Resolve(Suspended with { Tier = Tier.C }, rumour));
    }

    [Fact]
    public void a_disputed_end_leaves_what_it_ended_possible()
    {
        Assert.Equal((null, null, 2, true), Values(Resolve(Suspended, Reinstated with { Disputed = true })));
    }

    [Fact]
    public void an_end_that_somebody_else_confirms_is_not_contested_by_a_dispute()
    {
        Assert.Null(Resolve(Suspended, Reinstated with { Disputed = true }, Reinstated));
    }

    [Fact]
    public void a_dispute_contests_and_moves_nothing()
    {
        Assert.Equal((2, 2, 2, true), Values(Resolve(Say.That(R4, 2) with { Disputed = true })));
    }

    [Theory]
    [InlineData(Tier.A, -5)]
    [InlineData(Tier.C, 5)]
    public void a_denial_contests_a_derivation_of_whatever_day_and_never_wins(Tier tier, int day)
    {
        Assert.Equal((1, null, 1, true), Values(Resolve(Derived.OnDay(5), Denied.OnDay(5 + day) with { Tier = tier })));
    }

    [Fact]
    public void a_denial_alone_says_nothing()
    {
        Assert.Null(Resolve(Denied));
    }

    [Fact]
    public void a_disputed_report_of_a_derivation_is_not_outdated_by_a_later_one()
    {
        var state = Resolve(Derived with { Disputed = true }, Derived.OnDay(9));

        Assert.True(state!.Contested);
    }

    [Theory]
    [InlineData(Tier.A, true, Confidence.High)]
    [InlineData(Tier.B, true, Confidence.Medium)]
    [InlineData(Tier.C, true, Confidence.Low)]
    [InlineData(Tier.A, false, Confidence.Low)]
    public void confidence_follows_the_tier_once_reviewed(Tier tier, bool reviewed, Confidence confidence)
    {
        Assert.Equal(confidence, Resolve(Say.That(R4, 2) with { Tier = tier, Reviewed = reviewed })?.Confidence);
    }

    [Fact]
    public void the_best_of_the_winning_claims_gives_the_confidence()
    {
        var state = Resolve(Say.That(R4, 2), Say.That(R4, 2) with { Reviewed = true });

        Assert.Equal(Confidence.Medium, state?.Confidence);
    }

    [Fact]
    public void a_confirmation_renews_the_newest_day_once_it_has_come()
    {
        var claim = Say.That(R4, 2) with { ConfirmedOn = [Say.Day.AddDays(10), Say.Day.AddDays(20)] };

        Assert.Equal(Say.Day.AddDays(10), SubjectState.Resolve([claim], Say.Day.AddDays(19))?.Newest);
    }

    [Fact]
    public void an_older_claim_of_the_winning_value_still_supports_it()
    {
        var older = Say.That(R4, 2) with { ConfirmedOn = [Say.Day.AddDays(20)] };

        Assert.Equal(Say.Day.AddDays(20), Resolve(older, Say.That(R4, 2).OnDay(5))?.Newest);
    }

    private static SubjectState? Resolve(params Claim[] claims) => SubjectState.Resolve(claims, Say.Day.AddDays(31));

    private static (int? Winner, int? Least, int? Greatest, bool Contested) Values(SubjectState? state) =>
        (state?.Winner?.Value, state?.Least?.Value, state?.Greatest?.Value, state!.Contested);
}
