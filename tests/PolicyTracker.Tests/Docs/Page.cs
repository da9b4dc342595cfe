using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Docs;

/// <summary>
/// A page of the documentation, run as its reader would: a block of <c>console</c> holds commands behind "$ " (a line that ends in a backslash goes on) and
/// what they print; any other block whose first line is a comment that names a file is that file.
/// </summary>
internal sealed class Page
{
    private const string Fence = "```";
    private const string Prompt = "$ ";
    private const string AddressLine = "$ PT=";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _path;
    private readonly List<Block> _blocks;

    private Page(string path, List<Block> blocks) => (_path, _blocks) = (path, blocks);

    public static Page Read(string name)
    {
        var path = Path.Combine(SourceFolder(), "..", "..", "..", "services", "PolicyTracker", "docs", name);
        return new Page(path, [.. Blocks(File.ReadAllLines(path))]);
    }

    /// <summary>The page with the output that its commands print now.</summary>
    /// <param name="address">The service that stands in for the one that the page speaks of.</param>
    public async Task<string> RunAsync(string address)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        foreach (var block in _blocks.Where(b => b.File is not null))
            await File.WriteAllLinesAsync(Path.Combine(folder.Path, block.File!), block.Lines[1..^1]);
        var commands = _blocks.SelectMany(b => b.Commands).ToList();
        var printed = await PrintedAsync(folder.Path, [$"PT={address}", .. commands.Select(c => c.StartsWith(AddressLine[2..], StringComparison.Ordinal) ? ":" : c)]);

        var page = new StringBuilder();
        var next = 1;
        foreach (var block in _blocks)
        {
            if (!block.IsConsole)
            {
                page.AppendJoin('\n', block.Lines).Append('\n');
                continue;
            }

            page.Append(block.Lines[0]).Append('\n');
            foreach (var command in block.Commands)
                page.Append(Prompt).Append(command).Append('\n').Append(printed[next++]);
            page.Append(Fence).Append('\n');
        }

        return page.ToString();
    }

    /// <summary>The text of a file that the page shows.</summary>
    public string FileText(string name) => string.Join('\n', _blocks.Single(block => block.File == name).Lines[1..^1]);

    public string Text => File.ReadAllText(_path);

    public void Rewrite(string text) => File.WriteAllText(_path, text);

    private static async Task<string[]> PrintedAsync(string folder, IReadOnlyList<string> commands)
    {
        const char Between = '\u001e';
        var script = string.Concat(commands.Select(c => $"{c}\nprintf '\\036'\n"));
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"exec 2>&1\n{script}"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        shell.StandardInput.Close();
        try
        {
            var said = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            return [.. said.Split(Between).Select(text => text.Length == 0 || text.EndsWith('\n') ? text : $"{text}\n")];
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }
    }

    private static IEnumerable<Block> Blocks(string[] lines)
    {
        for (var at = 0; at < lines.Length;)
        {
            var fenced = lines[at].StartsWith(Fence, StringComparison.Ordinal);
            var end = fenced
                ? Array.IndexOf(lines, Fence, at + 1) + 1
                : Array.FindIndex(lines, at, line => line.StartsWith(Fence, StringComparison.Ordinal)) is >= 0 and var fence ? fence : lines.Length;
            yield return new Block(lines[at..end]);
            at = end;
        }
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private sealed record Block(string[] Lines)
    {
        public bool IsConsole => Lines[0] == $"{Fence}console";

        public string? File => Lines is [var fence, var first, ..] && fence.StartsWith(Fence, StringComparison.Ordinal) && first.Split(' ') is ["#" or "//", var name] ? name : null;

        public IEnumerable<string> Commands
        {
            get
            {
                for (var at = 0; IsConsole && at < Lines.Length; at++)
                {
                    if (!Lines[at].StartsWith(Prompt, StringComparison.Ordinal))
                        continue;
                    var command = Lines[at][Prompt.Length..];
                    while (command.EndsWith('\\'))
                        command += $"\n{Lines[++at]}";
                    yield return command;
                }
            }
        }
    }
}
