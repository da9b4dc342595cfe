using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace PolicyTracker.Hosting;

/// <summary>A PostgreSQL server of the service's own: started with it, watched, and stopped with it; the data stays.</summary>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    // Below every system's range for outgoing connections: a client that keeps trying a dead port there can end up connected to itself.
    private const int FirstPort = 15432;
    private const int LastPort = 15932;
    private const int StartAttempts = 20;
    private const int InUseOnLinux = 11;
    private const int InUseOnMacOS = 35;
    private const int InUseOnWindows = unchecked((int)0x80070020);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly PostgresCluster _cluster;
    private readonly FileStream _claim;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watch;

    private EmbeddedPostgres(PostgresCluster cluster, FileStream claim, int port, int process, string servicePassword, ILogger logger)
    {
        (_cluster, _claim, _logger, Port) = (cluster, claim, logger, port);
        ConnectionString = Connect(port, "policytracker", servicePassword, "policytracker");
        AdministratorConnectionString = Connect(port, "postgres", cluster.Password, "postgres");
        _watch = WatchAsync(process);
    }

    /// <summary>Leads to the database <c>policytracker</c> as its owner, who has no other right.</summary>
    public string ConnectionString { get; }
    /// <summary>Leads to the database <c>postgres</c> as the superuser.</summary>
    public string AdministratorConnectionString { get; }
    public int Port { get; }
    public int Major => _cluster.Major;
    /// <summary>PostgreSQL's own folder.</summary>
    public string Data => _cluster.Data;

    /// <summary>Starts the server of a data directory, making its cluster at the first time.</summary>
    /// <param name="dataDirectory">Where the cluster, its password and downloaded binaries are kept. One service at a time may use it.</param>
    /// <exception cref="DatabaseUnavailableException">It cannot be started; the message says what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(string dataDirectory, ILogger logger, CancellationToken cancellation)
    {
        var folder = Path.GetFullPath(dataDirectory);
        try
        {
            return await StartClaimedAsync(folder, logger, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NpgsqlException)
        {
            throw new DatabaseUnavailableException(
                $"The data directory {folder} cannot be used: {e.Message} Set PolicyTracker__DataDirectory to another folder.", e);
        }
    }

    private static async Task<EmbeddedPostgres> StartClaimedAsync(string folder, ILogger logger, CancellationToken cancellation)
    {
        var claim = Claim(folder);
        PostgresCluster? cluster = null;
        try
        {
            cluster = await PostgresCluster.OpenAsync(folder, logger, cancellation);
            // A service that was killed leaves its server behind; that one may run with other settings.
            await cluster.StopAsync();
            var (port, process) = await StartOnFreePortAsync(cluster, cancellation);
            var password = RandomNumberGenerator.GetHexString(48, lowercase: true);
            await PrepareAsync(Connect(port, "postgres", cluster.Password, "postgres"), password, cancellation);
            return new EmbeddedPostgres(cluster, claim, port, process, password, logger);
        }
        catch
        {
            if (cluster is not null)
                await cluster.StopAsync();
            await claim.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server and gives the data directory free.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        try
        {
            await _watch;
        }
        finally
        {
            await _cluster.StopAsync();
            await _claim.DisposeAsync();
            _stopping.Dispose();
        }
    }

    /// <summary>Claims the data directory for this process. The operating system ends the claim with the process, however that ends.</summary>
    private static FileStream Claim(string folder)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        // Root's server runs as another user, who passes through this folder to its own.
        PostgresCluster.CreateDirectory(folder, ServerAccount.IsRoot ? owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : owner);
        try
        {
            return new FileStream(Path.Combine(folder, "service.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is InUseOnLinux or InUseOnMacOS or InUseOnWindows)
        {
            throw new DatabaseUnavailableException(
                $"Another PolicyTracker uses the data directory {folder}. Stop that one, or set PolicyTracker__DataDirectory to another folder.", e);
        }
    }

    private static async Task<(int Port, int Process)> StartOnFreePortAsync(PostgresCluster cluster, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= StartAttempts; attempt++)
        {
            var port = FreePort();
            if (await cluster.StartAsync(port) is { } process)
                return (port, process);
            // Another program can have been quicker at the port; sessions of a killed server can still be on their last statement.
            await Task.Delay(WatchInterval, cancellation);
        }
        throw new DatabaseUnavailableException($"PostgreSQL did not start in {cluster.Data}. The end of its log:{Environment.NewLine}{cluster.LogEnd}");
    }

    private static int FreePort()
    {
        var ports = Enumerable.Range(FirstPort, LastPort - FirstPort + 1);
        return ports.FirstOrDefault(IsFree) is var port and > 0
            ? port
            : throw new DatabaseUnavailableException($"PostgreSQL found no free port between {FirstPort} and {LastPort}.");
    }

    /// <summary>Whether nobody listens on a port of this machine.</summary>
    internal static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = OperatingSystem.IsWindows() };
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Makes the service's role and database where they are missing, and gives the role a password that lives as long as this process.</summary>
    private static async Task PrepareAsync(string administrator, string password, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(administrator);
        await connection.OpenAsync(cancellation);
        if (!await ExistsAsync("select 1 from pg_roles where rolname = 'policytracker'"))
            await ExecuteAsync("create role policytracker login");
        await ExecuteAsync($"alter role policytracker password '{password}'");
        if (!await ExistsAsync("select 1 from pg_database where datname = 'policytracker'"))
            await ExecuteAsync("create database policytracker owner policytracker");

        async Task<bool> ExistsAsync(string query)
        {
            await using var command = new NpgsqlCommand(query, connection);
            return await command.ExecuteScalarAsync(cancellation) is not null;
        }

        async Task ExecuteAsync(string statement)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>Starts the server again, on the port that the service's connections know, whenever it is found dead.</summary>
    private async Task WatchAsync(int process)
    {
        using var timer = new PeriodicTimer(WatchInterval);
        while (await NextTickAsync(timer))
        {
            if (Postmaster.IsRunning(process))
                continue;
            var restarted = await StartAgainAsync();
            process = restarted ?? process;
            timer.Period = restarted is null ? RetryInterval : WatchInterval;
        }
    }

    private async Task<int?> StartAgainAsync()
    {
        _logger.StartingAgain(Port);
        try
        {
            var restarted = await _cluster.StartAsync(Port);
            if (restarted is null)
                _logger.StillDead(_cluster.LogEnd);
            else
                _logger.RunsAgain(Port);
            return restarted;
        }
        // A full disk or a spent process table passes; the watch must outlive it.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            _logger.StillDead(e.Message);
            return null;
        }
    }

    private async Task<bool> NextTickAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static string Connect(int port, string user, string password, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = user,
        Password = password,
        Database = database,
        Pooling = user != "postgres",
    }.ConnectionString;
}
