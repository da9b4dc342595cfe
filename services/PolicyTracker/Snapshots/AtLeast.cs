using System.Globalization;
using Npgsql;

namespace PolicyTracker.Snapshots;

/// <summary>Lets a read wait for a write: <c>?atLeast=</c> a sequence, for five seconds at most. The answer's header tells how far the views are.</summary>
public static class AtLeast
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(15);

    public static TBuilder WithAtLeast<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (http.Request.Query["atLeast"].ToString() is { Length: > 0 } asked)
                await WaitAsync(http.RequestServices, SequenceOf(asked), Longest, http.RequestAborted);
            return await next(context);
        });

    /// <summary>Waits until the views have taken in a sequence, or the time is over.</summary>
    public static async Task WaitAsync(IServiceProvider services, long sequence, TimeSpan longest, CancellationToken cancellation)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        var start = clock.GetTimestamp();
        await using var connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(cancellation);
        while ((await RecordPoints.LatestAsync(connection, cancellation)).Sequence < sequence && (longest == Timeout.InfiniteTimeSpan || clock.GetElapsedTime(start) < longest))
            await Task.Delay(Between, clock, cancellation);
    }

    private static long SequenceOf(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
        ? sequence
        : throw new Refused([new Violation(Codes.OutOfRange, "atLeast", $"'{Echo.Of(text)}' is no sequence.", ["a sequence of the store, as PolicyTracker-Sequence tells it"])]);
}
