using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Facts;
using Xunit;

namespace PolicyTracker.Tests.Contracts;

/// <summary>The stored form of every fact type, as files: whoever changes one by accident finds out here and not in a rebuild.</summary>
public class EventGoldens
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Contracts", "golden", "facts");

    public static TheoryData<string> WireNames => [.. FactTypes.Names];

    [Fact]
    public void every_golden_belongs_to_a_fact_type() =>
        Assert.Equal(FactTypes.Names, Directory.GetFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(WireNames))]
    public void a_golden_reads_as_its_type_and_writes_back_the_same(string wireName)
    {
        var golden = Golden(wireName);
        var fact = golden.Deserialize<Fact>(Json.Options)!;
        Assert.Equal(FactTypes.ByName[wireName], fact.GetType());
        Same(golden, JsonSerializer.SerializeToNode(fact, Json.Options));
    }

    [Theory, MemberData(nameof(WireNames))]
    public void a_golden_is_stored_as_an_event_of_its_own_type_without_the_discriminator(string wireName)
    {
        var golden = Golden(wireName);
        var type = FactTypes.ByName[wireName];
        var fact = golden.Deserialize(type, Json.Options)!;
        golden.Remove(Json.Discriminator);
        Same(golden, JsonSerializer.SerializeToNode(fact, type, Json.Options));
    }

    [Theory, MemberData(nameof(WireNames))]
    public void a_golden_fills_every_field_that_a_request_may_carry(string wireName) => Assert.Equal(
        FactTypes.ByName[wireName].GetProperties()
            .Where(property => property.Name is not (nameof(Fact.RegistryIds) or nameof(Fact.Note)) && property.SetMethod is not null)
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal),
        Golden(wireName).Select(member => member.Key).Where(name => name is not (Json.Discriminator or "note")).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(WireNames))]
    public void a_golden_is_accepted_from_a_request(string wireName)
    {
        var golden = Golden(wireName);
        var reading = Input.ReadFact(golden.Deserialize<JsonElement>(), new DateOnly(2024, 5, 10));
        Assert.Empty(reading.Violations);
        Same(golden, JsonSerializer.SerializeToNode(reading.Value, Json.Options));
    }

    private static JsonObject Golden(string wireName) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{wireName}.json")))!.AsObject();

    private static void Same(JsonNode expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString()}, got {actual?.ToJsonString()}");
}
