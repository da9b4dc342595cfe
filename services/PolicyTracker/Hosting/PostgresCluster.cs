using System.Security.Cryptography;

namespace PolicyTracker.Hosting;

/// <summary>One PostgreSQL cluster on disk: its files, its administrator's password, and the commands that make, start and stop it.</summary>
internal sealed class PostgresCluster
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Passed on the command line, where they need no quoting for any shell and win over every file.
    private static readonly string[] Settings =
    [
        "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "shared_buffers=128MB", "timezone=UTC",
    ];

    // C.UTF-8 knows the case of letters beyond ASCII, but not every system has it.
    private static readonly string[] Locales = ["C.UTF-8", "C"];

    private readonly string _folder;
    private readonly string _log;
    private readonly PostgresBinaries _binaries;
    private readonly ServerAccount _account;

    private PostgresCluster(string folder, PostgresBinaries binaries, ServerAccount account, string password)
    {
        (_folder, _binaries, _account, Password) = (folder, binaries, account, password);
        Data = DataIn(folder);
        _log = Path.Combine(folder, "server.log");
    }

    /// <summary>The cluster's own folder, PostgreSQL's PGDATA.</summary>
    public string Data { get; }
    public int Major => _binaries.Major;
    /// <summary>The password of the superuser <c>postgres</c>.</summary>
    public string Password { get; }
    /// <summary>The end of the server's log, for an error message.</summary>
    public string LogEnd => File.Exists(_log) ? string.Join(Environment.NewLine, File.ReadLines(_log).TakeLast(10)) : "(no log)";

    /// <summary>Opens the cluster under a data directory, making it at the first time.</summary>
    /// <exception cref="DatabaseUnavailableException">No fitting PostgreSQL, or it cannot use the folder.</exception>
    public static async Task<PostgresCluster> OpenAsync(string dataDirectory, ILogger logger, CancellationToken cancellation)
    {
        var folder = Path.Combine(dataDirectory, "postgres");
        var major = MajorOf(DataIn(folder));
        var binaries = await PostgresBinaries.FindAsync(major, Path.Combine(dataDirectory, "binaries"), logger, cancellation);
        var account = await ServerAccount.ChooseAsync(cancellation);
        var password = PasswordIn(Path.Combine(dataDirectory, "postgres.password"), isNew: major is null);
        CreateDirectory(folder, OwnerOnly);
        await account.TakeOverAsync(folder, cancellation);
        var cluster = new PostgresCluster(folder, binaries, account, password);
        if (major is null)
            await cluster.InitializeAsync(logger, cancellation);
        return cluster;
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    /// <returns>The number of its process, or null when it did not start: <see cref="LogEnd"/> says why.</returns>
    public async Task<int?> StartAsync(int port)
    {
        // PostgreSQL itself would refuse when the number of its last process now belongs to any other program.
        if (RunningProcess is null)
            File.Delete(Path.Combine(Data, "postmaster.pid"));
        if (File.Exists(_log))
            File.Move(_log, Path.Combine(_folder, "server.previous.log"), overwrite: true);
        var options = string.Join(' ', Settings.Prepend($"port={port}").Select(setting => $"-c {setting}"));
        await Command.LaunchAsync(PgCtl("start", "-w", "-t", "300", "-s", "-l", _log, "-o", options));
        return RunningProcess;
    }

    /// <summary>Stops the server that runs on this cluster, if one does, whoever started it.</summary>
    public async Task StopAsync()
    {
        if (RunningProcess is null)
            return;
        var stopped = await Command.RunAsync(PgCtl("stop", "-w", "-t", "60", "-m", "fast"), CancellationToken.None);
        if (!stopped.Succeeded)
            await Command.RunAsync(PgCtl("stop", "-w", "-t", "60", "-m", "immediate"), CancellationToken.None);
    }

    /// <summary>Creates a directory, if need be, with a mode that the process's mask does not narrow.</summary>
    public static void CreateDirectory(string path, UnixFileMode mode)
    {
        if (Directory.Exists(path))
            return;
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    private int? RunningProcess => Postmaster.Named(Data) is { } server && Postmaster.IsRunning(server.Id, server.StartedAt) ? server.Id : null;

    private IReadOnlyList<string> PgCtl(string verb, params IEnumerable<string> arguments) =>
        _account.CommandLine(_binaries.PgCtl, [verb, "-D", Data, .. arguments]);

    /// <summary>Makes the cluster beside its place and then moves it there, so that one half made is never taken for whole.</summary>
    private async Task InitializeAsync(ILogger logger, CancellationToken cancellation)
    {
        logger.Making(Major, Data);
        var unfinished = Path.Combine(_folder, "unfinished");
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        var passwordFile = Path.Combine(_folder, "password");
        try
        {
            // initdb runs as a user that may not read the service's own copy.
            WritePrivately(passwordFile, Password);
            await _account.TakeOverAsync(passwordFile, cancellation);
            var outcome = new CommandResult(false, "");
            foreach (var locale in Locales.TakeWhile(_ => !outcome.Succeeded))
            {
                string[] options = ["-D", unfinished, "-U", "postgres", "-E", "UTF8", $"--locale={locale}", "-A", "scram-sha-256", $"--pwfile={passwordFile}"];
                outcome = await Command.RunAsync(_account.CommandLine(_binaries.InitDb, options), cancellation);
            }
            if (!outcome.Succeeded)
                throw new DatabaseUnavailableException($"PostgreSQL could not make a database in {_folder}: {outcome.Output}");
        }
        finally
        {
            File.Delete(passwordFile);
        }
        Directory.Move(unfinished, Data);
    }

    private static string DataIn(string folder) => Path.Combine(folder, "data");

    private static int? MajorOf(string data)
    {
        var file = Path.Combine(data, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file)) : null;
    }

    private static string PasswordIn(string file, bool isNew)
    {
        if (File.Exists(file))
            return File.ReadAllText(file);
        if (!isNew)
        {
            throw new DatabaseUnavailableException(
                $"The password of the database is missing: {file} is gone. Put it back, "
                + "or move the folder postgres beside it away to begin with an empty database.");
        }
        var password = RandomNumberGenerator.GetHexString(48, lowercase: true);
        WritePrivately($"{file}.new", password);
        File.Move($"{file}.new", file);
        return password;
    }

    private static void WritePrivately(string file, string text)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerReads;
        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }
}
