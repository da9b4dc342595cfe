using PolicyTracker.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(FoundingService))]

namespace PolicyTracker.Tests.Support;

/// <summary>The service with the seeds.</summary>
public sealed class FoundingService() : SharedService(SeededService.StartAsync);

/// <summary>A service that holds the seeds and nothing else, for specs that only read: the same one for all of them.</summary>
public sealed class FoundingCase(FoundingService shared) : IAsyncLifetime
{
    public RunningService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Service = await shared.RunningAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
