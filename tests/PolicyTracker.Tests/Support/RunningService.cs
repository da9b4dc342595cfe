using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Npgsql;
using PolicyTracker.Recording;
using Xunit;

namespace PolicyTracker.Tests.Support;

/// <summary>The program in a process of its own: real HTTP, a real database. Disposing kills it; started again on the same database, it goes on.</summary>
public sealed class RunningService : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly string _connectionString;
    private readonly ListeningLogger _console = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(100) });
    private readonly Task _ended;

    private RunningService(string connectionString, IEnumerable<(string Name, string Value)> settings, params string[] command)
    {
        _connectionString = connectionString;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "PolicyTracker.dll"), .. command])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__PolicyTracker"] = connectionString,
                ["Urls"] = "http://127.0.0.1:0",
                // Their time is not the test's.
                ["PolicyTracker__Feed__CanarySeconds"] = "0",
                ["PolicyTracker__KeyDirectory"] = Path.Combine(AppContext.BaseDirectory, "keys"),
                ["Logging__Console__FormatterName"] = "simple",
            },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ended = _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:5080</c>.</summary>
    public string Address { get; private set; } = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts the program and waits until its views have taken in the first event, the day's.</summary>
    /// <param name="settings">Further variables of its environment.</param>
    /// <exception cref="InvalidOperationException">It ended; the message is all that it said.</exception>
    public static async Task<RunningService> StartAsync(string connectionString, params (string Name, string Value)[] settings)
    {
        var service = new RunningService(connectionString, settings);
        try
        {
            var line = await service.HearAsync(Listening);
            service.Address = line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim();
            var patience = Stopwatch.StartNew();
            while ((await service.GetAsync("/v1/facts?limit=1&atLeast=1")).Sequence < 1)
                Assert.True(patience.Elapsed < Patience, $"The views do not follow:\n{service.Said}");
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of the program to its end, as an operator would.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is all that it said.</exception>
    public static async Task RunCommandAsync(string connectionString, params string[] command)
    {
        await using var run = new RunningService(connectionString, [], command);
        await run._ended.WaitAsync(Patience, Cancellation);
        if (run._process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} failed:\n{run.Said}");
    }

    /// <summary>The first line on the console, past or to come, that contains the text.</summary>
    public async Task<string> HearAsync(string part)
    {
        var heard = _console.HearAsync(part);
        await Task.WhenAny(heard, _ended).WaitAsync(Patience, Cancellation);
        return _console.Lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal)) ?? throw new InvalidOperationException($"The service ended:\n{Said}");
    }

    /// <summary>A connection to the service's database, with the right to do anything.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(Cancellation);
        return connection;
    }

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

    /// <summary>Reads once the views have reached a sequence, or says in the failure how far they are.</summary>
    public async Task<Reply> GetAfterAsync(long sequence, string path)
    {
        var reply = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}atLeast={sequence}");
        Assert.True(reply.Sequence >= sequence, $"The views are at {reply.Sequence}, not at {sequence}.");
        return reply;
    }

    /// <summary>Waits, half a minute at most, until the views have reached a sequence, or says in the failure how far they are.</summary>
    public async Task FollowedAsync(long sequence)
    {
        var told = 0L;
        for (var wait = 0; wait < 6 && told < sequence; wait++)
            told = (await GetAsync($"/v1/facts?limit=1&atLeast={sequence}")).Sequence;
        Assert.True(told >= sequence, $"The views are at {told}, not at {sequence}:\n{Said}");
    }

    /// <param name="path">The path and query, sent as they are.</param>
    /// <param name="type">The media type, sent as it is.</param>
    /// <exception cref="HttpRequestException">No answer came; the service may have done what it was asked.</exception>
    public async Task<Reply> SendAsync(HttpMethod method, string path, byte[]? body, string? type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{Address}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        if (type is not null)
            request.Content?.Headers.TryAddWithoutValidation("Content-Type", type);
        // A body that is refused for its length is not read: asking first is how a client learns so before its connection is closed.
        request.Headers.ExpectContinue = body?.Length > Write.MostBytes;
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request, Cancellation);
        return await Reply.ReadAsync(response);
    }

    /// <summary>Ends the process at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _ended;
    }

    /// <summary>Asks the process to end, as <c>kill</c> does, and waits for it.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        using var signal = Process.Start(new ProcessStartInfo("kill", ["-TERM", _process.Id.ToString()]) { UseShellExecute = false });
        await _ended.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _client.Dispose();
        _process.Dispose();
    }

    private string Said => string.Join('\n', _console.Lines);

    private void Hear(string? line)
    {
        if (line is not null)
            _console.Log(LogLevel.Information, default, line, null, (said, _) => said);
    }
}
