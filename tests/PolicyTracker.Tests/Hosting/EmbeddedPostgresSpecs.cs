using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Npgsql;
using PolicyTracker.Hosting;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Hosting;

public sealed class EmbeddedPostgresSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ListeningLogger _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task a_restart_keeps_the_data()
    {
        await using (var first = await StartAsync())
            await WriteAsync(first, "kept");

        await using var second = await StartAsync();

        Assert.Equal("kept", await ReadAsync(second));
    }

    [Fact]
    public async Task a_killed_server_comes_back_on_its_port_with_its_data()
    {
        await using var server = await StartAsync();
        await WriteAsync(server, "kept");
        var killed = Postmaster.Named(server.Data)!.Value.Id;

        Process.GetProcessById(killed).Kill();
        await _log.HearAsync($"runs again on port {server.Port}").WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        Assert.NotEqual(killed, Postmaster.Named(server.Data)!.Value.Id);
        Assert.Equal("kept", await ReadAsync(server));
    }

    [Fact]
    public async Task the_server_that_a_killed_service_left_behind_is_taken_over_with_its_data()
    {
        await using (var killed = await StartAsync())
            await WriteAsync(killed, "kept");
        // What a killed service leaves: its server runs, and nobody claims the folder.
        var cluster = await PostgresCluster.OpenAsync(_folder.Path, _log, Cancellation);
        var leftBehind = (await cluster.StartAsync(15999))!.Value;

        await using var server = await StartAsync();

        Assert.False(Postmaster.IsRunning(leftBehind));
        Assert.Equal("kept", await ReadAsync(server));
    }

    [Fact]
    public async Task after_a_reboot_the_number_of_the_last_server_may_belong_to_any_program()
    {
        string data;
        await using (var first = await StartAsync())
        {
            data = first.Data;
            await WriteAsync(first, "kept");
        }
        await File.WriteAllTextAsync(Path.Combine(data, "postmaster.pid"), $"{Environment.ProcessId}\n{data}\n1700000000\n", Cancellation);

        await using var second = await StartAsync();

        Assert.Equal("kept", await ReadAsync(second));
    }

    [Fact]
    public async Task a_first_start_that_was_cut_short_is_begun_again()
    {
        var unfinished = Path.Combine(_folder.Path, "postgres", "unfinished");
        Directory.CreateDirectory(unfinished);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "PG_VERSION"), "15", Cancellation);

        await using var server = await StartAsync();

        Assert.False(Directory.Exists(unfinished));
    }

    [Fact]
    public async Task a_second_service_on_the_same_folder_is_refused_until_the_first_has_ended()
    {
        await using (await StartAsync())
        {
            var refusal = await Assert.ThrowsAsync<DatabaseUnavailableException>(StartAsync);
            Assert.Contains($"Another PolicyTracker uses the data directory {_folder.Path}", refusal.Message, StringComparison.Ordinal);
        }

        await using var next = await StartAsync();
    }

    [Fact]
    public async Task it_can_be_reached_from_this_machine_only_and_serves_without_a_superusers_rights()
    {
        await using var server = await StartAsync();

        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => listener.Port == server.Port);
        Assert.Equal(IPAddress.Loopback, Assert.Single(listeners).Address);
        Assert.Equal("off", await AskAsync(server, "show is_superuser"));
        Assert.Equal("on", await AskAsync(server, "show fsync"));
    }

    [Fact]
    public async Task its_password_is_for_the_owners_eyes_and_never_logged()
    {
        await using var server = await StartAsync();

        var file = Path.Combine(_folder.Path, "postgres.password");
        var secrets = new[] { server.ConnectionString, server.AdministratorConnectionString }.Select(text => new NpgsqlConnectionStringBuilder(text).Password!);
        Assert.DoesNotContain(_log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "postgres", "password")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task a_data_directory_that_cannot_be_made_is_named()
    {
        Directory.CreateDirectory(_folder.Path);
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", Cancellation);

        var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => EmbeddedPostgres.StartAsync(Path.Combine(file, "below"), _log, Cancellation));

        Assert.StartsWith($"The data directory {Path.Combine(file, "below")} cannot be used", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_lost_password_is_not_made_up_anew()
    {
        await using (await StartAsync())
        {
        }
        var file = Path.Combine(_folder.Path, "postgres.password");
        File.Delete(file);

        var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(StartAsync);

        Assert.Contains($"{file} is gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task when_no_binaries_can_be_had_the_error_names_three_remedies()
    {
        // No installation opens the data of PostgreSQL 8, and none is offered for download.
        var data = Path.Combine(_folder.Path, "postgres", "data");
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "PG_VERSION"), "8", Cancellation);

        var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(StartAsync);

        Assert.Contains("set ConnectionStrings__PolicyTracker", error.Message, StringComparison.Ordinal);
        Assert.Contains("install PostgreSQL 8", error.Message, StringComparison.Ordinal);
        Assert.Contains("allow this machine to download PostgreSQL", error.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<EmbeddedPostgres> StartAsync() => EmbeddedPostgres.StartAsync(_folder.Path, _log, Cancellation);

    private static async Task WriteAsync(EmbeddedPostgres server, string text) => await AskAsync(server, $"create table note as select '{text}' as text");

    private static Task<string?> ReadAsync(EmbeddedPostgres server) => AskAsync(server, "select text from note");

    private static async Task<string?> AskAsync(EmbeddedPostgres server, string statement)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(statement);
        return (string?)await command.ExecuteScalarAsync(Cancellation);
    }
}
