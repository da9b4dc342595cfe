using Npgsql;
using NpgsqlTypes;
using PolicyTracker.Feeds;

namespace PolicyTracker.Webhooks;

/// <summary>Which messages a replay sends again.</summary>
internal enum ReplayOf
{
    /// <summary>Every event that matches.</summary>
    All,
    /// <summary>Those that match and of which the log knows no delivery.</summary>
    Missing,
    /// <summary>The messages that are parked.</summary>
    Failed,
    /// <summary>One message, as it was.</summary>
    One,
}

/// <summary>Messages to be sent again, one after the other, apart from the order of what is new: the subscription's own cursor stays where it is.</summary>
/// <param name="Cursor">Up to where it is.</param>
/// <param name="Until">The last position.</param>
/// <param name="Remaining">How many messages at most.</param>
/// <param name="Failures">How often the next message has failed.</param>
internal sealed record Replay(string Subscription, long Number, ReplayOf What, long Cursor, long Until, long Remaining, int Failures, DateTimeOffset Due);

/// <summary>Replays, and what each of them sends next.</summary>
internal sealed class Replays(NpgsqlDataSource database, Feed feed, TimeProvider clock)
{
    internal const string Table = $"{Schema.Policy}.webhook_replay";

    private const int PageSize = 200;
    /// <summary>How long a node that is behind the feed is waited for before it is asked again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The replay of a subscription that has its turn; null when there is none.</summary>
    public async Task<Replay?> FirstAsync(string subscription, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select number, what, cursor, until, remaining, failures, due_at from {Table} where subscription = @id order by number limit 1");
        command.Add("id", subscription);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new Replay(subscription, row.GetInt64(0), SubscriptionRows.ValueOf<ReplayOf>(row.GetString(1)), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt32(5), row.GetFieldValue<DateTimeOffset>(6))
            : null;
    }

    /// <summary>The events of the next message; none when there is nothing more to send.</summary>
    /// <param name="most">How many events a message holds, where the log does not say it.</param>
    public async Task<IReadOnlyList<FeedEntry>> NextAsync(Replay replay, Subscription subscription, int most, CancellationToken cancellation)
    {
        if (replay.Remaining <= 0)
            return [];
        if (replay.What is ReplayOf.Failed or ReplayOf.One)
            return await feed.AtAsync(await LoggedAsync(replay, cancellation), cancellation);
        var filter = await subscription.Settings.Filter.WithMembersAsync(database, clock, cancellation);
        var after = replay.Cursor;
        while (after < replay.Until)
        {
            // What is asked for is in the feed, but another node may have published it, and this one may not have read it yet.
            await feed.WaitAsync(after, Patience, cancellation);
            var page = await feed.ReadAsync(after, filter, PageSize, cancellation);
            var delivered = replay.What == ReplayOf.Missing ? await DeliveredAsync(replay, after, page.Scanned, cancellation) : [];
            var events = page.Entries.Where(entry => entry.Position <= replay.Until && !delivered.Contains(entry.Position)).Take(most).ToList();
            if (events.Count > 0)
                return events;
            after = page.Scanned;
        }

        return [];
    }

    /// <summary>Writes what became of an attempt and how far the replay is.</summary>
    /// <param name="moved">The replay after it.</param>
    /// <param name="batchLimit">How many events the receiver takes at once, when that was learned.</param>
    /// <exception cref="LeaseLostException">Another node serves the subscription; nothing was written.</exception>
    public async Task EndAsync(Lease lease, Replay moved, Message message, Verdict verdict, Attempt attempt, int? batchLimit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with mine as (
                update {SubscriptionRows.Table} set batch_limit = coalesce(@batch_limit, batch_limit),
                       failing_since = case when @status = 'delivered' then null else failing_since end
                 where id = @id and lease_token = @token returning id),
            moved as (
                update {Table} r set cursor = @cursor, remaining = @remaining, failures = @failed, due_at = @due from mine where r.subscription = mine.id and r.number = @number),
            {DeliveryLog.Insert("mine", "false", DeliveryLog.Redelivered)}
            select 1 from mine
            """);
        command.AddAttempt(message, verdict, attempt, redelivery: true, clock.GetUtcNow());
        command.Add("token", lease.Token);
        command.Add("number", moved.Number);
        command.Add("cursor", moved.Cursor);
        command.Add("remaining", moved.Remaining);
        command.Add("failed", moved.Failures);
        command.Add("due", moved.Due);
        command.Add("batch_limit", NpgsqlDbType.Integer, batchLimit);
        if (await command.ExecuteScalarAsync(cancellation) is null)
            throw new LeaseLostException();
    }

    /// <exception cref="LeaseLostException">Another node serves the subscription; nothing was removed.</exception>
    public async Task RemoveAsync(Lease lease, Replay replay, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"delete from {Table} r using {SubscriptionRows.Table} s where r.subscription = @id and r.number = @number and s.id = r.subscription and s.lease_token = @token");
        command.Add("id", replay.Subscription);
        command.Add("number", replay.Number);
        command.Add("token", lease.Token);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0)
            throw new LeaseLostException();
    }

    private async Task<long[]> LoggedAsync(Replay replay, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select positions from {DeliveryLog.Deliveries} where subscription = @id and first > @after and last <= @until and (not @parked or status = 'parked')
             order by first, last desc limit 1
            """);
        command.Add("id", replay.Subscription);
        command.Add("after", replay.Cursor);
        command.Add("until", replay.Until);
        command.Add("parked", replay.What == ReplayOf.Failed);
        return await command.ExecuteScalarAsync(cancellation) as long[] ?? [];
    }

    private async Task<HashSet<long>> DeliveredAsync(Replay replay, long after, long until, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select unnest(positions) from {DeliveryLog.Deliveries} where subscription = @id and status = 'delivered' and last > @after and first <= @until");
        command.Add("id", replay.Subscription);
        command.Add("after", after);
        command.Add("until", until);
        var found = new HashSet<long>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(row.GetInt64(0));
        return found;
    }
}
