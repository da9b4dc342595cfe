using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PolicyTracker.Recording;
using Scalar.AspNetCore;

namespace PolicyTracker.Hosting;

/// <summary>The API's description at <c>/openapi/v1.json</c>, and its pages at <c>/docs</c>. Both need nothing from outside.</summary>
public static class OpenApi
{
    public const string DocsPath = "/docs";

    public static IServiceCollection AddApiDescription(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(http => Json.Configure(http.SerializerOptions));
        return services.AddOpenApi(options =>
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "PolicyTracker",
                    Version = "v1",
                    Description = "How reliant a country is on another country's AI technology, what is being done about it, and what a planned control would hit: at any date, with the evidence.",
                };
                // The address differs with every installation; whoever reads this knows where it came from.
                document.Servers = [];
                OpenApiSchemas.CloseFamilies(document);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(DescribeAsync);
            options.AddSchemaTransformer(OpenApiSchemas.Describe);
        });
    }

    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi();
        routes.MapScalarApiReference(DocsPath, scalar => scalar.WithTitle("PolicyTracker").DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools());
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var writes = context.Description.HttpMethod is "POST" or "PATCH";
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
            parameter.Description ??= OpenApiParameters.MeaningOf(parameter.Name!);
        foreach (var name in metadata.OfType<ReadParameters>().SelectMany(m => m.Names).Concat(writes ? [OpenApiParameters.IdempotencyKey] : []))
            operation.Parameters.Add(OpenApiParameters.Of(name));

        if (metadata.OfType<IAcceptsMetadata>().LastOrDefault()?.RequestType is { } body)
            AddExamples(operation.RequestBody?.Content, body);
        foreach (var (status, answer) in metadata.OfType<IProducesResponseTypeMetadata>().Where(m => m.Type is not null).Select(m => (m.StatusCode.ToString(), m.Type!)))
        {
            if (operation.Responses?.GetValueOrDefault(status) is not OpenApiResponse response)
                continue;
            AddExamples(response.Content, answer);
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            if (writes || metadata.OfType<ReadParameters>().Any(read => read.Names.Contains("atLeast")))
                response.Headers[Write.SequenceHeader] = OpenApiParameters.SequenceHeader(writes);
        }

        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, cancellation);
        context.Document!.AddComponent(nameof(ProblemDetails), problem);
        var refusal = new OpenApiMediaType { Schema = new OpenApiSchemaReference(nameof(ProblemDetails), context.Document) };
        var problems = new Dictionary<string, OpenApiMediaType> { [Problems.ContentType] = refusal };
        AddExamples(problems, typeof(ProblemDetails));
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse { Description = "Problem details (RFC 9457). `GET /problems` explains every `type`.", Content = problems };
    }

    private static void AddExamples(IDictionary<string, OpenApiMediaType>? content, Type type)
    {
        foreach (var (name, example) in OpenApiExamples.Of(type))
        {
            foreach (var (mediaType, media) in content ?? new Dictionary<string, OpenApiMediaType>())
            {
                media.Examples ??= new Dictionary<string, IOpenApiExample>();
                media.Examples[name] = new OpenApiExample { Value = mediaType == "application/x-ndjson" ? OpenApiExamples.AsLines(example) : example.DeepClone() };
            }
        }
    }
}

/// <summary>The examples of <c>examples.json</c>: for each type, by name. Those of requests are valid, and accepted in the order in which they stand.</summary>
internal static class OpenApiExamples
{
    private static readonly JsonObject All = Read();

    public static IEnumerable<KeyValuePair<string, JsonNode>> Of(Type type)
    {
        var item = type.IsArray ? type.GetElementType() : type.IsGenericType ? type.GetGenericArguments()[0] : null;
        return All[item is null ? type.Name : $"{item.Name}[]"]?.AsObject().Select(e => KeyValuePair.Create(e.Key, e.Value!)) ?? [];
    }

    public static JsonNode AsLines(JsonNode list) => string.Concat(list.AsArray().Select(item => item!.ToJsonString(Json.Options) + "\n"));

    private static JsonObject Read()
    {
        using var stream = typeof(OpenApiExamples).Assembly.GetManifestResourceStream("examples.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
