using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PolicyTracker.Hosting;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Hosting;

/// <summary>Secrets lie in the database, the keys to them beside it.</summary>
public sealed class KeyRingSpecs(TestDatabase database) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task what_one_node_protects_every_node_and_every_later_start_can_read_and_nobody_without_the_keys()
    {
        await using var connections = NpgsqlDataSource.Create(await database.CreateDatabaseAsync());
        var secret = WebhookSecret.Generate();
        // They start at once, on a directory that has no key yet.
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync(connections, _folder.Path)));
        var kept = nodes.Select(node => node.Protect(secret)).ToList();
        Assert.Single(Directory.GetFiles(_folder.Path, "key-*.xml"));
        Assert.All(kept, text => Assert.DoesNotContain(secret.Reveal()["whsec_".Length..], text, StringComparison.Ordinal));
        foreach (var node in nodes.Append(await StartAsync(connections, _folder.Path)))
            Assert.All(kept, text => Assert.Equal(secret, node.Unprotect(text)));

        using var elsewhere = new TemporaryFolder();
        var stranger = await StartAsync(connections, elsewhere.Path);
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => stranger.Unprotect(kept[0]));
    }

    [Fact]
    public async Task nobody_but_the_service_may_look_into_the_directory()
    {
        await using var connections = NpgsqlDataSource.Create(await database.CreateDatabaseAsync());
        await StartAsync(connections, _folder.Path);
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
        foreach (var file in Directory.GetFiles(_folder.Path))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task a_directory_that_cannot_be_used_is_said_at_the_start()
    {
        await using var connections = NpgsqlDataSource.Create(await database.CreateDatabaseAsync());
        await File.WriteAllTextAsync(_folder.Path, "A file is no directory.", Cancellation);
        try
        {
            Assert.Contains("PolicyTracker__KeyDirectory", (await Assert.ThrowsAsync<KeyRingException>(() => StartAsync(connections, _folder.Path))).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(_folder.Path);
        }
    }

    /// <summary>A node's start, as far as the key ring is concerned.</summary>
    private static async Task<SecretVault> StartAsync(NpgsqlDataSource database, string directory)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("PolicyTracker:KeyDirectory", directory)]).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton(database).AddKeyRing(configuration).BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>())
            await service.StartAsync(Cancellation);
        return new SecretVault(services.GetRequiredService<IDataProtectionProvider>());
    }
}
