using Xunit;

namespace PolicyTracker.Tests.Support;

/// <summary>Files that others published, kept beside the repository: too large, or not ours, to be in it.</summary>
internal static class PublishedData
{
    /// <summary>Where the file is; a test that asks for one that is not there is skipped.</summary>
    /// <param name="file">Its path under <c>../shared/data</c>.</param>
    public static string PathOf(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "..", "shared", "data", file);
            if (File.Exists(Path.Combine(folder.FullName, "PolicyTracker.sln")) && File.Exists(path))
                return path;
        }

        Assert.Skip($"The published data is not beside the repository: ../shared/data/{file}.");
        return file;
    }
}
