using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;
using static PolicyTracker.Tests.Reliance.GoldenAnswerSpecs;

namespace PolicyTracker.Tests.Reliance;

/// <summary>What the service answers when the evidence on derivation is denied and taken back: section 6 of the method.</summary>
public sealed class RevisedSeedSpecs(TestDatabase database)
{
    private const string China = "/v1/countries/CN?supplier=US&asOf=2024-05-09";

    [Fact]
    public async Task retracted_one_by_one_the_evidence_gives_way_in_three_steps_and_what_was_known_stays_known()
    {
        await using var service = await SeededService.StartAsync(database);
        var (reuters, academy, yi) = await EvidenceAsync(service);
        var before = await service.LastSequenceAsync();
        var told = await service.ReadAsync(China);

        Assert.Equal("35.42 [28.33 48.33] 4/5", await AfterRetractingAsync(service, academy));
        Assert.Equal("27.08 [21.67 41.67] 4/5", await AfterRetractingAsync(service, reuters));
        Assert.Equal("25 [15 55] 3/5", await AfterRetractingAsync(service, yi));

        var now = await service.ReadAsync(China);
        Assert.Equal(("-", 0), (Score(now, "R3"), Indicator(now, "R3").GetProperty("evidence").GetProperty("total").GetInt32()));
        var at = told.GetProperty("knownAt").GetProperty("at").GetString()!;
        foreach (var knownAt in new[] { $"{before}", Uri.EscapeDataString(at) })
        {
            var then = await service.ReadAsync($"{China}&knownAt={knownAt}");
            Assert.Equal((before, "43.75 [35 55] 4/5"), (then.GetProperty("knownAt").GetProperty("sequence").GetInt64(), Index(Pair(then), "reliance")));
            Assert.Equal(3, Indicator(then, "R3").GetProperty("evidence").GetProperty("total").GetInt32());
        }
    }

    [Fact]
    public async Task the_developers_denial_contests_and_moves_nothing_and_says_nothing_by_itself()
    {
        await using var service = await SeededService.StartAsync(database);
        var denial = new JsonObject
        {
            ["type"] = "derivation_denied",
            ["country"] = "CN",
            ["occurred"] = "2023-11",
            ["model"] = "Yi-34B",
            ["developer"] = "01.AI",
            ["baseModel"] = "LLaMA",
            ["baseProvider"] = "Meta",
            ["tier"] = "C",
            ["source"] = new JsonObject { ["publisher"] = "01.AI", ["title"] = "Model card" },
        };
        (await service.PostAsync("/v1/facts", denial)).Is(HttpStatusCode.Created);

        var denied = await service.ReadAsync(China);
        Assert.Equal(("100", "43.75 [35 55] 4/5"), (Score(denied, "R3"), Index(Pair(denied), "reliance")));
        Assert.True(Indicator(denied, "R3").GetProperty("contested").GetBoolean());

        var (reuters, academy, yi) = await EvidenceAsync(service);
        (await service.PostAsync("/v1/facts/batch/retract", A.Change().With("ids", new JsonArray(reuters, academy, yi)))).Is(HttpStatusCode.OK);

        var retracted = await service.ReadAsync(China);
        Assert.Equal(("-", "25 [15 55] 3/5"), (Score(retracted, "R3"), Index(Pair(retracted), "reliance")));
    }

    /// <summary>The facts on derivation: the article's own assessment, the academy's, and what was found of Yi-34B.</summary>
    private static async Task<(string Reuters, string Academy, string Yi)> EvidenceAsync(RunningService service)
    {
        var items = Indicator(await service.ReadAsync(China), "R3").GetProperty("evidence").GetProperty("items").EnumerateArray().ToList();
        return (Id("reliance_assessed", "../2024-05-09"), Id("reliance_assessed", "2024-03"), Id("derivation_reported", "2023-11"));

        string Id(string type, string occurred) =>
            items.Single(i => i.GetProperty("type").GetString() == type && i.GetProperty("occurred").GetString() == occurred).GetProperty("fact").GetString()!;
    }

    private static async Task<string> AfterRetractingAsync(RunningService service, string fact)
    {
        (await service.PostAsync($"/v1/facts/{fact}/retract", A.Change())).Is(HttpStatusCode.OK);
        return Index(Pair(await service.ReadAsync(China)), "reliance");
    }
}
