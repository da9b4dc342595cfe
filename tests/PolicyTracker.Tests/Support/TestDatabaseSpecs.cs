using Npgsql;
using Xunit;

namespace PolicyTracker.Tests.Support;

public sealed class TestDatabaseSpecs(TestDatabase database)
{
    [Fact]
    public async Task every_caller_gets_an_empty_database_of_its_own()
    {
        await using var first = NpgsqlDataSource.Create(await database.CreateEmptyDatabaseAsync());
        await using var second = NpgsqlDataSource.Create(await database.CreateEmptyDatabaseAsync());
        await using var create = first.CreateCommand("create table note (text text)");
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await using var look = second.CreateCommand("select to_regclass('note') is null");
        Assert.Equal(true, await look.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
