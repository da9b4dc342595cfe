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
public sealed class Service() : SharedService(async database => await RunningService.StartAsync(await database.CreateDatabaseAsync(), ("PolicyTracker__Seeds", "false")))
{
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
}
