using System.Diagnostics;

namespace PolicyTracker.Hosting;

/// <summary>What a program said and how it ended.</summary>
internal sealed record CommandResult(bool Succeeded, string Output);

/// <summary>Runs a program to its end, without a shell.</summary>
internal static class Command
{
    /// <summary>Runs a program and takes what it prints.</summary>
    public static async Task<CommandResult> RunAsync(IReadOnlyList<string> commandLine, CancellationToken cancellation)
    {
        using var process = Process.Start(Describe(commandLine, redirect: true))!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new CommandResult(process.ExitCode == 0, $"{await output}{await error}".Trim());
    }

    /// <summary>Runs a program that leaves another one running, which on some systems would hold the pipes of its output open.</summary>
    /// <returns>Whether it succeeded.</returns>
    public static async Task<bool> LaunchAsync(IReadOnlyList<string> commandLine)
    {
        using var process = Process.Start(Describe(commandLine, redirect: false))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private static ProcessStartInfo Describe(IReadOnlyList<string> commandLine, bool redirect) => new(commandLine[0], commandLine.Skip(1))
    {
        RedirectStandardOutput = redirect,
        RedirectStandardError = redirect,
        // The service's own folder may be closed to the user that the program runs as.
        WorkingDirectory = Path.GetPathRoot(Environment.CurrentDirectory)!,
    };
}
