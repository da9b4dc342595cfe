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
        using var process = Process.Start(Describe(commandLine))!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new CommandResult(process.ExitCode == 0, $"{await output}{await error}".Trim());
    }

    /// <summary>Runs a program that leaves another one running.</summary>
    /// <remarks>What they print is not waited for: on some systems the second one holds the pipes open.</remarks>
    public static async Task LaunchAsync(IReadOnlyList<string> commandLine)
    {
        using var process = Process.Start(Describe(commandLine))!;
        await process.WaitForExitAsync();
    }

    private static ProcessStartInfo Describe(IReadOnlyList<string> commandLine) => new(commandLine[0], commandLine.Skip(1))
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // The service's own folder may be closed to the user that the program runs as.
        WorkingDirectory = Path.GetPathRoot(Environment.CurrentDirectory)!,
    };
}
