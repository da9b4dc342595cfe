using System.Diagnostics;
using Npgsql;
using PolicyTracker.Hosting;

namespace PolicyTracker.Tests.Support;

/// <summary>A data directory on which services run one after the other, each with the PostgreSQL that is kept in it.</summary>
public sealed class ServiceFolder : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The main process of the folder's PostgreSQL; null when none runs.</summary>
    public int? Database => Postmaster.Named(Cluster) is { } main && Postmaster.IsRunning(main.Id, main.StartedAt) ? main.Id : null;

    private string Cluster => Path.Combine(_folder.Path, "postgres", "data");

    /// <summary>Starts a service, without seeds, that is told of no other database.</summary>
    public Task<RunningService> StartAsync() => RunningService.StartAsync("", ("PolicyTracker__DataDirectory", _folder.Path), ("PolicyTracker__Seeds", "false"));

    /// <summary>Ends the folder's PostgreSQL, its main process and the others, as <c>kill -9</c> does.</summary>
    public void KillDatabase()
    {
        if (Database is not { } main)
            return;
        // The main process first: it would take the end of another one for a crash that it recovers from.
        foreach (var id in new[] { main }.Concat(ChildrenOf(main)))
            Kill(id);
    }

    /// <summary>Asks the database, as its superuser, for one number.</summary>
    public async Task<long> NumberAsync(string query)
    {
        var server = await File.ReadAllLinesAsync(Path.Combine(Cluster, "postmaster.pid"));
        var connect = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = int.Parse(server[3]),
            Username = "postgres",
            Password = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "postgres.password")),
            Database = "policytracker",
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(connect.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public ValueTask DisposeAsync()
    {
        KillDatabase();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<int> ChildrenOf(int parent)
    {
        using var list = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid="]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return [.. list.StandardOutput.ReadToEnd().Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(ids => ids.Length == 2 && int.Parse(ids[1]) == parent).Select(ids => int.Parse(ids[0]))];
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended with its main process.
        }
    }
}
