using System.Diagnostics;
using System.Security.Cryptography;
using PolicyTracker.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace PolicyTracker.Tests.Broker;

/// <summary>A RabbitMQ of the tests' own, of this machine's installation, with its own node, ports and folders. It can be killed and started again on what it had.</summary>
public sealed class RabbitServer : IAsyncLifetime
{
    private static readonly string[] Programs = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server"];
    private static readonly string? Program = Programs.FirstOrDefault(File.Exists);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Without a space, which its scripts do not bear.
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"policytracker-rabbit-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
    private readonly string _node = $"policytracker_{RandomNumberGenerator.GetHexString(8, lowercase: true)}@localhost";
    private readonly int _port = Port.Free(), _nodesPort = Port.Free(), _namesPort = Port.Free();
    private Process? _process;

    public string Address => $"amqp://guest:guest@127.0.0.1:{_port}/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts it where it does not run, or skips the test, saying why, where the machine has none.</summary>
    public async Task RunAsync()
    {
        Assert.SkipWhen(Program is null, $"This machine has no RabbitMQ: none of {string.Join(", ", Programs)} is there.");
        if (_process is null or { HasExited: true })
            await StartAsync();
    }

    /// <summary>Starts it on the folders that it has, and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(_folder);
        var log = Path.Combine(_folder, "console.log");
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec {Program} >>{log} 2>&1"]) { UseShellExecute = false };
        foreach (var (name, value) in Settings())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        var begun = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || begun.Elapsed > Patience)
                Assert.Fail($"RabbitMQ did not start:\n{await File.ReadAllTextAsync(log, Cancellation)}");
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
            await second.WaitForNextTickAsync(Cancellation);
        }
    }

    /// <summary>Ends it at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = new Uri(Address) }.CreateConnectionAsync(Cancellation);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        // The daemon of names outlives the node that started it.
        using var end = Process.Start(new ProcessStartInfo("epmd", ["-port", _namesPort.ToString(), "-kill"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await end.WaitForExitAsync(CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<(string Name, string Value)> Settings() =>
    [
        ("HOME", _folder),
        ("RABBITMQ_NODENAME", _node),
        ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
        ("RABBITMQ_NODE_PORT", _port.ToString()),
        ("RABBITMQ_DIST_PORT", _nodesPort.ToString()),
        ("ERL_EPMD_PORT", _namesPort.ToString()),
        ("ERL_EPMD_ADDRESS", "127.0.0.1"),
        ("RABBITMQ_MNESIA_BASE", Path.Combine(_folder, "data")),
        ("RABBITMQ_LOG_BASE", Path.Combine(_folder, "log")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(_folder, "plugins")),
        ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
    ];

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await ConnectAsync();
            return true;
        }
        catch (RabbitMQ.Client.Exceptions.BrokerUnreachableException)
        {
            return false;
        }
    }
}
