using System.Text.Json.Nodes;
using Npgsql;
using PolicyTracker.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(Service))]

namespace PolicyTracker.Tests.Support;

/// <summary>
/// The service as its users meet it, without seeds. One for the whole run, started when the first test asks; each spec keeps to a country or to names of
/// its own. Take it as a constructor parameter.
/// </summary>
public sealed class Service : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1);
    private RunningService? _running;

    public async Task<NpgsqlConnection> ConnectAsync() => await (await RunningAsync()).ConnectAsync();

    /// <summary>The types of the stored events that hold a text, in their order.</summary>
    public Task<IReadOnlyList<string>> EventsHoldingAsync(string text) =>
        ColumnAsync("select type from policy_events.mt_events where strpos(data::text, $1) > 0 order by seq_id", text);

    public async Task<IReadOnlyList<string>> ColumnAsync(string sql, params IEnumerable<object> values) => await (await RunningAsync()).ColumnAsync(sql, values);

    public async Task<Reply> PostAsync(string path, JsonNode body, params (string Name, string Value)[] headers) => await (await RunningAsync()).PostAsync(path, body, headers);

    public async Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => await (await RunningAsync()).GetAsync(path, headers);

    public async Task<Reply> GetAfterAsync(Reply write, string path) => await (await RunningAsync()).GetAfterAsync(write.Sequence, path);

    public async Task<Reply> SendAsync(HttpMethod method, string path, byte[]? body, string? type, params (string Name, string Value)[] headers) =>
        await (await RunningAsync()).SendAsync(method, path, body, type, headers);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_running is { } running)
            await running.DisposeAsync();
        _gate.Dispose();
    }

    private async Task<RunningService> RunningAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _running ??= await RunningService.StartAsync(
                await (await TestContext.Current.GetFixture<TestDatabase>())!.CreateDatabaseAsync(), ("PolicyTracker__Seeds", "false"));
        }
        finally
        {
            _gate.Release();
        }
    }
}
