namespace PolicyTracker.Hosting;

/// <summary>The user that PostgreSQL runs as: the service's own, or an unprivileged one when that is root, as which PostgreSQL refuses to run.</summary>
internal sealed class ServerAccount
{
    private readonly string? _user;
    private readonly IReadOnlyList<string> _becomeUser;

    private ServerAccount(string? user, IReadOnlyList<string> becomeUser) => (_user, _becomeUser) = (user, becomeUser);

    /// <summary>Chooses the user and the way to become it.</summary>
    /// <exception cref="DatabaseUnavailableException">The service is root and no program is there to give that up.</exception>
    public static async Task<ServerAccount> ChooseAsync(CancellationToken cancellation)
    {
        if (!IsRoot)
            return new ServerAccount(null, []);
        var user = (await Command.RunAsync(["id", "-u", "postgres"], cancellation)).Succeeded ? "postgres" : "nobody";
        return new ServerAccount(user, WaysToBecome(user).FirstOrDefault(way => IsOnPath(way[0]))
            ?? throw new DatabaseUnavailableException(
                "PostgreSQL does not run as root, and none of runuser, setpriv and su is there to run it as another user. Start the service as another user."));
    }

    /// <summary>On Windows, PostgreSQL gives up an administrator's rights by itself.</summary>
    public static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The command line that runs a program as this user.</summary>
    public IReadOnlyList<string> CommandLine(string program, params IEnumerable<string> arguments) => [.. _becomeUser, program, .. arguments];

    /// <summary>Hands a folder and all that is in it to this user.</summary>
    /// <exception cref="DatabaseUnavailableException">The user cannot reach the folder.</exception>
    public async Task TakeOverAsync(string folder, CancellationToken cancellation)
    {
        if (_user is null)
            return;
        await Command.RunAsync(["chown", "-R", $"{_user}:", folder], cancellation);
        if (!(await Command.RunAsync(CommandLine("test", "-w", folder), cancellation)).Succeeded)
        {
            throw new DatabaseUnavailableException(
                $"PostgreSQL does not run as root, and the user {_user} that it runs as instead cannot reach {folder}. "
                + "Set PolicyTracker__DataDirectory to a folder that others may pass through, such as /var/lib/policytracker.");
        }
    }

    private static string[][] WaysToBecome(string user) =>
    [
        ["runuser", "-u", user, "--"],
        ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"],
        ["su", "-s", "/bin/sh", "-c", """exec "$0" "$@" """, "--", user],
    ];

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
