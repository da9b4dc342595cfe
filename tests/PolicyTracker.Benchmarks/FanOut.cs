using System.Diagnostics;

namespace PolicyTracker.Benchmarks;

/// <summary>How many events a second reach subscribers when more come than can be delivered, beside nchan with the same subscribers and messages.</summary>
internal static class FanOut
{
    // How far the publisher may be ahead of the subscribers: enough for a server to be always busy.
    private const int Lead = 100;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5), Measured = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(30);

    public static async Task RunAsync()
    {
        var rows = new List<object[]>();
        foreach (var readers in (int[])[1000, 5000])
        {
            var (ours, message) = await OfServiceAsync(readers);
            var theirs = await OfNchanAsync(readers, message);
            rows.Add(ours.Row($"PolicyTracker, {readers:N0} subscribers", theirs));
            rows.Add(theirs.Row($"nchan, {readers:N0} subscribers", theirs));
        }

        await new Report("Deliveries at saturation", $"The publisher is {Lead} events ahead of the subscribers at most. PolicyTracker's events are recorded by `POST /v1/facts/batch`, {BatchSize} in a request, "
                + "and pass through the store, the views and the feed; nchan's are posted one by one and kept in memory. Each delivery is one event at one subscriber, the same bytes for both.")
            .Table(["server, subscribers", "deliveries/s", "MB/s", "events in a read", "server's CPU µs a delivery", "client's CPU µs a delivery", "deliveries/s to nchan's"], rows)
            .WriteAsync("fanout");
    }

    private const int BatchSize = 10;

    private static async Task<(Run, byte[] Message)> OfServiceAsync(int readers)
    {
        await using var service = await ServiceUnderTest.StartAsync();
        await service.RecordAsync(1);
        var message = await service.MessageAsync();
        return (await MeasureAsync(service.Stream, readers, "event: checkpoint", service.Process, BatchSize, () => service.RecordAsync(BatchSize)), message);
    }

    private static async Task<Run> OfNchanAsync(int readers, byte[] message)
    {
        await using var nchan = await Nchan.StartAsync();
        return await MeasureAsync(nchan.Stream, readers, "\r\n\r\n", nchan.Worker, 1, () => nchan.PublishAsync(message));
    }

    private static async Task<Run> MeasureAsync(Uri stream, int readers, string until, int server, int events, Func<Task> publish)
    {
        using var subscribers = Subscribers.Connect(stream, readers, until);
        var published = 0L;
        await PublishAsync(WarmUp);
        var (watch, before) = (Stopwatch.StartNew(), Counted());
        await PublishAsync(Measured);
        var after = Counted();
        var seconds = watch.Elapsed.TotalSeconds;
        if (!await subscribers.DeliveredAsync(published * readers, Patience) || subscribers.Lost > 0)
            throw new InvalidOperationException($"{subscribers.Delivered} of {published * readers} deliveries came; {subscribers.Lost} connections were lost.");
        return after.Since(before, seconds);

        async Task PublishAsync(TimeSpan time)
        {
            for (var begun = Stopwatch.StartNew(); begun.Elapsed < time;)
            {
                if (published * readers - subscribers.Delivered > (long)Lead * readers)
                    await Task.Delay(1);
                else
                {
                    await publish();
                    published += events;
                }
            }
        }

        Counts Counted() => new(subscribers.Delivered, subscribers.Bytes, subscribers.Reads, Child.Worked(server), Child.Worked(Environment.ProcessId));
    }

    private sealed record Counts(long Delivered, long Bytes, long Reads, TimeSpan Server, TimeSpan Client)
    {
        public Run Since(Counts before, double seconds) => new(
            (Delivered - before.Delivered) / seconds, (Bytes - before.Bytes) / seconds / 1e6, (Delivered - before.Delivered) / (double)(Reads - before.Reads),
            (Server - before.Server).TotalMicroseconds / (Delivered - before.Delivered), (Client - before.Client).TotalMicroseconds / (Delivered - before.Delivered));
    }

    private sealed record Run(double PerSecond, double Megabytes, double InARead, double ServerMicroseconds, double ClientMicroseconds)
    {
        public object[] Row(string what, Run unit) =>
            [what, $"{PerSecond:N0}", $"{Megabytes:0}", $"{InARead:0.0}", $"{ServerMicroseconds:0.00}", $"{ClientMicroseconds:0.00}", $"{PerSecond / unit.PerSecond:0.00}"];
    }
}
