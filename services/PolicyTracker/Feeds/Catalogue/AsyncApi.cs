using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PolicyTracker.Feeds.Catalogue;

/// <summary><c>GET /asyncapi.yaml</c>: the channels of <c>asyncapi.yaml</c>, each with the messages of the event catalogue.</summary>
public static class AsyncApi
{
    public const string Path = "/asyncapi.yaml";
    public const string MediaType = "application/vnd.aai.asyncapi+yaml";

    private const string Components = "components", Messages = "messages", Schemas = "schemas";

    private static readonly Lazy<string> Text = new(Write);

    public static IResult Get() => Results.Text(Text.Value, MediaType);

    private static string Write()
    {
        using var stream = typeof(AsyncApi).Assembly.GetManifestResourceStream("asyncapi.yaml")!;
        using var reader = new StreamReader(stream);
        var document = new YamlStream();
        document.Load(reader);
        var root = (YamlMappingNode)document.Documents[0].RootNode;
        foreach (var channel in Within(root, "channels").Children.Values.Cast<YamlMappingNode>())
            channel.Add(Messages, new YamlMappingNode(PublicEvents.Names.SelectMany(name => new YamlNode[] { name, ReferenceTo(Messages, name) })));
        var components = Within(root, Components);
        components.Add(Messages, new YamlMappingNode(PublicEvents.Names.SelectMany(name => new YamlNode[] { name, MessageOf(name) })));
        foreach (var name in PublicEvents.Names)
            AddSchemas(Within(components, Schemas), name);

        using var text = new StringWriter { NewLine = "\n" };
        document.Save(text, assignAnchors: false);
        return text.ToString();
    }

    private static YamlMappingNode MessageOf(string name) => new(
        "name", FeedEvent.TypeOf(name),
        "title", name,
        "summary", Docstrings.Of(PublicEvents.ByName[name])!,
        "contentType", FeedEvent.MediaType,
        "payload", new YamlMappingNode(
            "allOf", new YamlSequenceNode(
                ReferenceTo(Schemas, "CloudEvent"),
                new YamlMappingNode("properties", new YamlMappingNode(
                    "type", new YamlMappingNode("const", FeedEvent.TypeOf(name)),
                    "data", ReferenceTo(Schemas, name))))),
        "examples", new YamlSequenceNode(new YamlMappingNode("payload", NodeOf(EventExamples.ByName[name]))));

    /// <summary>Adds the schema of a type's data, and with it the definitions on which it rests, which many types share.</summary>
    private static void AddSchemas(YamlMappingNode schemas, string name)
    {
        var schema = (YamlMappingNode)NodeOf(EventSchemas.ByName[name]);
        foreach (var own in (string[])["$schema", "$id", EventSchemas.Definitions])
            schema.Children.Remove(own);
        schemas.Add(name, schema);
        if (!EventSchemas.ByName[name].TryGetProperty(EventSchemas.Definitions, out var definitions))
            return;
        foreach (var definition in definitions.EnumerateObject())
            schemas.Children.TryAdd(definition.Name, NodeOf(definition.Value));
    }

    private static YamlNode NodeOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new YamlMappingNode(json.EnumerateObject().SelectMany(member => new[] { new YamlScalarNode(member.Name), NodeOf(member) })),
        JsonValueKind.Array => new YamlSequenceNode(json.EnumerateArray().Select(NodeOf)),
        JsonValueKind.String => new YamlScalarNode(json.GetString()) { Style = ScalarStyle.DoubleQuoted },
        _ => new YamlScalarNode(json.GetRawText()),
    };

    private static YamlNode NodeOf(JsonProperty member) => member.Name == EventSchemas.Reference
        ? new YamlScalarNode(member.Value.GetString()!.Replace($"#/{EventSchemas.Definitions}/", $"#/{Components}/{Schemas}/", StringComparison.Ordinal)) { Style = ScalarStyle.DoubleQuoted }
        : NodeOf(member.Value);

    private static YamlMappingNode ReferenceTo(string kind, string name) =>
        new(EventSchemas.Reference, new YamlScalarNode($"#/{Components}/{kind}/{name}") { Style = ScalarStyle.DoubleQuoted });

    private static YamlMappingNode Within(YamlMappingNode node, string name) => (YamlMappingNode)node.Children[name];
}
