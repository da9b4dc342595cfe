using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace PolicyTracker.Broker;

/// <summary>How long the oldest event has waited that a broker has not confirmed, whichever node sends to it.</summary>
internal static class BrokerLag
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static string QueryOf(string broker) => $"""
        select coalesce((select extract(epoch from clock_timestamp() - f.published_at)::float8 from {Schema.Policy}.feed f
         where f.position > coalesce((select c.position from {Schema.Policy}.broker_cursor c join {Schema.Policy}.feed_head h using (epoch) where c.broker = '{broker.Replace("'", "''", StringComparison.Ordinal)}'), 0)
         order by f.position limit 1), 0)
        """;

    /// <summary>Degraded at worst, for all else goes on without the broker, and the broker gets what it lacks when it is back.</summary>
    public static HealthCheckResult Judge(NpgsqlDataReader row)
    {
        var behind = TimeSpan.FromSeconds(row.GetDouble(0));
        var figures = new Dictionary<string, object> { ["behindSeconds"] = Math.Round(behind.TotalSeconds, 1) };
        return behind <= Limit ? HealthCheckResult.Healthy(data: figures)
            : HealthCheckResult.Degraded($"The broker is {behind.TotalSeconds:0} s behind the feed: it is away, refuses what it is sent, as the log then tells, or is still being sent what it lacks.", data: figures);
    }
}
