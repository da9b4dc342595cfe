using PolicyTracker.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(FoundingCase))]

namespace PolicyTracker.Tests.Support;

/// <summary>A service that holds the seeds and nothing else, for specs that only read. One for the whole run, started when the first test asks. Take it as a constructor parameter.</summary>
public sealed class FoundingCase : IAsyncLifetime
{
    private readonly Lazy<Task<RunningService>> _service = new(StartAsync);

    public Task<RunningService> ServiceAsync() => _service.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_service.IsValueCreated && _service.Value.IsCompletedSuccessfully)
            await (await _service.Value).DisposeAsync();
    }

    private static async Task<RunningService> StartAsync() => await SeededService.StartAsync((await TestContext.Current.GetFixture<TestDatabase>())!);
}
