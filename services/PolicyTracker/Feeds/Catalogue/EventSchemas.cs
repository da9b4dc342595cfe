using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PolicyTracker.Feeds.Catalogue;

/// <summary>
/// The JSON Schema of what each public event type carries: what is sent, not what is accepted. A field may be added to a type, so that a reader
/// passes over those that it does not know.
/// </summary>
internal static class EventSchemas
{
    public const string MediaType = "application/schema+json";
    public const string Definitions = "$defs";
    public const string Reference = "$ref";

    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";
    private const string DatePattern = @"^(\.\./)?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(/\.\.)?[~?%]?$";
    private const string Required = "required", Type = "type", Enum = "enum", Description = "description", AnyOf = "anyOf";

    /// <summary>The schemas by wire name, each complete in itself.</summary>
    public static FrozenDictionary<string, JsonElement> ByName { get; } =
        PublicEvents.Names.ToFrozenDictionary(name => name, name => JsonSerializer.SerializeToElement(Of(name), Json.Options));

    private static JsonObject Of(string wireName)
    {
        var type = PublicEvents.ByName[wireName];
        var definitions = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var schema = new JsonObject
        {
            ["$schema"] = Dialect,
            ["$id"] = FeedEvent.SchemaOf(wireName).ToString(),
            ["title"] = wireName,
            [Description] = Docstrings.Of(type),
        };
        var exported = JsonSchemaExporter.GetJsonSchemaAsNode(Json.Options, type, new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Describe(context, node as JsonObject ?? [], definitions),
        });
        foreach (var (name, member) in exported.AsObject())
            schema[name] ??= member?.DeepClone();
        schema["examples"] = new JsonArray(JsonNode.Parse(EventExamples.ByName[wireName].GetProperty("data").GetRawText()));
        if (definitions.Count > 0)
            schema[Definitions] = new JsonObject(definitions.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value)));
        return schema;
    }

    private static JsonObject Describe(JsonSchemaExporterContext context, JsonObject schema, SortedDictionary<string, JsonNode> definitions)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (context.PropertyInfo is { } property && IsLeftOutWhenNull(property))
            RemoveNull(schema);
        if (type == typeof(WorldDate))
            DescribeDate(schema);
        if (type.IsEnum)
            DescribeValues(schema, type);
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
            schema = DescribeObject(context, schema, definitions);
        if (context.PropertyInfo is { } field)
            DescribeField(schema, field);
        return schema;
    }

    /// <summary>Within another, an object is a reference to its definition.</summary>
    private static JsonObject DescribeObject(JsonSchemaExporterContext context, JsonObject schema, SortedDictionary<string, JsonNode> definitions)
    {
        var (type, family) = (context.TypeInfo.Type, context.BaseTypeInfo?.Type);
        if (!schema.ContainsKey(AnyOf))
            schema[Required] = new JsonArray([.. context.TypeInfo.Properties.Where(IsAlwaysSent).Select(p => p.Name).Prepend(family is null ? null : Json.Discriminator).OfType<string>()]);
        if (context.Path.Length == 0)
            return schema;
        var name = $"{family?.Name}{type.Name}";
        schema[Type] = "object";
        schema[Description] = Docstrings.Of(type);
        definitions.TryAdd(name, schema);
        return new JsonObject { [Reference] = $"#/{Definitions}/{name}" };
    }

    private static void DescribeDate(JsonObject schema)
    {
        schema[Type] = "string";
        schema["pattern"] = DatePattern;
        schema[Description] = Docstrings.Of(typeof(WorldDate));
    }

    private static void DescribeValues(JsonObject schema, Type type)
    {
        var values = System.Enum.GetNames(type).Zip(WireNames.Values(type), (name, value) => Docstrings.Of(type.GetField(name)!) is { } says ? $" {value}: {says}" : null);
        schema[Description] = $"{Docstrings.Of(type)}{string.Concat(values)}";
    }

    private static void DescribeField(JsonObject schema, JsonPropertyInfo field)
    {
        schema.Remove("default");
        if (field.AttributeProvider is not MemberInfo member)
            return;
        if (member.IsDefined(typeof(CountryCodeAttribute)))
            (schema["items"]?.AsObject() ?? schema)["pattern"] = "^[A-Z]{2}$";
        if (member.IsDefined(typeof(HttpUrlAttribute)))
            schema["format"] = "uri";
        if (Docstrings.Of(member) is { } says)
            schema[Description] = says;
    }

    private static bool IsAlwaysSent(JsonPropertyInfo field) => !IsLeftOutWhenNull(field) && !IsLeftOutWhenEmpty(field);

    private static bool IsLeftOutWhenEmpty(JsonPropertyInfo field) => field.AttributeProvider?.IsDefined(typeof(SetByServiceAttribute), inherit: true) == true;

    private static bool IsLeftOutWhenNull(JsonPropertyInfo field) =>
        (field.IsGetNullable || Nullable.GetUnderlyingType(field.PropertyType) is not null)
        && !field.IsRequired
        && field.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).OfType<JsonIgnoreAttribute>().FirstOrDefault()?.Condition != JsonIgnoreCondition.Never;

    private static void RemoveNull(JsonObject schema)
    {
        if (schema[Type] is JsonArray types)
            schema[Type] = types.Select(type => type!.GetValue<string>()).Single(type => type != "null");
        if (schema[Enum] is JsonArray values)
            schema[Enum] = new JsonArray([.. values.OfType<JsonNode>().Select(value => value.DeepClone())]);
    }
}
