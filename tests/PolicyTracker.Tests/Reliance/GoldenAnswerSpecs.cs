using System.Globalization;
using System.Text.Json;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Reliance;

/// <summary>The numbers of the founding case as the service answers them, a number as it stands in the table and a dash for null.</summary>
public sealed class GoldenAnswerSpecs(FoundingCase seeds) : IClassFixture<FoundingCase>
{
    private readonly RunningService _service = seeds.Service;

    [Theory]
    [InlineData("CN", "0 25 100 50 - 16.67 - 83.33 66.67 100 66.67", "43.75 [35 55] 4/5", "55.56 [41.67 66.67] 3/4", "83.33 [83.33 83.33] 2/2")]
    [InlineData("HK", "66.67 - - - - - - 83.33 16.67 - -", "- [13.33 93.33] 1/5", "- [25 75] 2/4", "- [0 100] 0/2")]
    [InlineData("RU", "- - - - - 16.67 - - - - -", "- [0 100] 0/5", "- [4.17 79.17] 1/4", "- [0 100] 0/2")]
    public async Task the_golden_table(string country, string scores, string reliance, string restriction, string substitution)
    {
        foreach (var asOf in new[] { "&asOf=2024-05-09", "" })
        {
            var answer = await _service.ReadAsync($"/v1/countries/{country}?supplier=US{asOf}");

            var pair = Pair(answer);
            Assert.Equal(country, answer.GetProperty("country").GetString());
            Assert.Equal("R1 R2 R3 R4 R5 X1 X2 X3 X4 S1 S2", string.Join(' ', Indicators(answer).Select(i => i.GetProperty("id").GetString())));
            Assert.Equal(scores, string.Join(' ', Indicators(answer).Select(i => Text(i.GetProperty("score")))));
            Assert.Equal((reliance, restriction, substitution), (Index(pair, "reliance"), Index(pair, "restriction"), Index(pair, "substitution")));
            AssertMarks(answer, stale: asOf.Length == 0);
        }
    }

    [Theory]
    [InlineData("CN", "R1", "service_withheld service_withheld")]
    [InlineData("CN", "R2", "unofficial_access_reported")]
    [InlineData("CN", "R3", "derivation_reported reliance_assessed reliance_assessed")]
    [InlineData("CN", "R4", "integration_reported")]
    [InlineData("CN", "R5", "")]
    [InlineData("CN", "X1", "measure_planned")]
    [InlineData("CN", "X3", "account_suspended service_withheld service_withheld")]
    [InlineData("CN", "X4", "approvals_counted measure_recorded_in_force measure_recorded_in_force")]
    [InlineData("CN", "S1", "approvals_counted")]
    [InlineData("CN", "S2", "measure_recorded_in_force")]
    [InlineData("HK", "R1", "service_offered service_offered service_withheld")]
    [InlineData("HK", "X4", "government_use_restricted")]
    [InlineData("RU", "X1", "measure_planned")]
    public async Task every_number_opens_onto_its_facts(string country, string indicator, string types)
    {
        var evidence = Indicator(await _service.ReadAsync($"/v1/countries/{country}?supplier=US"), indicator).GetProperty("evidence");

        var items = evidence.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(types, string.Join(' ', items.Select(i => i.GetProperty("type").GetString()).Order(StringComparer.Ordinal)));
        Assert.Equal(items.Count, evidence.GetProperty("total").GetInt32());
        Assert.All(items, item =>
        {
            Assert.Equal("Reuters", item.GetProperty("publisher").GetString());
            Assert.NotEmpty(item.GetProperty("occurred").GetString()!);
            Assert.NotEmpty(item.GetProperty(item.GetProperty("type").GetString()!.StartsWith("measure_", StringComparison.Ordinal) ? "measure" : "fact").GetString()!);
        });
    }

    [Theory]
    [InlineData("2023-11-29", "-", "-", "-", "- [0 100] 0/5")]
    [InlineData("2023-12-30", "33.33", "-", "-", "- [6.67 86.67] 1/5")]
    [InlineData("2023-12-31", "33.33", "50", "33.33", "- [6.67 86.67] 1/5")]
    [InlineData("2024-05-08", "100", "50", "66.67", "- [20 100] 1/5")]
    [InlineData("2024-05-09", "100", "83.33", "66.67", "43.75 [35 55] 4/5")]
    public async Task a_fact_counts_from_its_effective_day(string asOf, string derivation, string providers, string barrier, string reliance)
    {
        var answer = await _service.ReadAsync($"/v1/countries/CN?supplier=US&asOf={asOf}");

        Assert.Equal(asOf, answer.GetProperty("asOf").GetString());
        Assert.Equal((derivation, providers, barrier), (Score(answer, "R3"), Score(answer, "X3"), Score(answer, "X4")));
        Assert.Equal(reliance, Index(Pair(answer), "reliance"));
    }

    [Theory]
    [InlineData("2025-05-09", false)]
    [InlineData("2025-05-10", true)]
    public async Task after_365_days_the_values_stand_and_are_stale(string asOf, bool stale)
    {
        var answer = await _service.ReadAsync($"/v1/countries/CN?supplier=US&asOf={asOf}");

        Assert.Equal("43.75 [35 55] 4/5", Index(Pair(answer), "reliance"));
        Assert.Equal(stale, Indicator(answer, "R1").GetProperty("stale").GetBoolean());
    }

    [Theory]
    [InlineData("CN")]
    [InlineData("HK")]
    [InlineData("RU")]
    public async Task before_the_seeds_were_loaded_nothing_was_known(string country)
    {
        var answer = await _service.ReadAsync($"/v1/countries/{country}?supplier=US&asOf=2024-05-09&knownAt=1");

        Assert.All(Indicators(answer), i => Assert.Equal("-", Text(i.GetProperty("score"))));
        Assert.Equal("- [0 100] 0/5", Index(Pair(answer), "reliance"));
        Assert.Equal("0 of 5 indicators coded; 3 needed", Pair(answer).GetProperty("reliance").GetProperty("reason").GetString());
    }

    // A value that rests on enough indicators has no reason to give; one that does not says what is missing.
    [Theory]
    [InlineData("CN", null)]
    [InlineData("HK", "1 of 5 indicators coded; 3 needed")]
    public async Task a_value_that_is_not_published_says_why(string country, string? reason)
    {
        var reliance = Pair(await _service.ReadAsync($"/v1/countries/{country}?supplier=US")).GetProperty("reliance");

        Assert.Equal(reason, reliance.TryGetProperty("reason", out var told) ? told.GetString() : null);
    }

    internal static JsonElement Pair(JsonElement answer) => Assert.Single(answer.GetProperty("suppliers").EnumerateArray(), s => s.GetProperty("supplier").GetString() == "US");

    internal static IReadOnlyList<JsonElement> Indicators(JsonElement answer) => [.. Pair(answer).GetProperty("indicators").EnumerateArray()];

    internal static JsonElement Indicator(JsonElement answer, string id) => Indicators(answer).Single(i => i.GetProperty("id").GetString() == id);

    internal static string Score(JsonElement answer, string indicator) => Text(Indicator(answer, indicator).GetProperty("score"));

    /// <summary>An index as the table shows it: value, interval, coverage.</summary>
    internal static string Index(JsonElement pair, string index)
    {
        var of = pair.GetProperty(index);
        var coverage = of.GetProperty("coverage");
        return $"{Text(of.GetProperty("value"))} [{Text(of.GetProperty("low"))} {Text(of.GetProperty("high"))}] {coverage.GetProperty("coded")}/{coverage.GetProperty("of")}";
    }

    private static void AssertMarks(JsonElement answer, bool stale) => Assert.All(Indicators(answer), i =>
    {
        var coded = i.GetProperty("score").ValueKind != JsonValueKind.Null;
        Assert.False(i.GetProperty("contested").GetBoolean());
        Assert.Equal(coded && stale, i.GetProperty("stale").GetBoolean());
        Assert.Equal(coded ? "low" : null, i.GetProperty("confidence").GetString());
    });

    private static string Text(JsonElement number) =>
        number.ValueKind == JsonValueKind.Null ? "-" : number.GetDecimal().ToString("0.##", CultureInfo.InvariantCulture);
}
