using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace PolicyTracker.Benchmarks;

/// <summary>The service as it is run: a process of its own with an embedded PostgreSQL in a folder that is deleted afterwards.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private static int _started;

    private readonly string _folder;
    private readonly Child _child;
    private readonly HttpClient _client;
    private int _recorded;

    private ServiceUnderTest(string folder, Child child, Uri address)
    {
        (_folder, _child) = (folder, child);
        _client = new HttpClient { BaseAddress = address };
        Stream = new Uri(address, "/v1/events/stream");
    }

    public int Process => _child.Id;
    public HttpClient Client => _client;
    public Child Child => _child;
    public Uri Stream { get; }

    public static async Task<ServiceUnderTest> StartAsync(params (string Name, string Value)[] settings)
    {
        // The service makes it, so that PostgreSQL's own user can pass through.
        var folder = Path.Combine(Path.GetTempPath(), $"policytracker-benchmark-{Environment.ProcessId}-{Interlocked.Increment(ref _started)}");
        var environment = new Dictionary<string, string>
        {
            ["PolicyTracker__DataDirectory"] = folder,
            ["PolicyTracker__Seeds"] = "false",
            ["PolicyTracker__Feed__StreamsPerNode"] = "20000",
            ["PolicyTracker__Feed__StreamsPerAddress"] = "20000",
            ["Urls"] = "http://127.0.0.1:0",
            ["Logging__Console__FormatterName"] = "simple",
        };
        foreach (var (name, value) in settings)
            environment[name] = value;
        var child = Child.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "PolicyTracker.dll")], environment);
        var line = await child.HearAsync(Listening);
        var service = new ServiceUnderTest(folder, child, new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim()));
        while (!(await service._client.GetAsync(new Uri("/readyz", UriKind.Relative))).IsSuccessStatusCode)
            await Task.Delay(100);
        return service;
    }

    /// <summary>Records so many facts, each new, in one request, and ends when the answer is here.</summary>
    public async Task RecordAsync(int facts)
    {
        var first = Interlocked.Add(ref _recorded, facts) - facts;
        var batch = new JsonArray([.. Enumerable.Range(first, facts).Select(Fact)]);
        using var answer = facts == 1
            ? await _client.PostAsJsonAsync(new Uri("/v1/facts", UriKind.Relative), batch[0])
            : await _client.PostAsJsonAsync(new Uri("/v1/facts/batch", UriKind.Relative), batch);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The newest event as it is sent, but for its place in the feed.</summary>
    public async Task<byte[]> MessageAsync()
    {
        var page = await _client.GetFromJsonAsync<JsonObject>(new Uri("/v1/events?type=account_suspended&limit=1&wait=30", UriKind.Relative));
        return Encoding.UTF8.GetBytes(page!["data"]![0]!.ToJsonString());
    }

    /// <summary>How large the managed heap is without garbage, in bytes; the service must have been started with <see cref="StartupHook"/>.</summary>
    public async Task<long> HeapAsync()
    {
        _child.Signal("USR2");
        return long.Parse((await _child.HearAsync(StartupHook.Told)).Split(StartupHook.Told)[1]);
    }

    /// <summary>A connection to the service's database, as its superuser.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = int.Parse((await File.ReadAllLinesAsync(Path.Combine(_folder, "postgres", "data", "postmaster.pid")))[3]),
            Username = "postgres",
            Password = await File.ReadAllTextAsync(Path.Combine(_folder, "postgres.password")),
            Database = "policytracker",
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _child.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static JsonObject Fact(int number) => new()
    {
        ["type"] = "account_suspended",
        ["country"] = "IS",
        ["provider"] = "OpenAI",
        ["holder"] = $"holder {number} {Subscribers.Mark}",
        ["occurred"] = "2024-05-01",
        ["source"] = new JsonObject { ["publisher"] = "Example Wire", ["title"] = "A report", ["publishedOn"] = "2024-05-09" },
        ["tier"] = "B",
    };
}
