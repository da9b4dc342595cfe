using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PolicyTracker.Hosting;
using PolicyTracker.Tests.Support;
using Testcontainers.PostgreSql;
using Xunit;

[assembly: AssemblyFixture(typeof(TestDatabase))]

namespace PolicyTracker.Tests.Support;

/// <summary>
/// One PostgreSQL server for the whole run, started when the first test asks: the one of POLICYTRACKER_TEST_POSTGRES, else a container,
/// else this machine's own binaries.
/// Take it as a constructor parameter.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime
{
    /// <summary>Names a connection string whose user has CREATEDB.</summary>
    private const string Variable = "POLICYTRACKER_TEST_POSTGRES";

    private readonly Lazy<Task<Server>> _server = new(StartAsync);
    private readonly List<string> _databases = [];

    /// <summary>Creates an empty database, dropped at the end of the run.</summary>
    /// <returns>Its connection string, with the right to do anything in it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var server = await _server.Value;
        TestContext.Current.TestOutputHelper?.WriteLine(server.Origin);
        var name = $"policytracker_test_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        await ExecuteAsync(server.ConnectionString, $"create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'");
        lock (_databases)
            _databases.Add(name);
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = true }.ConnectionString;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (!_server.IsValueCreated || !_server.Value.IsCompletedSuccessfully)
            return;
        var server = await _server.Value;
        foreach (var name in _databases)
            await ExecuteAsync(server.ConnectionString, $"drop database {name} with (force)");
        await server.StopAsync();
    }

    private static async Task<Server> StartAsync()
    {
        var tried = new List<string>();
        foreach (var start in new[] { UseGivenAsync, StartContainerAsync, StartBinariesAsync })
        {
            var (server, what) = await start();
            if (server is not null)
                return server with { Origin = $"Database: {what}{(tried.Count == 0 ? "" : $" ({string.Join("; ", tried)})")}" };
            tried.Add(what);
        }
        throw new InvalidOperationException($"No PostgreSQL for the tests. Tried: {string.Join("; ", tried)}");
    }

    private static async Task<(Server? Server, string What)> UseGivenAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } given)
            return (null, $"{Variable} is not set");
        // A server asked for by name is never silently replaced by another.
        await ExecuteAsync(given, "select 1");
        return (new Server(given, () => ValueTask.CompletedTask), Variable);
    }

    private static async Task<(Server? Server, string What)> StartContainerAsync()
    {
        try
        {
            var container = new PostgreSqlBuilder("postgres:17").WithCommand("-c", "max_connections=300").Build();
            await container.StartAsync();
            return (new Server(container.GetConnectionString(), container.DisposeAsync), "a postgres:17 container");
        }
        // Without an engine, with one that is too old, or with no image to be had, the library fails in as many ways.
        catch (Exception e)
        {
            return (null, $"no container: {e.Message.Split('\n')[0]}");
        }
    }

    private static async Task<(Server? Server, string What)> StartBinariesAsync()
    {
        var folder = new TemporaryFolder();
        try
        {
            var server = await EmbeddedPostgres.StartAsync(folder.Path, NullLogger.Instance, CancellationToken.None);
            return (new Server(server.AdministratorConnectionString, StopAsync), $"this machine's PostgreSQL {server.Major}");

            async ValueTask StopAsync()
            {
                await server.DisposeAsync();
                folder.Dispose();
            }
        }
        catch (DatabaseUnavailableException e)
        {
            folder.Dispose();
            return (null, $"no binaries: {e.Message}");
        }
    }

    private static async Task ExecuteAsync(string connectionString, string statement)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <param name="Origin">Where it comes from and what was tried before, as a test's output says.</param>
    private sealed record Server(string ConnectionString, Func<ValueTask> StopAsync, string Origin = "");
}
