using System.Text.RegularExpressions;
using MysticMind.PostgresEmbed;

namespace PolicyTracker.Hosting;

/// <summary>An installation of PostgreSQL on this machine.</summary>
/// <param name="Folder">The folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</param>
/// <param name="Major">The major version, such as 17.</param>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    private const int OldestMajor = 15;
    private const int DownloadedMajor = 17;

    private static readonly string[] Programs = ["initdb", "pg_ctl", "postgres"];

    public string InitDb => Program(Folder, "initdb");
    public string PgCtl => Program(Folder, "pg_ctl");

    /// <summary>Finds PostgreSQL 15 or later on PATH, in the usual folders or among earlier downloads, or else downloads it.</summary>
    /// <param name="clusterMajor">The major version of an existing cluster, which no other can open; null when there is none.</param>
    /// <param name="downloads">The folder for downloaded binaries.</param>
    /// <exception cref="DatabaseUnavailableException">None was found and the download failed.</exception>
    public static async Task<PostgresBinaries> FindAsync(int? clusterMajor, string downloads, ILogger logger, CancellationToken cancellation)
    {
        var unfit = new List<string>();
        foreach (var folder in Folders(downloads).Where(IsInstallation).Distinct())
        {
            var binaries = await ReadAsync(folder, cancellation);
            if (clusterMajor is null ? binaries.Major >= OldestMajor : binaries.Major == clusterMajor)
                return binaries;
            unfit.Add($"PostgreSQL {binaries.Major} in {folder}");
        }
        return await DownloadAsync(clusterMajor, downloads, unfit, logger, cancellation);
    }

    private static IEnumerable<string> Folders(string downloads) =>
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(BehindLinks),
        .. NewestFirst("/usr/lib/postgresql", "*"),
        .. NewestFirst("/usr", "pgsql-*"),
        .. NewestFirst("/opt/homebrew/opt", "postgresql*"),
        .. NewestFirst("/usr/local/opt", "postgresql*"),
        .. NewestFirst("/home/linuxbrew/.linuxbrew/opt", "postgresql*"),
        .. NewestFirst("/Applications/Postgres.app/Contents/Versions", "*"),
        .. NewestFirst(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*"),
        .. NewestFirst(downloads, "*"),
    ];

    private static IEnumerable<string> NewestFirst(string parent, string pattern) => Directory.Exists(parent)
        ? Directory.EnumerateDirectories(parent, pattern)
            .OrderByDescending(folder => int.TryParse(FirstNumber().Match(Path.GetFileName(folder)).Value, out var major) ? major : 0)
            .Select(folder => Path.Combine(folder, "bin"))
        : [];

    /// <summary>The folder that pg_ctl really lies in: a link alone does not bring its siblings along.</summary>
    private static string BehindLinks(string folder)
    {
        var program = new FileInfo(Program(folder, "pg_ctl"));
        return program.Exists ? Path.GetDirectoryName((program.ResolveLinkTarget(returnFinalTarget: true) ?? program).FullName)! : folder;
    }

    private static bool IsInstallation(string folder) => Array.TrueForAll(Programs, name => File.Exists(Program(folder, name)));

    private static async Task<PostgresBinaries> ReadAsync(string folder, CancellationToken cancellation)
    {
        var version = await Command.RunAsync([Program(folder, "pg_ctl"), "--version"], cancellation);
        return new PostgresBinaries(folder, int.TryParse(FirstNumber().Match(version.Output).Value, out var major) ? major : 0);
    }

    private static async Task<PostgresBinaries> DownloadAsync(
        int? clusterMajor, string downloads, List<string> unfit, ILogger logger, CancellationToken cancellation)
    {
        var major = clusterMajor ?? DownloadedMajor;
        logger.Downloading(major, downloads);
        try
        {
            var package = new PgServer(new PgServerOptions
            {
                PgVersion = $"{major}",
                DbDir = downloads,
                BinariesDir = downloads,
                DownloadRetryCount = 1,
                Logger = logger,
            });
            await package.InstallAsync(cancellation);
            return new PostgresBinaries(Path.Combine(package.InstallDir, "bin"), major);
        }
        catch (Exception e) when (e is PostgresEmbedException or HttpRequestException or IOException or TimeoutException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new DatabaseUnavailableException(Remedies(clusterMajor, unfit, e), e);
        }
    }

    private static string Remedies(int? clusterMajor, List<string> unfit, Exception download)
    {
        var wanted = clusterMajor is null ? $"PostgreSQL {OldestMajor} or later" : $"PostgreSQL {clusterMajor}, which made the existing database,";
        var found = unfit.Count == 0 ? "" : $" (found only {string.Join(", ", unfit)})";
        return $"""
            No database: {wanted} was not found on this machine{found}, and the download failed: {download.GetBaseException().Message}
            Do one of these and start again:
              - set ConnectionStrings__PolicyTracker to a PostgreSQL database of yours;
              - install PostgreSQL {(clusterMajor is null ? $"{OldestMajor} or later" : clusterMajor)}, in its usual folder or on PATH;
              - allow this machine to download PostgreSQL from the internet.
            """;
    }

    private static string Program(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    [GeneratedRegex(@"\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstNumber();
}
