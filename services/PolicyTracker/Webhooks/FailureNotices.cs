using Npgsql;
using PolicyTracker.Feeds;
using PolicyTracker.Recording;

namespace PolicyTracker.Webhooks;

/// <summary>Tells in the feed of subscriptions that have been failing for an hour, and for a day: once each, on whichever node is first.</summary>
internal sealed class FailureNotices(NpgsqlDataSource database, Ledger ledger, TimeProvider clock)
{
    private static readonly TimeSpan[] After = [TimeSpan.FromHours(1), TimeSpan.FromDays(1)];

    public async Task TellAsync(CancellationToken cancellation)
    {
        foreach (var failing in await DueAsync(cancellation))
            await TellAsync(failing, cancellation);
    }

    // Told since the failures began and since the notice was due: that is how a notice is known to have been given, and a new row of failures begins anew by itself.
    private async Task<IReadOnlyList<Failing>> DueAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select id, epoch, cursor, failing_since, max(after) from {SubscriptionRows.Table}, unnest(@after) after
             where state = 'active' and failing_since + after <= @now and coalesce(failing_told_at < failing_since + after, true)
             group by id order by id
            """);
        command.Add("after", After);
        command.Add("now", clock.GetUtcNow());
        var due = new List<Failing>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            due.Add(new Failing(row.GetString(0), new FeedCursor(row.GetString(1), row.GetInt64(2)), row.GetFieldValue<DateTimeOffset>(3), row.GetTimeSpan(4)));
        return due;
    }

    private Task<Answer> TellAsync(Failing failing, CancellationToken cancellation) => ledger.WriteAsync(null, async draft =>
    {
        await using var command = draft.Command($"""
            update {SubscriptionRows.Table} set failing_told_at = @now
             where id = @id and state = 'active' and failing_since = @since and coalesce(failing_told_at < failing_since + @after, true)
            """);
        command.Add("id", failing.Id);
        command.Add("since", failing.Since);
        command.Add("after", failing.After);
        command.Add("now", clock.GetUtcNow());
        if (await command.ExecuteNonQueryAsync(cancellation) > 0)
            await draft.TellAsync(failing.Id, new SubscriptionFailing(failing.Id, (int)failing.After.TotalHours, failing.Since, failing.Cursor.ToString()));
        return new Answer(StatusCodes.Status200OK, "");
    }, cancellation);

    private sealed record Failing(string Id, FeedCursor Cursor, DateTimeOffset Since, TimeSpan After);
}
