using System.Net;
using Npgsql;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Recording;

public sealed class LedgerSpecs(TestDatabase database)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_write_whose_connection_is_lost_while_it_reads_the_store_may_be_sent_again()
    {
        await using var service = await RunningService.StartAsync(await database.CreateDatabaseAsync(), ("PolicyTracker__Seeds", "false"));
        var first = (await service.PostAsync("/v1/facts", A.Suspension("CN", "OpenAI"))).Is(HttpStatusCode.Created);

        await using var connection = await service.ConnectAsync();
        await using (var held = await connection.BeginTransactionAsync(Cancellation))
        {
            await ExecuteAsync(connection, "lock table policy_events.mt_events");
            var repeat = service.PostAsync("/v1/facts", A.Suspension("CN", "OpenAI"));
            while (!repeat.IsCompleted)
                await ExecuteAsync(connection, "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");
            (await repeat).IsProblem(Codes.StoreUnavailable);
        }

        var again = (await service.PostAsync("/v1/facts", A.Suspension("CN", "OpenAI"))).Is(HttpStatusCode.OK);
        Assert.Equal(first.Text("id"), again.Text("id"));
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
