using PolicyTracker.Tests.Feeds;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

public sealed class WebhookHostsSpecs
{
    private readonly ManualClock _clock = new();
    private readonly WebhookHosts _hosts;

    public WebhookHostsSpecs() => _hosts = new WebhookHosts(_clock);

    [Fact]
    public void those_who_are_served_at_one_host_share_it()
    {
        Assert.Equal(8, _hosts.RoomOn("a"));
        for (var served = 1; served <= 8; served++)
        {
            _hosts.Enter("a");
            Assert.Equal(8 / served, _hosts.RoomOn("a"));
            Assert.Equal(8 - served, _hosts.Places()["a"]);
            Assert.Equal(served == 8, _hosts.IsFull("a"));
        }

        Assert.Equal(8, _hosts.RoomOn("b"));
    }

    [Fact]
    public void a_host_that_fails_ten_times_in_a_row_is_asked_now_and_then_until_it_answers()
    {
        _hosts.Enter("a");
        for (var i = 0; i < WebhookHosts.ShutAfter - 1; i++)
            Fail(i % 2 == 0 ? 500 : null);
        Assert.False(_hosts.IsShut("a"));
        Fail(503);
        Assert.Equal((true, 0, -1), (_hosts.IsShut("a"), _hosts.RoomOn("a"), _hosts.Places()["a"]));

        // 30 s, then twice as long each time, up to 5 minutes.
        foreach (var seconds in (int[])[30, 60, 120, 240, 300, 300])
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.Equal(0, _hosts.RoomOn("a"));
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(1, _hosts.RoomOn("a"));
            _hosts.Sent("a");
            Assert.Equal(0, _hosts.RoomOn("a"));
            Fail(500);
        }

        Succeed(200);
        Assert.Equal((false, 8), (_hosts.IsShut("a"), _hosts.RoomOn("a")));
    }

    [Fact]
    public void a_host_that_refuses_lives()
    {
        for (var i = 0; i < 3 * WebhookHosts.ShutAfter; i++)
            if (i % WebhookHosts.ShutAfter == 0)
                Succeed(404);
            else
                Fail(500);
        Assert.False(_hosts.IsShut("a"));
    }

    private void Fail(int? status) => _hosts.Ended("a", new Attempt(AttemptResult.Failed, status, TimeSpan.Zero, null, null, null));

    private void Succeed(int status) => _hosts.Ended("a", new Attempt(AttemptResult.Delivered, status, TimeSpan.Zero, null, null, null));
}
