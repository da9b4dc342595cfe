namespace PolicyTracker.Hosting;

/// <summary>What the one who runs the service is told about its database. No message carries a password.</summary>
internal static partial class DatabaseLog
{
    [LoggerMessage(LogLevel.Information, "Database: {Database} on {Host}, as configured")]
    public static partial void UsesConfigured(this ILogger logger, string? database, string? host);

    [LoggerMessage(LogLevel.Information, "Database: PostgreSQL {Major} of this service's own on 127.0.0.1:{Port}, kept in {Folder}")]
    public static partial void UsesEmbedded(this ILogger logger, int major, int port, string folder);

    [LoggerMessage(LogLevel.Information, "No fitting PostgreSQL on this machine: downloading PostgreSQL {Major} into {Folder}, once")]
    public static partial void Downloading(this ILogger logger, int major, string folder);

    [LoggerMessage(LogLevel.Information, "Making a PostgreSQL {Major} database in {Folder}, once")]
    public static partial void Making(this ILogger logger, int major, string folder);

    [LoggerMessage(LogLevel.Warning, "PostgreSQL has died: starting it again on port {Port}")]
    public static partial void StartingAgain(this ILogger logger, int port);

    [LoggerMessage(LogLevel.Information, "PostgreSQL runs again on port {Port}")]
    public static partial void RunsAgain(this ILogger logger, int port);

    [LoggerMessage(LogLevel.Error, "PostgreSQL did not start again and is tried further: {Reason}")]
    public static partial void StillDead(this ILogger logger, string reason);
}
