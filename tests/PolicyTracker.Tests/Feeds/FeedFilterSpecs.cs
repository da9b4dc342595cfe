using System.Text.Json;
using CsCheck;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

public sealed class FeedFilterSpecs(TestDatabase database)
{
    private static readonly string[] Countries = ["IS", "NO", "SE"];
    private static readonly string[] Types = ["account_suspended", "account_reinstated", "measure_planned", "reliance_changed", "canary"];

    private static readonly Gen<string[]> Values = Of(Countries).Array[0, 2].Select(values => values.Distinct().ToArray());

    private static readonly Gen<string> Filters = Gen.Select(
        Of("account_suspended", "account_*", "measure_planned", "reliance_changed").Array[0, 2], Values, Values, Of("openai", "meta").Array[0, 1],
        Of("is-plan", "no-plan").Array[0, 1], Of("world_changed", "our_error").Array[0, 1], Of("R1", "X4").Array[0, 2],
        (type, country, supplier, provider, measure, cause, indicator) => JsonSerializer.Serialize(
            new Dictionary<string, string[]> { ["type"] = type, ["country"] = country, ["supplier"] = supplier, ["provider"] = provider, ["measure"] = measure, ["cause"] = cause, ["indicator"] = indicator }
                .Where(parameter => parameter.Value.Length > 0).ToDictionary()));

    [Fact]
    public async Task a_query_selects_what_the_predicate_selects()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        await host.InsertAsync(500);
        // Every combination of fields comes up, some of them empty.
        await host.ScalarAsync($$"""
            update policy.feed set type = ('{{{string.Join(',', Types)}}}'::text[])[1 + position % 5], countries = (array['{IS}', '{NO}', '{SE,IS}', '{}'])[1 + position / 4 % 4]::text[],
                   suppliers = (array['{SE}', '{}', '{NO,SE}'])[1 + position / 3 % 3]::text[], providers = (array['{openai}', '{}', '{meta,openai}'])[1 + position / 5 % 3]::text[],
                   indicators = (array['{R1,R3}', '{X4}', '{}'])[1 + position / 7 % 3]::text[], measure = (array['is-plan', null])[1 + position / 11 % 2],
                   cause = (array['world_changed', 'our_error', null])[1 + position / 13 % 3]
            """);
        await using var connection = await host.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var all = (await FeedQueries.ReadAsync(connection, FeedEntry.Columns, 0, FeedFilter.Everything.WithCanaries(), 1000, TestContext.Current.CancellationToken)).Entries;
        Assert.Equal(500, all.Count);
        Assert.Equal(400, (await FeedQueries.ReadAsync(connection, FeedEntry.Columns, 0, FeedFilter.Everything, 1000, TestContext.Current.CancellationToken)).Entries.Count);

        var some = 0;
        await Gen.Select(Filters, Gen.Bool).SampleAsync(async (json, canaries) =>
        {
            var filter = FeedFilter.Of(JsonElement.Parse(json));
            filter = canaries ? filter.WithCanaries() : filter;
            var expected = all.Where(filter.Matches).Select(e => e.Position).ToList();
            var found = (await FeedQueries.ReadAsync(connection, FeedEntry.Columns, 0, filter, 1000, TestContext.Current.CancellationToken)).Entries;
            Assert.Equal(expected, found.Select(e => e.Position));
            some += expected.Count is > 0 and < 500 ? 1 : 0;
        }, iter: 300, threads: 1);
        Assert.True(some > 50, $"Only {some} filters chose some of the events and left out others.");
    }

    [Fact]
    public void a_filter_is_kept_as_json_and_read_again()
    {
        const string kept = """{"country":["IS","NO"],"type":["measure_*"]}""";
        var filter = FeedFilter.Of(JsonElement.Parse("""{"type": "measure_*", "country": "IS,NO"}"""));
        Assert.Equal(kept, JsonSerializer.Serialize(filter, Json.Options));
        Assert.Equal(kept, JsonSerializer.Serialize(JsonSerializer.Deserialize<FeedFilter>(kept, Json.Options), Json.Options));
        Assert.True(FeedFilter.Of(JsonElement.Parse("{}")).IsEverything);
    }

    [Fact]
    public void what_is_kept_is_read_though_a_request_could_not_ask_for_it_any_more()
    {
        var kept = JsonSerializer.Serialize(new { Provider = Enumerable.Range(1, FeedFilter.MostValues + 1).Select(n => $"lab-{n}"), Type = new[] { "account_forgotten" } }, Json.Options);
        Assert.Throws<Refused>(() => FeedFilter.Of(JsonElement.Parse(kept)));
        Assert.Equal(kept, JsonSerializer.Serialize(JsonSerializer.Deserialize<FeedFilter>(kept, Json.Options), Json.Options));
    }

    [Theory]
    [InlineData("""{"county": ["IS"]}""", Codes.UnknownParameter, "county")]
    [InlineData("""{"country": ["IS", "XX"]}""", Codes.UnknownCountry, "country")]
    [InlineData("""{"country": []}""", Codes.Blank, "country")]
    [InlineData("""{"country": "IS,"}""", Codes.Blank, "country")]
    [InlineData("""{"country": 1}""", Codes.WrongType, "country")]
    [InlineData("""{"type": "acount_suspended"}""", Codes.UnknownType, "type")]
    [InlineData("""{"type": "day_began"}""", Codes.UnknownType, "type")]
    [InlineData("""{"type": "planet_*"}""", Codes.UnknownType, "type")]
    [InlineData("""{"cause": "chance"}""", Codes.UnknownValue, "cause")]
    [InlineData("""{"indicator": "R6"}""", Codes.UnknownValue, "indicator")]
    [InlineData("""{"measure": "Not An Id"}""", Codes.MeasureIdNotValid, "measure")]
    [InlineData("""{"country": "IS,NO,SE,DK,FI,AX,FO,GL,IE,GB,FR,DE,ES,PT,IT,CH,AT,BE,NL,LU,PL"}""", Codes.TooLong, "country")]
    [InlineData("[]", Codes.WrongType, "filter")]
    public void what_is_misspelled_is_named_and_never_becomes_everything(string json, string code, string field)
    {
        var violation = Assert.Throws<Refused>(() => FeedFilter.Of(JsonElement.Parse(json))).Violations.Single();
        Assert.Equal((code, field), (violation.Code, violation.Field));
    }

    private static Gen<string> Of(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
