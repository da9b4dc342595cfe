namespace PolicyTracker.Hosting;

/// <summary>No database can be had. The message says why and what to do, for the one who starts the service.</summary>
public sealed class DatabaseUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
