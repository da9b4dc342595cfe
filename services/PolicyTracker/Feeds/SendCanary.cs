using PolicyTracker.Recording;

namespace PolicyTracker.Feeds;

/// <summary>Appends a canary each time that the interval has passed, whichever node is first.</summary>
public sealed partial class SendCanary(Ledger ledger, FeedOptions options, TimeProvider clock, ILogger<SendCanary> logger) : BackgroundService
{
    private const long OneAtATime = 5_080_003;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.CanaryInterval is not { } interval)
            return;
        // The first one waits for its time too: the seeds come first.
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SendAsync(interval / 2, stoppingToken);
            }
            // That none arrives is told by /readyz.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotSent(e);
            }
        }
    }

    /// <summary>Appends a canary unless another node has just done so.</summary>
    /// <returns>The store's sequence of the canary; 0 when none was appended.</returns>
    internal async Task<long> SendAsync(TimeSpan just, CancellationToken cancellation)
    {
        var answer = await ledger.WriteAsync(null, async draft =>
        {
            var last = await LastAsync(draft);
            if (last is null)
                draft.Start<Canary>(Canary.Stream, new Canary());
            else if (clock.GetUtcNow() - last.Value >= just)
                draft.Append(Canary.Stream, new Canary());
            return new Answer(StatusCodes.Status200OK, "");
        }, cancellation);
        return answer.Sequence;
    }

    private static async Task<DateTimeOffset?> LastAsync(Draft draft)
    {
        await using (var wait = draft.Command($"select pg_advisory_xact_lock({OneAtATime})"))
            await wait.ExecuteNonQueryAsync(draft.Cancellation);
        await using var find = draft.Command($"select timestamp from {Schema.Events}.mt_events where stream_id = '{Canary.Stream}' order by version desc limit 1");
        return await find.ExecuteScalarAsync(draft.Cancellation) is DateTime last ? new DateTimeOffset(last) : null;
    }

    [LoggerMessage(LogLevel.Warning, "The canary could not be appended")]
    private partial void NotSent(Exception e);
}
