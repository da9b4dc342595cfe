namespace PolicyTracker.Benchmarks;

/// <summary>What an idle subscriber costs in memory, 10,000 of them connected, beside nchan.</summary>
internal static class Memory
{
    private const int Readers = 10_000;
    // Each of them has been woken once for its turn, and the collector has had its time.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    // The collector gives memory back in steps.
    private static readonly TimeSpan Decommitting = TimeSpan.FromSeconds(5);

    public static async Task RunAsync()
    {
        var (resident, settled, heap) = await OfServiceAsync();
        var theirs = await OfNchanAsync();
        await new Report("Memory of an idle subscriber", $"{Readers:N0} subscribers of `/v1/events/stream` that hear nothing but what keeps the connection, {Idle.TotalSeconds} s after the last has come; "
                + "what the server's process has more than before them, for each of them. The kernel's own memory of the connections is not in it.")
            .Table(["", "KiB", "to nchan's"],
                Row("PolicyTracker, resident memory", resident),
                Row("PolicyTracker, resident memory once garbage is collected", settled),
                Row("PolicyTracker, managed heap without garbage", heap),
                Row("nchan, resident memory", theirs))
            .WriteAsync("memory");

        object[] Row(string what, double bytes) => [what, $"{bytes / 1024:0.0}", $"{bytes / theirs:0.0}"];
    }

    private static async Task<(double Resident, double Settled, double Heap)> OfServiceAsync()
    {
        await using var service = await ServiceUnderTest.StartAsync((StartupHook.Variable, typeof(StartupHook).Assembly.Location));
        // The first readers bring code and tables that the others share.
        using (Subscribers.Connect(service.Stream, 100, "event: checkpoint"))
            await Task.Delay(TimeSpan.FromSeconds(1));
        var heapBefore = await service.HeapAsync();
        await Task.Delay(Decommitting);
        var before = Child.Resident(service.Process);
        using var subscribers = Subscribers.Connect(service.Stream, Readers, "event: checkpoint");
        await Task.Delay(Idle);
        var after = Child.Resident(service.Process);
        var heapAfter = await service.HeapAsync();
        await Task.Delay(Decommitting);
        var settled = Child.Resident(service.Process);
        Complain(subscribers);
        return (Each(after - before), Each(settled - before), Each(heapAfter - heapBefore));
    }

    private static async Task<double> OfNchanAsync()
    {
        await using var nchan = await Nchan.StartAsync();
        var before = Child.Resident(nchan.Workers[0]);
        using var subscribers = Subscribers.Connect(nchan.Stream, Readers, "\r\n\r\n");
        await Task.Delay(TimeSpan.FromSeconds(5));
        Complain(subscribers);
        return Each(Child.Resident(nchan.Workers[0]) - before);
    }

    private static double Each(long bytes) => bytes / (double)Readers;

    private static void Complain(Subscribers subscribers)
    {
        if (subscribers.Lost > 0)
            throw new InvalidOperationException($"{subscribers.Lost} connections were lost.");
    }
}
