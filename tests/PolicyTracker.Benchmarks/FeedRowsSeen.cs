using System.Diagnostics;
using Npgsql;

namespace PolicyTracker.Benchmarks;

/// <summary>Hears, as a node of the service does, when there are new rows in the feed, and remembers up to where it could read then.</summary>
internal sealed class FeedRowsSeen : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly CancellationTokenSource _ended = new();
    private readonly List<(long At, long Position)> _seen = [];
    private readonly Task _listening;
    private long _heard, _heardAt;

    private FeedRowsSeen(NpgsqlConnection connection)
    {
        _connection = connection;
        connection.Notification += (_, _) => (_heard, _heardAt) = (_heard + 1, Stopwatch.GetTimestamp());
        _listening = ListenAsync();
    }

    public static async Task<FeedRowsSeen> ListenAsync(ServiceUnderTest service)
    {
        var connection = await service.ConnectAsync();
        await using var listen = new NpgsqlCommand("listen policytracker_feed", connection);
        await listen.ExecuteNonQueryAsync();
        return new FeedRowsSeen(connection);
    }

    /// <summary>Ends listening and tells when each of the last facts, in their order, could be read.</summary>
    public async Task<long[]> OfFactsAsync(int count)
    {
        await _ended.CancelAsync();
        await _listening;
        await using var command = new NpgsqlCommand("select position from policy.feed where type = 'account_suspended' order by position desc limit $1", _connection);
        command.Parameters.AddWithValue(count);
        var positions = new List<long>();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            positions.Add(rows.GetInt64(0));
        return [.. Enumerable.Reverse(positions).Select(position => _seen.First(seen => seen.Position >= position).At)];
    }

    public async ValueTask DisposeAsync()
    {
        _ended.Dispose();
        await _connection.DisposeAsync();
    }

    private async Task ListenAsync()
    {
        await using var command = new NpgsqlCommand("select last_position from policy.feed_head", _connection);
        try
        {
            while (true)
            {
                await _connection.WaitAsync(_ended.Token);
                // What is heard while the question is asked has an answer of its own.
                for (var asked = -1L; asked != _heard;)
                {
                    (asked, var at) = (_heard, _heardAt);
                    _seen.Add((at, (long)(await command.ExecuteScalarAsync())!));
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
