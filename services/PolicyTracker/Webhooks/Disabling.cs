using PolicyTracker.Feeds;
using PolicyTracker.Recording;

namespace PolicyTracker.Webhooks;

/// <summary>Stops a subscription whose deliveries came to nothing. That it is disabled is told in the feed, in the transaction that disables it.</summary>
internal sealed partial class Disabling(Ledger ledger, TimeProvider clock, ILogger<Disabling> logger)
{
    /// <remarks>Nothing is done where somebody has acted on it meanwhile.</remarks>
    /// <param name="state">Paused or disabled.</param>
    /// <param name="cursor">Up to where everything is delivered or parked.</param>
    public async Task StopAsync(Lease lease, SubscriptionState state, StateReason reason, long cursor, CancellationToken cancellation)
    {
        var (id, epoch) = (lease.Subscription.Id, lease.Subscription.Epoch);
        await ledger.WriteAsync(null, async draft =>
        {
            await using var command = draft.Command($"""
                update {SubscriptionRows.Table} set state = @state, reason = @reason, version = version + 1, updated_at = @now where id = @id and lease_token = @token and version = @version
                """);
            command.Add("id", id);
            command.Add("token", lease.Token);
            command.Add("version", lease.Subscription.Version);
            command.Add("state", WireNames.Of(state));
            command.Add("reason", WireNames.Of(reason));
            command.Add("now", clock.GetUtcNow());
            if (await command.ExecuteNonQueryAsync(cancellation) == 0)
                return new Answer(StatusCodes.Status200OK, "");
            Stopped(id, lease.Subscription.Settings.Host, WireNames.Of(state), WireNames.Of(reason));
            if (state == SubscriptionState.Disabled)
                await draft.TellAsync(id, new SubscriptionDisabled(id, WireNames.Of(reason), new FeedCursor(epoch, cursor).ToString()));
            return new Answer(StatusCodes.Status200OK, "");
        }, cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "Subscription {Id} to {Host} is {State}: {Reason}")]
    private partial void Stopped(string id, string host, string state, string reason);
}
