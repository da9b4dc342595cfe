using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using PolicyTracker.Recording;
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
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
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

    public async Task<Reply> SendAsync(HttpMethod method, string path, byte[]? body, string? type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type) } };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await (await RunningAsync()).Client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return new Reply(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers.Location?.OriginalString, response.Headers.ETag?.Tag,
            response.Headers.TryGetValues(Write.SequenceHeader, out var told) ? long.Parse(told.Single()) : 0);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_running is { } running)
            await running.DisposeAsync();
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

    private static async Task<Running> StartAsync(string connectionString)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "PolicyTracker.dll")])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__PolicyTracker"] = connectionString,
                ["PolicyTracker__Seeds"] = "false",
                ["Urls"] = "http://127.0.0.1:0",
                ["Logging__Console__FormatterName"] = "simple",
            },
        };
        var process = Process.Start(start)!;
        var running = new Running(process, connectionString);
        await running.ReadyAsync();
        return running;
    }

    private sealed class Running(Process process, string database) : IAsyncDisposable
    {
        private const string Listening = "Now listening on: ";
        private readonly StringBuilder _said = new();

        public string Database => database;
        public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(100) };

        /// <summary>Waits for the service's address, and until its views have taken in the first event, the day's.</summary>
        public async Task ReadyAsync()
        {
            var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
            process.OutputDataReceived += (_, line) => Hear(line.Data, address);
            process.ErrorDataReceived += (_, line) => Hear(line.Data, address);
            process.EnableRaisingEvents = true;
            process.Exited += (_, _) => address.TrySetException(new InvalidOperationException($"The service ended:\n{Said()}"));
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            Client.BaseAddress = await address.Task.WaitAsync(Patience);

            var patience = Stopwatch.StartNew();
            while (await ViewsAtAsync() < 1)
                Assert.True(patience.Elapsed < Patience, $"The views do not follow:\n{Said()}");
        }

        private async Task<long> ViewsAtAsync()
        {
            using var answer = await Client.GetAsync("/v1/facts?limit=1&atLeast=1");
            return long.Parse(answer.Headers.GetValues(Write.SequenceHeader).Single());
        }

        private void Hear(string? line, TaskCompletionSource<Uri> address)
        {
            lock (_said)
                _said.AppendLine(line);
            if (line?.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                address.TrySetResult(new Uri(line[(at + Listening.Length)..].Trim()));
        }

        private string Said()
        {
            lock (_said)
                return _said.ToString();
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}

/// <summary>An answer, read to its end.</summary>
/// <param name="Sequence">What <c>PolicyTracker-Sequence</c> tells; 0 when it is missing.</param>
public sealed record Reply(HttpStatusCode Status, JsonNode? Body, string? Location, string? ETag, long Sequence)
{
    public JsonNode this[string member] => Body?[member] ?? throw new KeyNotFoundException($"No {member} in {Body?.ToJsonString()}");

    public string Text(string member) => this[member].GetValue<string>();

    /// <summary>The answer, which must have one of these statuses.</summary>
    public Reply Is(params HttpStatusCode[] statuses)
    {
        Assert.True(statuses.Contains(Status), $"expected {string.Join(" or ", statuses)}, got {Status}: {Body?.ToJsonString()}");
        return this;
    }

    /// <summary>The answer, which must be the problem of this code, with the status that the catalogue gives it.</summary>
    public Reply IsProblem(string code)
    {
        Is((HttpStatusCode)ProblemTypes.Of(code).Status);
        Assert.Equal(ProblemTypes.UriOf(code), Text("type"));
        return this;
    }

    public JsonElement Json => JsonSerializer.SerializeToElement(Body);
}
