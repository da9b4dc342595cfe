using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace PolicyTracker.Hosting;

/// <summary>Tells in the schemas what the strict reader asks of each field.</summary>
internal static class OpenApiSchemas
{
    private const string CountryPattern = "^[A-Z]{2}$";

    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = context.JsonTypeInfo;
        if (type.Type == typeof(WorldDate))
            DescribeDate(schema);
        if (type.Kind == JsonTypeInfoKind.Object && schema.Properties is not null)
            foreach (var field in type.Properties.Where(property => property.AttributeProvider?.IsDefined(typeof(SetByServiceAttribute), inherit: true) == true))
                schema.Properties.Remove(field.Name);
        if (context.JsonPropertyInfo is { } property)
            DescribeField(schema, property);
        return Task.CompletedTask;
    }

    /// <summary>Tells that a value is of exactly one of a family's types, the one that it names.</summary>
    public static void CloseFamilies(OpenApiDocument document)
    {
        foreach (var family in document.Components?.Schemas?.Values.OfType<OpenApiSchema>().Where(schema => schema.Discriminator is not null) ?? [])
            (family.OneOf, family.AnyOf) = (family.AnyOf, null);
    }

    private static void DescribeDate(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.String;
        schema.Description = $"A date as precise as its source, in EDTF level 1: {string.Join(", ", DateRefusal.Forms)}.";
        schema.Examples = ["2023-12", "../2024-05-09", "2023~"];
    }

    private static void DescribeField(OpenApiSchema schema, JsonPropertyInfo property)
    {
        var attributes = property.AttributeProvider;
        if (attributes?.IsDefined(typeof(CountryCodeAttribute), inherit: true) == true)
            (schema.Items is OpenApiSchema item ? item : schema).Pattern = CountryPattern;
        if (attributes?.IsDefined(typeof(HttpUrlAttribute), inherit: true) == true)
            schema.Format = "uri";
    }
}
