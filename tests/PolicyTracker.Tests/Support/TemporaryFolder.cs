using System.Security.Cryptography;

namespace PolicyTracker.Tests.Support;

/// <summary>The path of a folder that does not exist yet, deleted with all that came into it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"policy tracker {RandomNumberGenerator.GetHexString(12, lowercase: true)}");

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
