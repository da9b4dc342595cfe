using Xunit;

namespace PolicyTracker.Tests.Support;

/// <summary>A service for the whole run, started when the first test asks.</summary>
public abstract class SharedService : IAsyncLifetime
{
    private readonly Lazy<Task<RunningService>> _running;

    private protected SharedService(Func<TestDatabase, Task<RunningService>> start) =>
        _running = new(async () => await start((await TestContext.Current.GetFixture<TestDatabase>())!));

    public Task<RunningService> RunningAsync() => _running.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_running.IsValueCreated && _running.Value.IsCompletedSuccessfully)
            await (await _running.Value).DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
