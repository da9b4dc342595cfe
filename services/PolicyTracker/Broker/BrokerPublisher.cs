using Npgsql;
using PolicyTracker.Feeds;
using RabbitMQ.Client;

namespace PolicyTracker.Broker;

/// <summary>
/// Sends the whole feed to a broker, in the feed's order: at least once, nothing skipped. How far it is moves on only when the broker has confirmed, so that
/// neither the end of the broker nor that of a node loses anything; whoever receives an event twice knows it by its id.
/// </summary>
internal sealed partial class BrokerPublisher(ConnectionFactory factory, BrokerTurn turn, Feed feed, TimeProvider clock, ILogger<BrokerPublisher> logger) : BackgroundService
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await turn.LeaveAsync(cancellationToken);
        }
        catch (NpgsqlException)
        {
            // It ends by itself.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await turn.TakeAsync(stoppingToken) is { } confirmed)
                    await PublishAsync(confirmed, stoppingToken);
            }
            // The libraries of a broker and of a database fail in many ways, and all of them pass.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Interrupted(factory.Endpoint, e);
            }

            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    /// <summary>Sends what follows, for as long as the turn is this node's.</summary>
    private async Task PublishAsync(FeedCursor confirmed, CancellationToken cancellation)
    {
        await using var exchange = await BrokerExchange.OpenAsync(factory, cancellation);
        var head = await feed.HeadAsync(cancellation);
        // A feed that is numbered anew is sent anew, and what it keeps no longer cannot be sent.
        if (confirmed.Epoch != head.Epoch || confirmed.Position < head.Expired)
            confirmed = new FeedCursor(head.Epoch, head.Expired);
        Begins(factory.Endpoint, confirmed.Position);
        while (await turn.KeepAsync(confirmed, cancellation))
        {
            await feed.WaitAsync(confirmed.Position, BrokerTurn.Length / 4, cancellation);
            var page = await feed.ReadAsync(confirmed.Position, FeedFilter.Everything, PageSize, cancellation);
            if (page.Epoch != confirmed.Epoch)
                return;
            await exchange.SendAsync(page.Entries, cancellation);
            confirmed = page.Next;
        }
    }

    [LoggerMessage(LogLevel.Information, "The broker {Broker} is sent the feed, after position {Position}")]
    private partial void Begins(AmqpTcpEndpoint broker, long position);

    [LoggerMessage(LogLevel.Warning, "The broker {Broker} cannot be sent the feed; trying again from what it has confirmed")]
    private partial void Interrupted(AmqpTcpEndpoint broker, Exception e);
}
