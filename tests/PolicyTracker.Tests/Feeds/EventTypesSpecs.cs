using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using PolicyTracker.Feeds;
using PolicyTracker.Feeds.Catalogue;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>What is told of the event types, held to their events by a validator that is not ours.</summary>
public sealed class EventTypesSpecs(TestDatabase database, FoundingCase seeds) : IClassFixture<FoundingCase>
{
    private static readonly string Goldens = Path.Combine(AppContext.BaseDirectory, "Contracts", "golden");
    private static readonly Dictionary<string, JsonSchema> Schemas = EventSchemas.ByName.ToDictionary(schema => schema.Key, schema => JsonSchema.FromText(schema.Value.GetRawText()));

    public static TheoryData<string> Names => [.. PublicEvents.Names];

    [Fact]
    public async Task every_public_type_is_told_with_what_it_says_an_example_and_the_route_of_its_schema()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        var types = (await host.GetAsync("/v1/event-types")).Is(HttpStatusCode.OK)["data"].AsArray();
        Assert.Equal(PublicEvents.Names, types.Select(type => type!["name"]!.GetValue<string>()));
        foreach (var type in types)
        {
            var (name, example) = (type!["name"]!.GetValue<string>(), FeedEvent.Read(JsonSerializer.SerializeToUtf8Bytes(type["example"])));
            Assert.NotEmpty(type["says"]!.GetValue<string>());
            Assert.True(example.IsValid);
            Assert.Equal((type["type"]!.GetValue<string>(), type["schema"]!.GetValue<string>()), (example.Type, example.DataSchema!.AbsolutePath));

            var schema = (await host.GetAsync(example.DataSchema.AbsolutePath)).Is(HttpStatusCode.OK);
            Assert.Equal(EventSchemas.MediaType, schema.MediaType);
            Assert.Equal((example.DataSchema.ToString(), name), (schema.Text("$id"), schema.Text("title")));
            // Filters take the name that is told.
            Assert.False(FeedFilter.Of(JsonElement.Parse($$"""{"type": "{{name}}"}""")).IsEverything);
        }

        var unknown = (await host.GetAsync("/v1/event-types/acount_suspended")).IsProblem(Codes.NotFound);
        Assert.Equal("account_suspended", unknown["nearest"][0]!.GetValue<string>());
        (await host.GetAsync("/v1/event-types/day_began")).IsProblem(Codes.NotFound);
    }

    [Theory, MemberData(nameof(Names))]
    public void an_example_is_valid_and_is_not_without_any_of_what_is_required(string name)
    {
        var data = EventExamples.ByName[name].GetProperty("data");
        AssertValid(name, data);
        foreach (var required in EventSchemas.ByName[name].GetProperty("required").EnumerateArray().Select(field => field.GetString()!))
        {
            var without = JsonNode.Parse(data.GetRawText())!.AsObject();
            Assert.True(without.Remove(required), $"{name} has no {required}.");
            Assert.False(IsValid(name, without), $"{name} is valid without {required}.");
        }
    }

    [Theory]
    [InlineData("account_suspended", "occurred", "\"last spring\"")]
    [InlineData("account_suspended", "country", "\"China\"")]
    [InlineData("account_suspended", "tier", "\"D\"")]
    [InlineData("account_suspended", "note", "null")]
    [InlineData("integration_reported", "extent", "\"Several\"")]
    [InlineData("fact_corrected", "previous", """{"type": "account_suspended"}""")]
    [InlineData("fact_corrected", "replacement", """{"type": "planet_discovered"}""")]
    [InlineData("reliance_changed", "asOf", "\"today\"")]
    public void what_is_never_sent_is_not_valid(string name, string field, string value)
    {
        var data = JsonNode.Parse(EventExamples.ByName[name].GetProperty("data").GetRawText())!.AsObject();
        data[field] = JsonNode.Parse(value);
        Assert.False(IsValid(name, data));
    }

    [Fact]
    public void every_golden_event_is_valid()
    {
        foreach (var golden in Directory.GetFiles(Goldens, "*.json", SearchOption.AllDirectories))
        {
            var data = JsonNode.Parse(File.ReadAllText(golden))!.AsObject();
            data.Remove(PolicyTracker.Json.Discriminator);
            AssertValid(Path.GetFileNameWithoutExtension(golden), data);
        }
    }

    [Fact]
    public async Task every_event_of_the_founding_case_is_valid_and_has_a_sentence()
    {
        var service = seeds.Service;
        var page = (await service.GetAsync("/v1/events?limit=1000")).Is(HttpStatusCode.OK);
        Assert.False(page["hasMore"].GetValue<bool>());
        foreach (var e in page["data"].AsArray())
        {
            var name = e!["dataschema"]!.GetValue<string>().Split('/')[^1];
            AssertValid(name, e["data"]!);
            Assert.EndsWith(".", Sentence.Of(e["data"].Deserialize(PublicEvents.ByName[name], PolicyTracker.Json.Options)!, e["subject"]!.GetValue<string>()), StringComparison.Ordinal);
        }
    }

    private static void AssertValid(string name, object data) => Assert.True(IsValid(name, data), $"{name}: {JsonSerializer.Serialize(Evaluate(name, data))} in {data}");

    private static bool IsValid(string name, object data) => Evaluate(name, data).IsValid;

    private static EvaluationResults Evaluate(string name, object data) =>
        Schemas[name].Evaluate(JsonSerializer.SerializeToElement(data), new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
}
