using System.Runtime.InteropServices;
using System.Text;

namespace PolicyTracker.Benchmarks;

/// <summary>What a benchmark found, as a page of <c>results/</c>. Figures of two machines do not compare; the ratios within one run do.</summary>
internal sealed class Report(string title, string about)
{
    private readonly StringBuilder _text = new($"# {title}\n\n{about}\n");

    public Report Table(string[] columns, params IEnumerable<object[]> rows)
    {
        _text.AppendLine().AppendLine($"| {string.Join(" | ", columns)} |").AppendLine($"|{string.Concat(Enumerable.Repeat("---|", columns.Length))}");
        foreach (var row in rows)
            _text.AppendLine($"| {string.Join(" | ", row)} |");
        return this;
    }

    public Report Say(string text)
    {
        _text.AppendLine().AppendLine(text);
        return this;
    }

    /// <summary>Prints the page and writes it to <c>results/</c>.</summary>
    public async Task WriteAsync(string name)
    {
        Say($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, `dotnet run -c Release --project tests/PolicyTracker.Benchmarks -- {name}`, on {Machine}.");
        Console.WriteLine(_text);
        await File.WriteAllTextAsync(Path.Combine(Folder, $"{name}.md"), _text.ToString());
    }

    private static string Machine =>
        $"{Environment.ProcessorCount} {RuntimeInformation.ProcessArchitecture} cores that the clients, the server and PostgreSQL share, "
        + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB, Linux, {RuntimeInformation.FrameworkDescription}";

    private static string Folder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "PolicyTracker.sln")))
                folder = folder.Parent ?? throw new InvalidOperationException("The results are kept in the repository; it is not there.");
            return Directory.CreateDirectory(Path.Combine(folder.FullName, "tests", "PolicyTracker.Benchmarks", "results")).FullName;
        }
    }
}
