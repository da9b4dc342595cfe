using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using PolicyTracker.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(Service))]

namespace PolicyTracker.Tests.Support;

/// <summary>
/// The service as its users meet it: the program in a process of its own, real HTTP, a real database, no seeds. One for the whole run, started when the
/// first test asks; each spec keeps to a country or to names of its own. Take it as a constructor parameter.
/// </summary>
public sealed class Service : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1);
    private Running? _running;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A connection to the service's database, with the right to do anything.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection((await RunningAsync()).Database);
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    /// <summary>The types of the stored events that hold a text, in their order.</summary>
    public Task<IReadOnlyList<string>> EventsHoldingAsync(string text) =>
        ColumnAsync("select type from policy_events.mt_events where strpos(data::text, $1) > 0 order by seq_id", text);

    /// <summary>The first column of a query on the service's database, as text.</summary>
    public async Task<IReadOnlyList<string>> ColumnAsync(string sql, params IEnumerable<object> values)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        var found = new List<string>();
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        while (await rows.ReadAsync(Cancellation))
            found.Add(rows.GetValue(0).ToString()!);
        return found;
    }

    public Task<Reply> PostAsync(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json", headers);

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, null, headers);

    /// <summary>Reads once the views have reached a write, or says in the failure how far they are.</summary>
    public async Task<Reply> GetAfterAsync(Reply write, string path)
    {
        var reply = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}atLeast={write.Sequence}");
        Assert.True(reply.Sequence >= write.Sequence, $"The views are at {reply.Sequence}, not at {write.Sequence}.");
        return reply;
    }

    public async Task<Reply> SendAsync(HttpMethod method, string path, byte[]? body, string? type, params (string Name, string Value)[] headers) =>
        await (await RunningAsync()).Process.SendAsync(method, path, body, type, headers);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_running is { } running)
            await running.Process.DisposeAsync();
        _gate.Dispose();
    }

    private async Task<Running> RunningAsync()
    {
        await _gate.WaitAsync(Cancellation);
        try
        {
            return _running ??= await StartAsync(await (await TestContext.Current.GetFixture<TestDatabase>())!.CreateDatabaseAsync());
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async Task<Running> StartAsync(string connectionString) =>
        new(await ServiceProcess.StartAsync(("ConnectionStrings__PolicyTracker", connectionString)), connectionString);

    private sealed record Running(ServiceProcess Process, string Database);
}
