using Npgsql;

namespace PolicyTracker.Hosting;

/// <summary>The service's database: the one that the configuration names, or else a server of its own.</summary>
/// <remarks>Open it before the host is built and dispose it after the host has ended: whatever runs in between may use it to its last moment.</remarks>
internal sealed class Database : IAsyncDisposable
{
    // A string of the user's own comes after these and wins.
    private const string Defaults =
        "Application Name=PolicyTracker;Keepalive=30;Tcp Keepalive=true;Include Error Detail=false;Maximum Pool Size=100;Max Auto Prepare=100";

    private static readonly string[] CommandsWithoutDatabase = ["codegen", "help"];

    private readonly ILoggerFactory _loggers;
    private readonly EmbeddedPostgres? _embedded;

    private Database(string connectionString, EmbeddedPostgres? embedded, ILoggerFactory loggers)
    {
        ConnectionString = new NpgsqlConnectionStringBuilder($"{Defaults};{connectionString}").ConnectionString;
        (_embedded, _loggers) = (embedded, loggers);
    }

    public string ConnectionString { get; }

    /// <summary>Takes <c>ConnectionStrings:PolicyTracker</c>, or starts a server under <c>PolicyTracker:DataDirectory</c>; the console says which.</summary>
    /// <param name="args">The command line. A command that needs no database gets one that cannot be reached.</param>
    /// <exception cref="DatabaseUnavailableException">Neither can be had; the message says what to do.</exception>
    public static async Task<Database> OpenAsync(IConfiguration configuration, string[] args, CancellationToken cancellation = default)
    {
        // The host has no loggers yet, and the server's watch goes on after they are gone.
        var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(configuration.GetSection("Logging")).AddConsole());
        var logger = loggers.CreateLogger<Database>();
        if (args is [var command, ..] && CommandsWithoutDatabase.Contains(command))
            return new Database("Host=none.invalid", null, loggers);
        if (configuration.GetConnectionString("PolicyTracker") is { Length: > 0 } given)
        {
            var target = new NpgsqlConnectionStringBuilder(given);
            logger.UsesConfigured(target.Database, target.Host);
            return new Database(given, null, loggers);
        }
        var embedded = await EmbeddedPostgres.StartAsync(DirectoryOf(configuration), logger, cancellation);
        logger.UsesEmbedded(embedded.Major, embedded.Port, embedded.Data);
        return new Database(embedded.ConnectionString, embedded, loggers);
    }

    /// <summary>The data directory: <c>PolicyTracker:DataDirectory</c>, or the default.</summary>
    public static string DirectoryOf(IConfiguration configuration) => configuration["PolicyTracker:DataDirectory"] is { Length: > 0 } given ? given : DefaultDataDirectory;

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
            await _embedded.DisposeAsync();
        _loggers.Dispose();
    }

    // Root's home is closed to the user that its PostgreSQL runs as.
    private static string DefaultDataDirectory => ServerAccount.IsRoot
        ? "/var/lib/policytracker"
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "PolicyTracker");
}
