using System.Net;
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

    /// <summary>All items of a list that is read in pages, in their order.</summary>
    /// <param name="list">Its address, with its filters.</param>
    /// <param name="asked">What is posted to each page; they are read when left out.</param>
    public async Task<IReadOnlyList<JsonNode>> AllAsync(string list, JsonNode? asked = null, int limit = 10)
    {
        var items = new List<JsonNode>();
        var first = $"{list}{(list.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={limit}";
        for (var page = first; ;)
        {
            var reply = (asked is null ? await GetAsync(page) : await PostAsync(page, asked)).Is(HttpStatusCode.OK);
            items.AddRange(reply["items"].AsArray().Select(item => item!));
            if (reply.Body!["next"] is not { } next)
                return items;
            page = $"{first}&next={next}";
        }
    }

    public async Task<Reply> SendAsync(HttpMethod method, string path, byte[]? body, string? type, params (string Name, string Value)[] headers) =>
        await (await RunningAsync()).SendAsync(method, path, body, type, headers);
}
