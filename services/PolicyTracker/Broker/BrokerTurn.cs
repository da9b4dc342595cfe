using System.Security.Cryptography;
using Npgsql;
using PolicyTracker.Feeds;

namespace PolicyTracker.Broker;

/// <summary>A node's turn to send to a broker, and the cursor that goes with it. One node at a time has it; one that is gone loses it within seconds.</summary>
/// <remarks>
/// A node that has lost it without knowing can still be sending. What it sends, the next node sends too, from the same cursor and in the same order: whoever
/// passes over what they have, by its id, has every event in the order of the feed.
/// </remarks>
internal sealed class BrokerTurn(NpgsqlDataSource database, string broker)
{
    /// <summary>How long a turn lasts unless it is prolonged.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private const string Cursor = $"{Schema.Policy}.broker_cursor";
    private static readonly string Until = $"clock_timestamp() + interval '{Length.TotalSeconds} seconds'";

    private readonly string _holder = RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Takes the turn.</summary>
    /// <returns>Up to where the broker has the feed, of no epoch when it has nothing; null when another node has the turn.</returns>
    public async Task<FeedCursor?> TakeAsync(CancellationToken cancellation)
    {
        await using var command = Command($"""
            insert into {Cursor} as c (broker, epoch, position, holder, held_until) values ($1, '', 0, $2, {Until})
            on conflict (broker) do update set holder = excluded.holder, held_until = excluded.held_until where c.holder = excluded.holder or c.held_until <= clock_timestamp()
            returning epoch, position
            """);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new FeedCursor(row.GetString(0), row.GetInt64(1)) : null;
    }

    /// <summary>Keeps what the broker has confirmed, and prolongs the turn.</summary>
    /// <returns>Whether the turn was still this node's.</returns>
    public async Task<bool> KeepAsync(FeedCursor confirmed, CancellationToken cancellation)
    {
        await using var command = Command($"update {Cursor} set epoch = $3, position = $4, held_until = {Until} where broker = $1 and holder = $2", confirmed.Epoch, confirmed.Position);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Leaves the turn to another node.</summary>
    public async Task LeaveAsync(CancellationToken cancellation)
    {
        await using var command = Command($"update {Cursor} set held_until = clock_timestamp() where broker = $1 and holder = $2");
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private NpgsqlCommand Command(string sql, params IEnumerable<object> values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values.Prepend(_holder).Prepend(broker))
            command.Parameters.AddWithValue(value);
        return command;
    }
}
