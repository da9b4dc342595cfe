using CsCheck;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>What an attempt comes to, by rules alone.</summary>
public sealed class VerdictSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly Standing Fair = new(null, OnExhausted.Park, HostShut: false);

    [Fact]
    public void eleven_attempts_lie_over_three_days_as_the_documentation_says()
    {
        // 0, 5 s, 30 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; a chance of one half is no jitter.
        double[] seconds = [5, 30, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
        Assert.Equal(seconds, Enumerable.Range(1, 10).Select(failures => RetrySchedule.After(failures, null, 0.5)!.Value.TotalSeconds));
        Assert.Null(RetrySchedule.After(11, null, 0.5));
        Assert.Equal(11, RetrySchedule.MostAttempts);
        Gen.Select(Gen.Int[1, 10], Gen.Double[0, 0.999_999]).Sample((failures, chance) =>
            Assert.InRange(RetrySchedule.After(failures, null, chance)!.Value.TotalSeconds / seconds[failures - 1], 0.8, 1.2));
    }

    [Fact]
    public void retry_after_makes_a_wait_longer_and_never_shorter()
    {
        Assert.Equal(TimeSpan.FromMinutes(20), RetrySchedule.After(1, TimeSpan.FromMinutes(20), 0.5));
        Assert.Equal(TimeSpan.FromHours(2), RetrySchedule.After(5, TimeSpan.FromMinutes(20), 0.5));
    }

    [Fact]
    public void what_is_given_up_is_parked_or_stops_the_subscription()
    {
        Assert.Equal(DeliveryStatus.Waiting, Verdict.On(Failed(), 1, 9, Fair, Now, 0.5).Status);
        Assert.Equal(DeliveryStatus.Parked, Verdict.On(Failed(), 1, 10, Fair, Now, 0.5).Status);
        Assert.Equal(new Verdict(DeliveryStatus.Waiting, 0, Now, SubscriptionState.Paused, StateReason.Exhausted),
            Verdict.On(Failed(), 1, 10, Fair with { OnExhausted = OnExhausted.Pause }, Now, 0.5));
    }

    [Fact]
    public void only_a_message_of_several_events_can_be_too_large()
    {
        Assert.Equal(DeliveryStatus.Split, Verdict.On(Failed(AttemptResult.TooLarge, 413), 2, 3, Fair, Now, 0.5).Status);
        Assert.Equal((DeliveryStatus.Waiting, 4), (Verdict.On(Failed(AttemptResult.TooLarge, 413), 1, 3, Fair, Now, 0.5).Status, Verdict.On(Failed(AttemptResult.TooLarge, 413), 1, 3, Fair, Now, 0.5).Failures));
    }

    [Fact]
    public void five_days_without_success_disable_and_so_does_410()
    {
        Assert.Null(Verdict.On(Failed(), 1, 3, Fair with { FailingSince = Now.AddDays(-5).AddSeconds(1) }, Now, 0.5).State);
        Assert.Equal((SubscriptionState.Disabled, StateReason.Failing), StopOf(Verdict.On(Failed(), 1, 3, Fair with { FailingSince = Now.AddDays(-5) }, Now, 0.5)));
        Assert.Equal((SubscriptionState.Disabled, StateReason.Gone), StopOf(Verdict.On(Failed(AttemptResult.Gone, 410), 1, 0, Fair, Now, 0.5)));
        Assert.Null(Verdict.On(new Attempt(AttemptResult.Delivered, 200, TimeSpan.Zero, null, null, null), 1, 3, Fair with { FailingSince = Now.AddDays(-6) }, Now, 0.5).State);
    }

    [Fact]
    public void a_dead_host_uses_up_no_attempts_of_what_is_new()
    {
        Assert.Equal((DeliveryStatus.Waiting, 0), (Verdict.On(Failed(), 1, 0, Fair with { HostShut = true }, Now, 0.5).Status, Verdict.On(Failed(), 1, 0, Fair with { HostShut = true }, Now, 0.5).Failures));
        Assert.Equal(4, Verdict.On(Failed(), 1, 3, Fair with { HostShut = true }, Now, 0.5).Failures);
    }

    private static (SubscriptionState?, StateReason?) StopOf(Verdict verdict) => (verdict.State, verdict.Reason);

    private static Attempt Failed(AttemptResult result = AttemptResult.Failed, int status = 500) => new(result, status, TimeSpan.Zero, null, null, null);
}
