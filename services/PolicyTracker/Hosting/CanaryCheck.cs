using Microsoft.Extensions.Diagnostics.HealthChecks;
using PolicyTracker.Feeds;

namespace PolicyTracker.Hosting;

/// <summary>Whether canaries still arrive at this node: appended by whichever node, brought by the daemon, published, and read.</summary>
internal sealed class CanaryCheck(Feed feed, FeedOptions options, TimeProvider clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Judge(options.CanaryInterval, feed.Canary, clock.GetUtcNow()));

    /// <param name="every">After what time a canary follows the one before; null when none is sent.</param>
    internal static HealthCheckResult Judge(TimeSpan? every, CanaryRun? newest, DateTimeOffset now)
    {
        if (every is not { } interval)
            return HealthCheckResult.Healthy("No canaries are sent.");
        if (newest is not { } last)
            return HealthCheckResult.Healthy("No canary has come yet.");
        var age = now - last.At;
        var data = new Dictionary<string, object> { ["latencySeconds"] = Math.Round(last.Latency.TotalSeconds, 3), ["ageSeconds"] = Math.Round(age.TotalSeconds), ["at"] = last.At };
        return age > 2 * interval + TimeSpan.FromMinutes(1)
            ? HealthCheckResult.Degraded($"The last canary is {age.TotalSeconds:0} s old; one is due every {interval.TotalSeconds:0} s.", data: data)
            : HealthCheckResult.Healthy(data: data);
    }
}
