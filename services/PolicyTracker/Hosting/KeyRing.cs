using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Npgsql;

namespace PolicyTracker.Hosting;

/// <summary>The key ring cannot be used; the message says what to do.</summary>
public sealed class KeyRingException(string message, Exception cause) : Exception(message, cause);

/// <summary>
/// The keys that protect secrets in the database, in a directory of their own: whoever gets hold of the database alone has none of them. Nodes share the directory.
/// </summary>
internal sealed class KeyRing(KeyDirectory directory, IKeyManager keys, NpgsqlDataSource database, TimeProvider clock) : IHostedService
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);
    // A node reads the ring once a day: two that made a first key each would not know the other's.
    private const string OneNodeAtATime = "select pg_advisory_xact_lock(hashtext('policytracker.keys'))";

    /// <summary>Makes the first key before anything is protected.</summary>
    /// <exception cref="KeyRingException">The directory cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var alone = new NpgsqlCommand(OneNodeAtATime, connection))
            await alone.ExecuteNonQueryAsync(cancellationToken);
        try
        {
            PostgresCluster.CreateDirectory(directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (keys.GetAllKeys().Count == 0)
                keys.CreateNewKey(clock.GetUtcNow(), clock.GetUtcNow() + Lifetime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The key directory {directory.Path} cannot be used: {e.Message} Set PolicyTracker__KeyDirectory to another folder.", e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal sealed record KeyDirectory(string Path);

internal static class KeyRingSetup
{
    public static IServiceCollection AddKeyRing(this IServiceCollection services, IConfiguration configuration)
    {
        var directory = new KeyDirectory(Path.GetFullPath(configuration["PolicyTracker:KeyDirectory"] is { Length: > 0 } given ? given : Path.Combine(Database.DirectoryOf(configuration), "keys")));
        // Before Data Protection's own start, which would make a key on each node.
        services.AddSingleton(directory).AddHostedService<KeyRing>();
        services.AddDataProtection().SetApplicationName("PolicyTracker").PersistKeysToFileSystem(new DirectoryInfo(directory.Path));
        return services;
    }
}
