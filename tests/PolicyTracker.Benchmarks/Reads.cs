using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace PolicyTracker.Benchmarks;

/// <summary>How long a country's answer takes: today's before and after it has 10,000 facts, and that of any other moment.</summary>
internal static class Reads
{
    private const string Country = "IS", Supplier = "US";
    private const int Few = 100, Many = 10_000, Batch = 500, WarmUp = 200, Times = 1000;

    private static readonly DateOnly First = new(2022, 6, 1), Last = new(2024, 5, 31);

    public static async Task RunAsync()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        // The same facts and moments in every run.
        var random = new Random(20240509);
        foreach (var provider in (string[])["Alpha", "Beta", "Gamma"])
            (await service.Client.PostAsJsonAsync(Path("/v1/providers"), new JsonObject { ["name"] = provider, ["home"] = Supplier, ["reviewed"] = true })).EnsureSuccessStatusCode();
        await RecordAsync(service, random, 0, Few);
        var before = await TimedAsync(service, () => "");
        var sequence = await RecordAsync(service, random, Few, Many);
        var imported = await TimedAsync(service, () => "");
        await using (var connection = await service.ConnectAsync())
        await using (var vacuum = new NpgsqlCommand("vacuum analyze", connection))
        {
            // As autovacuum would within the next minute.
            await vacuum.ExecuteNonQueryAsync();
        }

        var today = await TimedAsync(service, () => "");
        var past = await TimedAsync(service, () => $"&asOf={DayOf(random):O}&knownAt={random.NextInt64(1, sequence + 1)}");
        var world = await TimedAsync(service, () => $"&asOf={DayOf(random):O}");

        await new Report("A country's answer", $"`GET /v1/countries/{Country}?supplier={Supplier}`, one after the other, {Times:N0} times after {WarmUp} to warm up; facts of four types over two years, recorded in batches of {Batch}; milliseconds at the client.")
            .Table(["", "p50", "p99", "most", "p50 to the first", "p99 to the first"],
                before.Row($"today, {Few} facts", before),
                imported.Row($"today, {Many:N0} facts, just recorded", before),
                today.Row($"today, {Many:N0} facts", before),
                past.Row($"any day, as known at any sequence, {Many:N0} facts", before),
                world.Row($"any day, as known now, {Many:N0} facts", before))
            .WriteAsync("reads");
    }

    private static async Task<Figures> TimedAsync(ServiceUnderTest service, Func<string> moment)
    {
        var times = new List<TimeSpan>(Times);
        for (var i = 0; i < WarmUp + Times; i++)
        {
            var path = Path($"/v1/countries/{Country}?supplier={Supplier}{moment()}");
            var began = Stopwatch.GetTimestamp();
            using var answer = await service.Client.GetAsync(path);
            await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
            if (i >= WarmUp)
                times.Add(Stopwatch.GetElapsedTime(began));
        }

        return new Figures(times);
    }

    /// <summary>Records the facts of these numbers and waits until the views have them.</summary>
    /// <returns>The sequence of the last event.</returns>
    private static async Task<long> RecordAsync(ServiceUnderTest service, Random random, int from, int to)
    {
        var sequence = "0";
        foreach (var numbers in Enumerable.Range(from, to - from).Chunk(Batch))
        {
            var batch = new JsonArray([.. numbers.Select(number => Fact(random, number))]);
            using var answer = await service.Client.PostAsJsonAsync(Path("/v1/facts/batch"), batch);
            sequence = answer.EnsureSuccessStatusCode().Headers.GetValues("PolicyTracker-Sequence").Single();
        }

        for (var told = "0"; long.Parse(told) < long.Parse(sequence);)
        {
            using var answer = await service.Client.GetAsync(Path($"/v1/facts?limit=1&atLeast={sequence}"));
            told = answer.EnsureSuccessStatusCode().Headers.GetValues("PolicyTracker-Sequence").Single();
        }

        return long.Parse(sequence);
    }

    private static JsonObject Fact(Random random, int number)
    {
        var fact = new JsonObject
        {
            ["country"] = Country,
            ["provider"] = new[] { "Alpha", "Beta", "Gamma" }[random.Next(3)],
            ["occurred"] = DayOf(random).ToString("O"),
            ["tier"] = "ABC"[random.Next(3)].ToString(),
            ["source"] = new JsonObject { ["publisher"] = $"Paper {number}", ["title"] = "A report" },
        };
        (string, JsonNode)[] says = random.Next(4) switch
        {
            0 => [("type", "account_suspended"), ("holder", $"holder {number}")],
            1 => [("type", "service_offered"), ("service", $"service {random.Next(200)}"), ("route", "direct"), ("audience", "public")],
            2 => [("type", "service_withheld"), ("service", $"service {random.Next(200)}")],
            _ => [("type", "unofficial_access_reported"), ("means", new JsonArray("vpn")), ("prevalence", "reported")],
        };
        foreach (var (name, value) in says)
            fact[name] = value;
        return fact;
    }

    private static DateOnly DayOf(Random random) => First.AddDays(random.Next(Last.DayNumber - First.DayNumber + 1));

    private static Uri Path(string path) => new(path, UriKind.Relative);
}
