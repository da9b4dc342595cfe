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
/// else this machine's own binaries. A test's database is copied from one that was made ready once.
/// Take it as a constructor parameter.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime
{
    /// <summary>Names a connection string whose user has CREATEDB.</summary>
    private const string Variable = "POLICYTRACKER_TEST_POSTGRES";

    private readonly Lazy<Task<Server>> _server;
    private readonly Lazy<Task<string>> _store, _seeded;
    private readonly List<string> _databases = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public TestDatabase()
    {
        _server = Shared(StartAsync);
        _store = Shared(MakeStoreAsync);
        _seeded = Shared(MakeSeededAsync);
    }

    /// <summary>Creates a database with the service's tables and nothing in them, dropped at the end of the run.</summary>
    /// <returns>Its connection string, with the right to do anything in it.</returns>
    public async Task<string> CreateDatabaseAsync() => await CopyAsync(await _store.Value.WaitAsync(Cancellation));

    /// <summary>The same, with the seeds recorded, concluded from, announced and published.</summary>
    public async Task<string> CreateSeededDatabaseAsync() => await CopyAsync(await _seeded.Value.WaitAsync(Cancellation));

    /// <summary>The same, with nothing at all in it.</summary>
    public Task<string> CreateEmptyDatabaseAsync() => CopyAsync("template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (!_server.IsValueCreated || !_server.Value.IsCompletedSuccessfully)
            return;
        var server = await _server.Value;
        await server.EndAsync(_databases);
    }

    private async Task<string> MakeStoreAsync()
    {
        var connection = await CreateEmptyDatabaseAsync();
        await RunningService.RunCommandAsync(connection, "db-apply");
        return NameIn(connection);
    }

    private async Task<string> MakeSeededAsync()
    {
        var connection = await CreateDatabaseAsync();
        await using (var service = await SeededService.StartAsync(connection))
        {
            await service.AnnouncedAsync();
            await service.PublishedAsync();
            await service.StopAsync();
        }

        // Nobody may be connected to what is copied.
        await using var pool = new NpgsqlConnection(connection);
        NpgsqlConnection.ClearPool(pool);
        return NameIn(connection);
    }

    private async Task<string> CopyAsync(string template)
    {
        var server = await _server.Value.WaitAsync(Cancellation);
        TestContext.Current.TestOutputHelper?.WriteLine(server.Origin);
        var name = $"policytracker_test_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        await ExecuteAsync(server.ConnectionString, $"create database {name} template {template}");
        lock (_databases)
            _databases.Add(name);
        // Statements are prepared when they come for the first time, so that each runs in the form in which the service runs those that come often.
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = true, MaxAutoPrepare = 100, AutoPrepareMinUsages = 1 }.ConnectionString;
    }

    /// <summary>What is made once for all tests is not a part of the one that happens to ask first: that one's end does not end it.</summary>
    private static Lazy<Task<T>> Shared<T>(Func<Task<T>> make) => new(() =>
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(make);
    });

    private static string NameIn(string connection) => new NpgsqlConnectionStringBuilder(connection).Database!;

    private static async Task<Server> StartAsync()
    {
        var tried = new List<string>();
        foreach (var start in new[] { UseGivenAsync, StartContainerAsync, StartBinariesAsync })
        {
            var (server, what) = await start();
            if (server is { IsOurs: true })
                await HurryAsync(server.ConnectionString);
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
        return (new Server(given, DropAsync, IsOurs: false), Variable);

        async ValueTask DropAsync(IEnumerable<string> databases)
        {
            foreach (var name in databases)
                await ExecuteAsync(given, $"drop database {name} with (force)");
        }
    }

    private static async Task<(Server? Server, string What)> StartContainerAsync()
    {
        try
        {
            var container = new PostgreSqlBuilder("postgres:17").WithCommand("-c", "max_connections=300").Build();
            await container.StartAsync();
            return (new Server(container.GetConnectionString(), _ => container.DisposeAsync()), "a postgres:17 container");
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

            async ValueTask StopAsync(IEnumerable<string> _)
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

    /// <summary>Nothing of a run needs to be there after a crash of the machine: nothing has to reach the disk.</summary>
    private static async Task HurryAsync(string connectionString)
    {
        await ExecuteAsync(connectionString, "alter system set fsync = off");
        await ExecuteAsync(connectionString, "select pg_reload_conf()");
    }

    private static async Task ExecuteAsync(string connectionString, string statement)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <param name="Origin">Where it comes from and what was tried before, as a test's output says.</param>
    /// <param name="IsOurs">Whether the run has started it.</param>
    /// <param name="EndAsync">Leaves nothing behind of these databases, and of the server when the run has started it.</param>
    private sealed record Server(string ConnectionString, Func<IEnumerable<string>, ValueTask> EndAsync, bool IsOurs = true, string Origin = "");
}
