using Microsoft.Extensions.Configuration;
using Npgsql;
using PolicyTracker.Hosting;
using Xunit;

namespace PolicyTracker.Tests.Hosting;

public sealed class DatabaseSpecs
{
    [Fact]
    public async Task a_configured_database_is_taken_with_connections_kept_alive()
    {
        await using var database = await OpenAsync("Host=db;Database=tracker;Username=tracker");

        var options = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        Assert.Equal(("db", "tracker", "PolicyTracker"), (options.Host, options.Database, options.ApplicationName));
        Assert.Equal((30, true, 100, false), (options.KeepAlive, options.TcpKeepAlive, options.MaxPoolSize, options.IncludeErrorDetail));
    }

    [Fact]
    public async Task what_the_configured_string_says_itself_stands()
    {
        await using var database = await OpenAsync("Host=db;Keepalive=5;Maximum Pool Size=20;Application Name=replica");

        var options = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        Assert.Equal((5, 20, "replica"), (options.KeepAlive, options.MaxPoolSize, options.ApplicationName));
    }

    private static Task<Database> OpenAsync(string connectionString) => Database.OpenAsync(
        new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:PolicyTracker", connectionString)]).Build(),
        [],
        TestContext.Current.CancellationToken);
}
