using Microsoft.Extensions.Diagnostics.HealthChecks;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Hosting;

/// <summary>Whether a shard that lags is a fault.</summary>
internal static class ShardHealth
{
    /// <summary>How long the node that runs a shard may be silent before it counts as gone.</summary>
    private static readonly TimeSpan Silence = 3 * ShardLag.Beat;

    /// <param name="what">What the shard is, in a word: projection or feed.</param>
    public static HealthCheckResult Judge(this ShardLag lag, string what, TimeSpan limit)
    {
        var data = new Dictionary<string, object>
        {
            ["newest"] = lag.Newest,
            ["highWaterMark"] = lag.HighWaterMark,
            ["reached"] = lag.Reached ?? 0,
            ["agentStatus"] = lag.AgentStatus ?? "unknown",
            ["lagSeconds"] = Math.Round(lag.Behind.TotalSeconds, 1),
            ["limitSeconds"] = limit.TotalSeconds,
        };
        if (lag.Failure is not null)
            data["failure"] = lag.Failure;
        if (lag.FailedAt is { } sequence)
            data["failedAt"] = sequence;

        return Complaint(lag, what, limit) is { } complaint ? HealthCheckResult.Unhealthy(complaint, data: data) : HealthCheckResult.Healthy(data: data);
    }

    private static string? Complaint(ShardLag lag, string what, TimeSpan limit) => lag switch
    {
        { Reached: null } => $"The {what} has not been written yet.",
        { AgentStatus: "Paused" or "Stopped" } => $"The {what} is {lag.AgentStatus.ToLowerInvariant()}.",
        _ when lag.Silent > Silence => $"No node runs the {what}: the last sign of life is {lag.Silent.TotalSeconds:0} s old.",
        _ when lag.Behind > limit && lag.Held > limit => $"The daemon has not seen the newest events for {lag.Held.TotalSeconds:0} s: an open transaction may hold an earlier one.",
        _ when lag.Behind > limit => $"The {what} is {lag.Behind.TotalSeconds:0} s behind; {limit.TotalSeconds:0} s are allowed.",
        _ => null,
    };
}
