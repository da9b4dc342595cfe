using Npgsql;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Measures;

/// <summary>Writes to one measure that have all read it before any of them can decide.</summary>
internal static class AtOnce
{
    public static async Task<Reply[]> SendAsync(Service service, string measure, params Func<Task<Reply>>[] writes)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var connection = await service.ConnectAsync();
        Task<Reply>[] sent;
        await using (var hold = await connection.BeginTransactionAsync(cancellation))
        {
            await using var stream = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 0))", connection, hold);
            stream.Parameters.AddWithValue($"measure/{measure}");
            await stream.ExecuteNonQueryAsync(cancellation);
            sent = [.. writes.Select(write => write())];
            await using var waiting = new NpgsqlCommand("""
                select count(*) from pg_locks waits join pg_locks held using (locktype, classid, objid, objsubid)
                 where locktype = 'advisory' and not waits.granted and held.granted and held.pid = pg_backend_pid()
                """, connection, hold);
            while ((long)(await waiting.ExecuteScalarAsync(cancellation))! < sent.Length)
                await Task.Yield();
        }

        return await Task.WhenAll(sent);
    }
}
