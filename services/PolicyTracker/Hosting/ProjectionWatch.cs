using JasperFx;
using Npgsql;
using PolicyTracker.Feeds;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;
using Wolverine.Runtime;
using Wolverine.Runtime.Agents;

namespace PolicyTracker.Hosting;

/// <summary>Starts the projection, or the feed, again on this node after a failure, such as the database's death, has halted it.</summary>
/// <remarks>
/// Wolverine leaves a paused shard alone, for a daemon of Marten's own would resume it; and one that was stopped because another had written
/// its page, which is also how a commit looks whose answer was lost. What fails again is tried ever more seldom, each half minute at last.
/// </remarks>
public sealed partial class ProjectionWatch(
    IWolverineRuntime runtime, IEnumerable<IAgentFamily> families, NpgsqlDataSource database, TimeProvider clock, ILogger<ProjectionWatch> logger) : BackgroundService
{
    private static readonly string[] Shards = [ShardLag.NameOf(ViewsProjection.Name), ShardLag.NameOf(FeedPublisher.Name)];
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Shards.Select(shard => WatchAsync(shard, stoppingToken)));

    private async Task WatchAsync(string shard, CancellationToken stoppingToken)
    {
        var wait = Shortest;
        while (true)
        {
            await Task.Delay(wait, clock, stoppingToken);
            wait = !await RestartIfHaltedAsync(shard, stoppingToken) ? Shortest : wait + wait < Longest ? wait + wait : Longest;
        }
    }

    /// <summary>Tells whether it was halted.</summary>
    private async Task<bool> RestartIfHaltedAsync(string shard, CancellationToken cancellation)
    {
        try
        {
            var uri = await families.OfType<IEventSubscriptionAgentFamily>().Single().FindAgentUriAsync(shard, null, cancellation);
            // The shard of another node is that node's to watch.
            if (uri is null || !runtime.Agents.TryFindActiveAgent<IEventSubscriptionAgent>(uri, out var agent) || agent.Status == AgentStatus.Running)
                return false;
            // A shard that cannot start is given up until the next assignment: first the database must answer.
            await using var question = database.CreateCommand("select 1");
            await question.ExecuteScalarAsync(cancellation);
            StartingAgain(shard, agent.Status, agent.Failure?.Message);
            await runtime.Agents.StopLocallyAsync(uri);
            await runtime.Agents.StartLocallyAsync(uri);
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            DidNotStart(e, shard);
            return true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The shard {Shard} is {Status}: starting it again. What halted it: {Failure}")]
    private partial void StartingAgain(string shard, AgentStatus status, string? failure);

    [LoggerMessage(LogLevel.Warning, "The shard {Shard} did not start again and is tried further")]
    private partial void DidNotStart(Exception e, string shard);
}
