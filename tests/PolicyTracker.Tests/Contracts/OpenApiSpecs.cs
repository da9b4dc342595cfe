using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Facts;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Contracts;

/// <summary>The API's description, held to what the running service does. The examples speak of China: they get a service of their own.</summary>
public sealed class OpenApiSpecs : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = Json.Options.Encoder };

    private readonly Service _service = new();
    private JsonObject _document = null!;

    public async ValueTask InitializeAsync() => _document = (await _service.GetAsync("/openapi/v1.json")).Is(HttpStatusCode.OK).Body!.AsObject();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task every_example_of_a_request_is_accepted()
    {
        // An example acts on what an earlier one recorded: on the first of its collection, or, where it names ids itself, on the last; on the last entry of a measure.
        var (first, last) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        var entry = "";
        foreach (var (method, path, mediaType, name, body) in Examples())
        {
            var collection = string.Join('/', path.Split('/')[..3]);
            var target = path.Replace("{transition}", name, StringComparison.Ordinal).Replace("{side}", "cut", StringComparison.Ordinal).Replace("{provider}/{id}", "{id}", StringComparison.Ordinal).Replace("{id}", first.GetValueOrDefault(collection), StringComparison.Ordinal)
                .Replace("{number}", entry, StringComparison.Ordinal);
            if (body is JsonObject fields && fields.ContainsKey("ids"))
                fields["ids"] = new JsonArray(last[collection]);
            if (body is JsonObject merge && merge.ContainsKey("into"))
                merge["into"] = last[collection];
            var sent = body is JsonValue lines ? lines.GetValue<string>() : body.ToJsonString();

            var reply = await _service.SendAsync(method, target, Encoding.UTF8.GetBytes(sent), mediaType);
            Assert.True((int)reply.Status is 200 or 201 or 202, $"{method} {target}, example '{name}': {(int)reply.Status} {reply.Body?.ToJsonString()}");
            entry = (reply.Body as JsonObject)?["entry"]?.ToString() ?? entry;
            if (path == collection && reply.Body!["id"] is not null)
                first.TryAdd(collection, last[collection] = reply.Text("id"));
        }
    }

    [Fact]
    public void every_write_has_an_example() =>
        Assert.All(Writes().SelectMany(operation => operation.Content), media => Assert.NotEmpty(media.Value!["examples"]!.AsObject()));

    [Fact]
    public void there_is_one_schema_for_each_fact_type() =>
        Assert.Equal(FactTypes.Names, _document["components"]!["schemas"]!["Fact"]!["discriminator"]!["mapping"]!.AsObject().Select(type => type.Key));

    [Fact]
    public void every_reference_leads_to_a_schema()
    {
        var schemas = _document["components"]!["schemas"]!.AsObject();
        Assert.All(References(_document), reference => Assert.Contains(reference.Split('/')[^1], schemas));
    }

    [Fact]
    public void the_description_is_the_golden_one()
    {
        var described = _document.ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1")
            File.WriteAllText(Golden(), described);
        Assert.True(described == File.ReadAllText(Golden()), "The API's description has changed. If that is meant, run the tests once with UPDATE_GOLDENS=1 and read the difference.");
    }

    private IEnumerable<(HttpMethod Method, string Path, string MediaType, string Name, JsonNode Body)> Examples() =>
        from operation in Writes()
        from media in operation.Content
        from example in media.Value!["examples"]!.AsObject()
        select (operation.Method, operation.Path, media.Key, example.Key, example.Value!["value"]!);

    private IEnumerable<(HttpMethod Method, string Path, JsonObject Content)> Writes() =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Value!["requestBody"] is not null
        select (HttpMethod.Parse(operation.Key), path.Key, operation.Value!["requestBody"]!["content"]!.AsObject());

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key == "$ref" ? [member.Value!.GetValue<string>()] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    private static string Golden([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "openapi.json");
}
