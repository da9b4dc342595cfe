using System.Globalization;
using Npgsql;

namespace PolicyTracker.Snapshots;

/// <summary>Lets a read wait for a write: <c>?atLeast=</c> a sequence, for five seconds at most. The answer's header tells how far the views are.</summary>
public static class AtLeast
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(15);

    /// <exception cref="Refused">The parameter is no sequence.</exception>
    public static async Task WaitAsync(HttpContext http)
    {
        if (http.Request.Query["atLeast"].ToString() is { Length: > 0 } asked)
            await WaitAsync(http.RequestServices, SequenceOf(asked), Longest, http.RequestAborted);
    }

    /// <summary>Waits until the views have taken in a sequence, or the time is over.</summary>
    public static async Task WaitAsync(IServiceProvider services, long sequence, TimeSpan longest, CancellationToken cancellation)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var start = clock.GetTimestamp();
        while (await ReachedAsync(database, cancellation) < sequence && (longest == Timeout.InfiniteTimeSpan || clock.GetElapsedTime(start) < longest))
            await Task.Delay(Between, clock, cancellation);
    }

    // Nobody who waits holds a connection, of which the projection needs some to get on.
    private static async Task<long> ReachedAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await RecordPoints.LatestAsync(connection, cancellation)).Sequence;
    }

    private static long SequenceOf(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
        ? sequence
        : throw new Refused([new Violation(Codes.OutOfRange, "atLeast", $"'{Echo.Of(text)}' is no sequence.", ["a sequence of the store, as PolicyTracker-Sequence tells it"])]);
}
