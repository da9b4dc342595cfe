using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace PolicyTracker.Tests.Support;

/// <summary>The built service as a process of its own, on a port of its own, with what it says.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>A read that waits for the views takes five seconds at most; two minutes are patience enough for a busy machine.</summary>
    private const int MostReads = 24;

    private const string Listening = "Now listening on: ";
    private readonly Process _process;
    private readonly ListeningLogger _said = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(100) };
    private string _address = "";

    private ServiceProcess(Process process) => _process = process;

    /// <summary>Starts the service and waits until it answers and its views have taken in the first event, the day's.</summary>
    /// <param name="settings">Environment variables, such as the database. Seeds are off.</param>
    public static async Task<ServiceProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "PolicyTracker.dll")])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PolicyTracker__Seeds"] = "false",
                ["Urls"] = "http://127.0.0.1:0",
                ["Logging__Console__FormatterName"] = "simple",
            },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var service = new ServiceProcess(Process.Start(start)!);
        await service.ReadyAsync();
        return service;
    }

    /// <summary>Ends with the first line, past or to come, that contains the text.</summary>
    /// <exception cref="InvalidOperationException">The service ended before.</exception>
    public async Task<string> HearAsync(string part)
    {
        var heard = _said.HearAsync(part);
        using var stopped = new CancellationTokenSource();
        var ended = _process.WaitForExitAsync(stopped.Token);
        var first = await Task.WhenAny(heard, ended).WaitAsync(TimeSpan.FromMinutes(2));
        await stopped.CancelAsync();
        return first == heard ? _said.Lines.First(line => line.Contains(part, StringComparison.Ordinal)) : throw new InvalidOperationException($"The service ended:\n{Said}");
    }

    /// <summary>All that the service said.</summary>
    public string Said => string.Join('\n', _said.Lines);

    /// <param name="path">The path and query, sent as they are.</param>
    /// <exception cref="HttpRequestException">No answer came; the service may have done what it was asked.</exception>
    public async Task<Reply> SendAsync(HttpMethod method, string path, byte[]? body, string? type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{_address}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        if (type is not null)
            request.Content!.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    public Task<Reply> PostAsync(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json", headers);

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    /// <summary>Waits until the views have taken in a sequence of the store, or says in the failure how far they are.</summary>
    public async Task ViewsReachAsync(long sequence)
    {
        var told = 0L;
        for (var read = 0; read < MostReads && told < sequence; read++)
        {
            told = (await GetAsync($"/v1/facts?limit=1&atLeast={sequence}")).Sequence;
        }

        Assert.True(told >= sequence, $"The views are at {told}, not at {sequence}:\n{Said}");
    }

    /// <summary>Ends the process at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks the process to end, as <c>kill</c> does, and waits for it.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        using var signal = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private async Task ReadyAsync()
    {
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var line = await HearAsync(Listening);
        _address = line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim();
        await ViewsReachAsync(1);
    }

    private void Hear(string? line)
    {
        if (line is not null)
            _said.Hear(line);
    }
}
