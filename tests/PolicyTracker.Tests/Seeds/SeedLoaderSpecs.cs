using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Seeds;

/// <summary>What a start makes of the seeds, on a real database.</summary>
public sealed class SeedLoaderSpecs(TestDatabase database)
{
    private const string China = "/v1/countries/CN?supplier=US&asOf=2024-05-09";

    [Fact]
    public async Task each_row_is_recorded_once_and_a_restart_undoes_no_retraction_or_correction()
    {
        var connectionString = await database.CreateDatabaseAsync();
        long events;
        await using (var service = await SeededService.StartAsync(connectionString))
        {
            Assert.Contains("Seeds: 21 facts, 4 measures, 7 providers, 7 models (39 new)", await service.HearAsync("Seeds: "), StringComparison.Ordinal);
            Assert.Equal(39, await service.CountEventsAsync());

            (await service.PostAsync($"/v1/facts/{await EvidenceAsync(service, "reliance_assessed", "2024-03")}/retract", A.Change())).Is(HttpStatusCode.OK);
            var correction = A.Correction(Fact("derivation_reported").With("relation", "fine_tuned"));
            (await service.PostAsync($"/v1/facts/{await EvidenceAsync(service, "derivation_reported", "2023-11")}/correct", correction)).Is(HttpStatusCode.OK);
            // One seed compares with "GPT-4" and names no provider: from here on that name means two things.
            (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "GPT-4", ["provider"] = "Microsoft" })).Is(HttpStatusCode.Created);
            events = await service.CountEventsAsync();
        }

        await using var restarted = await SeededService.StartAsync(connectionString);

        Assert.Contains("(0 new)", await restarted.HearAsync("Seeds: "), StringComparison.Ordinal);
        Assert.Equal(events, await restarted.CountEventsAsync());
        Assert.Equal(35.42m, (await restarted.ReadAsync(China)).GetProperty("suppliers")[0].GetProperty("reliance").GetProperty("value").GetDecimal());
    }

    [Fact]
    public async Task what_the_record_says_already_stands_against_a_seed()
    {
        var connectionString = await database.CreateDatabaseAsync();
        await using (var service = await RunningService.StartAsync(connectionString, ("PolicyTracker__Seeds", "false")))
        {
            (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = "Meta Platforms", ["home"] = "US", ["reviewed"] = true })).Is(HttpStatusCode.Created);
            (await service.PostAsync("/v1/facts", Fact("benchmarking_reported").With("frequency", "rare"))).Is(HttpStatusCode.Created);
            var measure = JsonNode.Parse(await File.ReadAllTextAsync(SeedFile("measures.json"), TestContext.Current.CancellationToken))![0]!.AsObject();
            (await service.PostAsync("/v1/measures", measure.With("authority", "Bureau of Industry and Security"))).Is(HttpStatusCode.Created);
            // The provider that the fact names is the fourth.
            Assert.Equal(4, await service.CountEventsAsync());
        }

        await using var seeded = await SeededService.StartAsync(connectionString);

        // The name of one provider is taken, so that its model waits for the facts that name them both; one measure and one fact are on record otherwise.
        const int Providers = 7 - 1, Models = 7 - 1, Measures = 4 - 1, Facts = 21 - 1, NamedByFacts = 2;
        Assert.Equal(4 + Providers + Models + Measures + Facts + NamedByFacts, await seeded.CountEventsAsync());
    }

    [Fact]
    public async Task a_broken_seed_stops_the_start()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "providers.json"), """[{"name": "OpenAI", "home": "USA"}]""", TestContext.Current.CancellationToken);
        var connectionString = await database.CreateDatabaseAsync();

        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningService.StartAsync(connectionString, ("PolicyTracker__SeedsDirectory", folder.Path)));

        Assert.Contains($"{Path.Combine(folder.Path, "providers.json")}: Row 1: home: ", stopped.Message, StringComparison.Ordinal);
    }

    private static async Task<string> EvidenceAsync(RunningService service, string type, string occurred) =>
        (await service.ReadAsync(China)).GetProperty("suppliers")[0].GetProperty("indicators").EnumerateArray()
            .Single(i => i.GetProperty("id").GetString() == "R3").GetProperty("evidence").GetProperty("items").EnumerateArray()
            .Single(e => e.GetProperty("type").GetString() == type && e.GetProperty("occurred").GetString() == occurred).GetProperty("fact").GetString()!;

    private static JsonObject Fact(string type) =>
        File.ReadLines(SeedFile("facts.ndjson")).Select(line => JsonNode.Parse(line)!.AsObject()).First(row => row["type"]!.GetValue<string>() == type);

    private static string SeedFile(string name) => Path.Combine(AppContext.BaseDirectory, "seeds", name);
}
