using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace PolicyTracker.Benchmarks;

/// <summary>How long a country's answer takes: today's before and after it has 10,000 facts, that of any other moment, and both once each fact has a history.</summary>
internal static class Reads
{
    private const string Country = "IS", Supplier = "US";
    private const int Few = 100, Many = 10_000, Batch = 500, Corrections = 2, AtOnce = 8, WarmUp = 200, Times = 1000;

    private static readonly DateOnly First = new(2022, 6, 1), Last = new(2024, 5, 31);

    public static async Task RunAsync()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        // The same facts and moments in every run.
        var random = new Random(20240509);
        foreach (var provider in (string[])["Alpha", "Beta", "Gamma"])
            (await service.Client.PostAsJsonAsync(Path("/v1/providers"), new JsonObject { ["name"] = provider, ["home"] = Supplier, ["reviewed"] = true })).EnsureSuccessStatusCode();
        var facts = new List<(string Id, JsonObject Fact)>(Many);

        await RecordAsync(service, random, facts, Few);
        var before = await TimedAsync(service, () => "");
        var recorded = await RecordAsync(service, random, facts, Many);
        var fresh = await TimedAsync(service, () => "");
        await VacuumAsync(service);
        var today = await TimedAsync(service, () => "");
        var past = await TimedAsync(service, () => MomentUpTo(recorded));
        var world = await TimedAsync(service, () => $"&asOf={DayOf(random):O}");
        var corrected = recorded;
        for (var i = 0; i < Corrections; i++)
            corrected = await CorrectAsync(service, facts);
        await VacuumAsync(service);
        var todayOfCorrected = await TimedAsync(service, () => "");
        var pastOfCorrected = await TimedAsync(service, () => MomentUpTo(corrected));

        await new Report("A country's answer", $"`GET /v1/countries/{Country}?supplier={Supplier}`, one after the other, {Times:N0} times after {WarmUp} to warm up; facts of four types over two years, recorded in batches of {Batch}; milliseconds at the client.")
            .Table(["", "p50", "p99", "most", "p50 to the first", "p99 to the first"],
                before.Row($"today, {Few} facts", before),
                fresh.Row($"today, {Many:N0} facts, just recorded", before),
                today.Row($"today, {Many:N0} facts", before),
                past.Row($"any day, as known at any sequence, {Many:N0} facts", before),
                world.Row($"any day, as known now, {Many:N0} facts", before),
                todayOfCorrected.Row($"today, {Many:N0} facts, each corrected {Corrections} times", before),
                pastOfCorrected.Row($"any day, as known at any sequence, {Many:N0} facts, each corrected {Corrections} times", before))
            .WriteAsync("reads");

        string MomentUpTo(long sequence) => $"&asOf={DayOf(random):O}&knownAt={random.NextInt64(1, sequence + 1)}";
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

    /// <summary>Records further facts until there are so many, and waits until the views have them.</summary>
    /// <returns>The sequence of the last event.</returns>
    private static async Task<long> RecordAsync(ServiceUnderTest service, Random random, List<(string Id, JsonObject Fact)> facts, int upTo)
    {
        var sequence = 0L;
        foreach (var numbers in Enumerable.Range(facts.Count, upTo - facts.Count).Chunk(Batch))
        {
            var batch = numbers.Select(number => Fact(random, number)).ToList();
            using var answer = await service.Client.PostAsJsonAsync(Path("/v1/facts/batch"), batch);
            sequence = SequenceOf(answer);
            var receipt = await answer.Content.ReadFromJsonAsync<JsonObject>();
            facts.AddRange(receipt!["rows"]!.AsArray().Select(row => (string)row!["id"]!).Zip(batch));
        }

        await FollowedAsync(service, sequence);
        return sequence;
    }

    /// <summary>Replaces each fact by a better record with another day, and waits until the views have them.</summary>
    /// <returns>The sequence of the last event.</returns>
    private static async Task<long> CorrectAsync(ServiceUnderTest service, List<(string Id, JsonObject Fact)> facts)
    {
        var sequences = new long[facts.Count];
        await Parallel.ForAsync(0, facts.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancellation) =>
        {
            var (id, fact) = facts[i];
            fact["occurred"] = DateOnly.Parse((string)fact["occurred"]!).AddDays(1).ToString("O");
            var correction = new JsonObject { ["fact"] = fact.DeepClone(), ["cause"] = "source_corrected", ["why"] = "The paper put its date right." };
            using var answer = await service.Client.PostAsJsonAsync(Path($"/v1/facts/{id}/correct"), correction, cancellation);
            sequences[i] = SequenceOf(answer);
        });
        await FollowedAsync(service, sequences.Max());
        return sequences.Max();
    }

    private static async Task FollowedAsync(ServiceUnderTest service, long sequence)
    {
        for (var told = 0L; told < sequence;)
        {
            using var answer = await service.Client.GetAsync(Path($"/v1/facts?limit=1&atLeast={sequence}"));
            told = SequenceOf(answer);
        }
    }

    /// <summary>As autovacuum would within the next minute.</summary>
    private static async Task VacuumAsync(ServiceUnderTest service)
    {
        await using var connection = await service.ConnectAsync();
        await using var vacuum = new NpgsqlCommand("vacuum analyze", connection);
        await vacuum.ExecuteNonQueryAsync();
    }

    private static long SequenceOf(HttpResponseMessage answer) => long.Parse(answer.EnsureSuccessStatusCode().Headers.GetValues("PolicyTracker-Sequence").Single());

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
