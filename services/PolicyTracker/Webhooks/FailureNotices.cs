using Npgsql;
using PolicyTracker.Feeds;
using PolicyTracker.Recording;

namespace PolicyTracker.Webhooks;

/// <summary>Tells in the feed of subscriptions that have been failing for an hour, and for a day: once each, on whichever node is first.</summary>
internal sealed partial class FailureNotices(NpgsqlDataSource database, Ledger ledger, TimeProvider clock, ILogger<FailureNotices> logger)
{
    private static readonly TimeSpan[] After = [TimeSpan.FromHours(1), TimeSpan.FromDays(1)];

    public async Task TellAsync(CancellationToken cancellation)
    {
        foreach (var failing in await DueAsync(cancellation))
        {
            try
            {
                await TellAsync(failing, cancellation);
            }
            // One of which nothing can be told keeps back no other; it is tried again with the next round.
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                NotTold(e, failing.Id);
            }
        }
    }

    // Told since the failures began and since the notice was due: that is how a notice is known to have been given, and a new row of failures begins anew by itself.
    private async Task<IReadOnlyList<Failing>> DueAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select id, failing_since, max(after) from {SubscriptionRows.Table}, unnest(@after) after
             where state = 'active' and failing_since + after <= @now and coalesce(failing_told_at < failing_since + after, true)
             group by id order by id
            """);
        command.Add("after", After);
        command.Add("now", clock.GetUtcNow());
        var due = new List<Failing>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            due.Add(new Failing(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.GetTimeSpan(2)));
        return due;
    }

    private Task<Answer> TellAsync(Failing failing, CancellationToken cancellation) => ledger.WriteAsync(null, async draft =>
    {
        await using var command = draft.Command($"""
            update {SubscriptionRows.Table} set failing_told_at = @now
             where id = @id and state = 'active' and failing_since = @since and coalesce(failing_told_at < failing_since + @after, true)
            returning epoch, cursor
            """);
        command.Add("id", failing.Id);
        command.Add("since", failing.Since);
        command.Add("after", failing.After);
        command.Add("now", clock.GetUtcNow());
        FeedCursor? cursor = null;
        await using (var row = await command.ExecuteReaderAsync(cancellation))
            if (await row.ReadAsync(cancellation))
                cursor = new FeedCursor(row.GetString(0), row.GetInt64(1));
        if (cursor is { } told)
            await draft.TellAsync(failing.Id, new SubscriptionFailing(failing.Id, (int)failing.After.TotalHours, failing.Since, told.ToString()));
        return new Answer(StatusCodes.Status200OK, "");
    }, cancellation);

    [LoggerMessage(LogLevel.Warning, "That subscription {Id} fails could not be told")]
    private partial void NotTold(Exception e, string id);

    private sealed record Failing(string Id, DateTimeOffset Since, TimeSpan After);
}
