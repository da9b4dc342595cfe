using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using PolicyTracker.Feeds;
using PolicyTracker.Hosting;
using PolicyTracker.Snapshots;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Hosting;

public sealed class HealthSpecs
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly ShardLag AtTheEnd = new(Newest: 7, HighWaterMark: 7, Reached: 7, AgentStatus: "Running", Failure: null, FailedAt: null, Behind: TimeSpan.Zero, Held: TimeSpan.Zero, Silent: TimeSpan.Zero);

    private static HealthStatus Judge(ShardLag lag) => lag.Judge("projection", Limit).Status;

    [Fact]
    public void views_that_have_every_event_are_healthy() => Assert.Equal(HealthStatus.Healthy, Judge(AtTheEnd));

    [Fact]
    public void many_events_behind_is_healthy_while_none_is_old() =>
        Assert.Equal(HealthStatus.Healthy, Judge(AtTheEnd with { Newest = 100_000, HighWaterMark = 90_000, Behind = TimeSpan.FromSeconds(29) }));

    [Fact]
    public void one_event_that_waits_longer_than_the_limit_is_a_fault_told_in_seconds()
    {
        var late = (AtTheEnd with { Newest = 8, HighWaterMark = 8, Behind = TimeSpan.FromSeconds(31) }).Judge("projection", Limit);
        Assert.Equal((HealthStatus.Unhealthy, "The projection is 31 s behind; 30 s are allowed."), (late.Status, late.Description));
    }

    [Fact]
    public void a_high_water_mark_that_stands_still_is_told_from_a_slow_projection()
    {
        var frozen = (AtTheEnd with { Newest = 8, Behind = TimeSpan.FromSeconds(31), Held = TimeSpan.FromSeconds(31) }).Judge("projection", Limit);
        Assert.Equal(HealthStatus.Unhealthy, frozen.Status);
        Assert.StartsWith("The daemon has not seen the newest events for 31 s", frozen.Description, StringComparison.Ordinal);
    }

    [Theory, InlineData("Paused"), InlineData("Stopped")]
    public void a_projection_that_does_not_run_is_noticed_even_when_there_is_nothing_to_do(string status) =>
        Assert.Equal(HealthStatus.Unhealthy, Judge(AtTheEnd with { AgentStatus = status }));

    [Fact]
    public void a_shard_that_no_node_runs_is_noticed_within_half_a_minute_even_when_there_is_nothing_to_do()
    {
        Assert.Equal(HealthStatus.Healthy, Judge(AtTheEnd with { Silent = TimeSpan.FromSeconds(29) }));
        Assert.Equal("No node runs the feed: the last sign of life is 31 s old.", (AtTheEnd with { Silent = TimeSpan.FromSeconds(31) }).Judge("feed", Limit).Description);
    }

    [Fact]
    public void a_failure_tells_its_kind_and_its_event()
    {
        var data = (AtTheEnd with { AgentStatus = "Paused", Failure = "ApplyEvent", FailedAt = 8 }).Judge("projection", Limit).Data;
        Assert.Equal(("ApplyEvent", 8L), (data["failure"], data["failedAt"]));
    }

    [Fact]
    public void views_that_were_never_written_are_not_ready() => Assert.Equal(HealthStatus.Unhealthy, Judge(AtTheEnd with { Reached = null, AgentStatus = null }));

    [Fact]
    public void a_canary_that_is_overdue_is_told_and_stops_nothing()
    {
        var (interval, now) = (TimeSpan.FromMinutes(5), new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        Assert.Equal(HealthStatus.Healthy, Judge(null, first: 11).Status);
        Assert.Equal(HealthStatus.Degraded, Judge(null, first: 12).Status);
        Assert.Equal(HealthStatus.Healthy, Judge(last: 11, first: 60).Status);
        var overdue = Judge(last: 12, first: 60);
        Assert.Equal((HealthStatus.Degraded, "No canary has come for 720 s; one is due every 300 s."), (overdue.Status, overdue.Description));
        Assert.Equal(HealthStatus.Healthy, CanaryCheck.Judge(null, null, now.AddMinutes(-60), now).Status);

        HealthCheckResult Judge(int? last, int first) => CanaryCheck.Judge(
            interval, last is null ? null : new CanaryRun(now.AddMinutes(-last.Value), TimeSpan.FromMilliseconds(40)), now.AddMinutes(-first), now);
    }

    [Fact]
    public async Task a_database_that_takes_connections_and_never_answers_is_noticed_in_two_seconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var result = await AskAsync($"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=nobody;Timeout=60");
        Assert.Equal("PostgreSQL did not answer within 2 s.", result.Description);
    }

    [Fact]
    public async Task a_database_that_is_not_there_is_told()
    {
        var result = await AskAsync($"Host=127.0.0.1;Port={Port.Free()};Username=nobody");
        Assert.Equal("PostgreSQL cannot be reached.", result.Description);
    }

    [Fact]
    public async Task a_task_of_the_start_is_waited_for_and_its_failure_told()
    {
        var task = new TaskCompletionSource();
        var check = new StartupCheck(task.Task);
        Assert.Equal(HealthStatus.Unhealthy, (await check.CheckHealthAsync(new(), TestContext.Current.CancellationToken)).Status);
        task.SetResult();
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new(), TestContext.Current.CancellationToken)).Status);
        var failed = new StartupCheck(Task.FromException(new InvalidOperationException("a secret")));
        Assert.DoesNotContain("secret", (await failed.CheckHealthAsync(new(), TestContext.Current.CancellationToken)).Description, StringComparison.Ordinal);
    }

    private static async Task<HealthCheckResult> AskAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var provider = new ServiceCollection().AddSingleton(database).BuildServiceProvider();
        var patience = Stopwatch.StartNew();
        var result = await new DatabaseCheck(provider, "select 1", _ => HealthCheckResult.Healthy()).CheckHealthAsync(new(), TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        // Long after the two seconds where the machine is slow, and long before the minute that the connection itself would wait.
        Assert.InRange(patience.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        return result;
    }
}
