using Microsoft.Extensions.Diagnostics.HealthChecks;
using PolicyTracker.Feeds;

namespace PolicyTracker.Hosting;

/// <summary>Whether canaries still arrive at this node: appended by whichever node, brought by the daemon, published, and read.</summary>
/// <remarks>One for the node's life: before the first canary it counts from when it was first asked.</remarks>
internal sealed class CanaryCheck(Feed feed, FeedOptions options, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset _first = clock.GetUtcNow();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Judge(options.CanaryInterval, feed.Canary, _first, clock.GetUtcNow()));

    /// <param name="every">After what time a canary follows the one before; null when none is sent.</param>
    /// <param name="last">The last one that has come; null while none has.</param>
    internal static HealthCheckResult Judge(TimeSpan? every, CanaryRun? last, DateTimeOffset first, DateTimeOffset now)
    {
        if (every is not { } interval)
            return HealthCheckResult.Healthy("No canaries are sent.");
        var age = now - (last?.At ?? first);
        var data = new Dictionary<string, object> { ["ageSeconds"] = Math.Round(age.TotalSeconds) };
        if (last is not null)
            (data["at"], data["latencySeconds"]) = (last.At, Math.Round(last.Latency.TotalSeconds, 3));
        return age > 2 * interval + Grace
            ? HealthCheckResult.Degraded($"No canary has come for {age.TotalSeconds:0} s; one is due every {interval.TotalSeconds:0} s.", data: data)
            : HealthCheckResult.Healthy(data: data);
    }
}
