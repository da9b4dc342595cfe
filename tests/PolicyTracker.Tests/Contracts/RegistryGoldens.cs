using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Registry;
using Xunit;

namespace PolicyTracker.Tests.Contracts;

/// <summary>The stored form of every event of the registry, as files.</summary>
public class RegistryGoldens
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Contracts", "golden", "registry");

    private static readonly IReadOnlyDictionary<string, Type> Events =
        WireNames.Under(typeof(object)).Where(e => e.Value.Namespace == typeof(Provider).Namespace).ToDictionary(e => e.Key, e => e.Value);

    public static TheoryData<string> Names => [.. Events.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void every_golden_belongs_to_an_event() =>
        Assert.Equal(Events.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void a_golden_reads_as_its_event_and_writes_back_the_same(string name)
    {
        var golden = Golden(name);
        var written = JsonSerializer.SerializeToNode(golden.Deserialize(Events[name], Json.Options), Events[name], Json.Options);
        Assert.True(JsonNode.DeepEquals(golden, written), $"expected {golden.ToJsonString()}, got {written?.ToJsonString()}");
    }

    [Theory, MemberData(nameof(Names))]
    public void a_golden_fills_every_field(string name) => Assert.Equal(
        Events[name].GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal),
        Golden(name).Select(member => member.Key).Order(StringComparer.Ordinal));

    private static JsonObject Golden(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")))!.AsObject();
}
