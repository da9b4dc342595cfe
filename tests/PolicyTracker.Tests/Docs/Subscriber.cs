using System.Diagnostics;
using System.Text;
using Xunit;

namespace PolicyTracker.Tests.Docs;

/// <summary>A program of the documentation in a process of its own, heard line by line.</summary>
internal sealed class Subscriber : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _complaints = new();

    private Subscriber(Process process) => _process = process;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="command">What runs the file, with the file.</param>
    /// <param name="folder">Where it keeps what it has handled.</param>
    public static Subscriber Start(string command, string folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command.Split(' ')[0], command.Split(' ')[1..])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var subscriber = new Subscriber(Process.Start(start)!);
        subscriber._process.ErrorDataReceived += (_, line) =>
        {
            lock (subscriber._complaints)
                subscriber._complaints.AppendLine(line.Data);
        };
        subscriber._process.BeginErrorReadLine();
        return subscriber;
    }

    /// <summary>The next so many lines that it prints.</summary>
    public async Task<IReadOnlyList<string>> NextAsync(int count)
    {
        var lines = new List<string>();
        try
        {
            while (lines.Count < count && await _process.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation) is { } line)
                lines.Add(line);
        }
        catch (TimeoutException)
        {
            // What it said tells why.
        }

        lock (_complaints)
            Assert.True(lines.Count == count, $"{lines.Count} of {count} lines came. {_complaints}");
        return lines;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        // Not until the end of what it says: a compiler that it has started may live on and hold that open.
        _process.WaitForExit(TimeSpan.FromSeconds(30));
        _process.Dispose();
    }
}
