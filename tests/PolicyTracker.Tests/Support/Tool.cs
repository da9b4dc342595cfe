using Xunit;

namespace PolicyTracker.Tests.Support;

/// <summary>Programs of the machine that some tests run.</summary>
internal static class Tool
{
    /// <summary>Skips the test where one of them is missing.</summary>
    public static void Require(params IEnumerable<string> names)
    {
        foreach (var name in names)
            Assert.SkipWhen(Find(name) is null, $"This test needs {name}, which is not on this machine.");
    }

    /// <summary>The path of the first of these programs that is here; null when none is.</summary>
    public static string? Find(params IEnumerable<string> names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
