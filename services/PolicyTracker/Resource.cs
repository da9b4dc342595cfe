namespace PolicyTracker;

/// <summary>Text files that travel inside the assembly.</summary>
internal static class Resource
{
    /// <summary>The lines of a file, without those that are empty or begin with #.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(Resource).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException("No such resource in the assembly.", name);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            if (line.Length > 0 && line[0] != '#')
                yield return line;
    }
}
