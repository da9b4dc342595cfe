using System.Diagnostics;

namespace PolicyTracker.Benchmarks;

/// <summary>How many events a second reach subscribers when more come than can be delivered, beside nchan with the same subscribers and messages.</summary>
internal static class FanOut
{
    // How far the publisher may be ahead of the subscribers: enough for a server to be always busy.
    private const int Lead = 100;
    private const int BatchSize = 10, PublishersOfNchan = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4), Measured = TimeSpan.FromSeconds(8), Patience = TimeSpan.FromSeconds(30);

    public static async Task RunAsync()
    {
        var rows = new List<object[]>();
        foreach (var readers in (int[])[1000, 5000])
        {
            var (recorded, appended, message) = await OfServiceAsync(readers);
            var one = await OfNchanAsync(readers, message, 1);
            var two = await OfNchanAsync(readers, message, 2);
            var best = one.PerSecond > two.PerSecond ? one : two;
            rows.Add(recorded.Row($"PolicyTracker, {readers:N0}, facts recorded", best));
            rows.Add(appended.Row($"PolicyTracker, {readers:N0}, rows appended to the feed", best));
            rows.Add(one.Row($"nchan, {readers:N0}, one worker", best));
            rows.Add(two.Row($"nchan, {readers:N0}, two workers", best));
        }

        await new Report("Deliveries at saturation", $"The publisher is {Lead} events ahead of the subscribers at most. Facts are recorded by `POST /v1/facts/batch`, {BatchSize} in a request, "
                + $"and pass through the store, the views and the feed; rows are appended to the feed's table in a transaction each; nchan's messages are posted singly, {PublishersOfNchan} at a time, and kept in memory. Each delivery is one event at one subscriber, the same bytes for both.")
            .Table(["server, subscribers", "deliveries/s", "MB/s", "events in a read", "server's CPU µs a delivery", "client's CPU µs a delivery", "deliveries/s to nchan's better"], rows)
            .WriteAsync("fanout");
    }

    private static async Task<(Run Recorded, Run Appended, byte[] Message)> OfServiceAsync(int readers)
    {
        await using var service = await ServiceUnderTest.StartAsync();
        await service.RecordAsync(1);
        var message = await service.MessageAsync();
        await using var connection = await service.ConnectAsync();
        var recorded = await MeasureAsync(service.Stream, readers, "event: checkpoint", [service.Process], BatchSize, () => service.RecordAsync(BatchSize));
        var appended = await MeasureAsync(service.Stream, readers, "event: checkpoint", [service.Process], 1, () => FeedRows.RepeatAsync(connection, 1));
        return (recorded, appended, message);
    }

    private static async Task<Run> OfNchanAsync(int readers, byte[] message, int workers)
    {
        await using var nchan = await Nchan.StartAsync(workers);
        return await MeasureAsync(nchan.Stream, readers, "\r\n\r\n", nchan.Workers, PublishersOfNchan,
            () => Task.WhenAll(Enumerable.Range(0, PublishersOfNchan).Select(_ => nchan.PublishAsync(message))));
    }

    private static async Task<Run> MeasureAsync(Uri stream, int readers, string until, int[] server, int events, Func<Task> publish)
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

        Counts Counted() => new(subscribers.Delivered, subscribers.Bytes, subscribers.Reads, TimeSpan.FromTicks(server.Sum(process => Child.Worked(process).Ticks)), Child.Worked(Environment.ProcessId));
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
