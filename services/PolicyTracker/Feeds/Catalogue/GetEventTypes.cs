using System.Text.Json;

namespace PolicyTracker.Feeds.Catalogue;

/// <summary>The types of the feed.</summary>
/// <param name="Data">In alphabetical order of their names.</param>
public sealed record EventTypes(IReadOnlyList<EventTypeItem> Data);

/// <summary>A type of the feed.</summary>
/// <param name="Name">Its wire name, as filters take it.</param>
/// <param name="Type">Its CloudEvents type.</param>
/// <param name="Says">What an event of this type says.</param>
/// <param name="Schema">The route that answers with the JSON Schema of its data; its events name it in <c>dataschema</c>.</param>
/// <param name="Example">An event of this type, as it is sent.</param>
public sealed record EventTypeItem(string Name, string Type, string? Says, string Schema, JsonElement Example);

/// <summary><c>GET /v1/event-types</c> and <c>GET /v1/event-types/{name}</c>.</summary>
public static class GetEventTypes
{
    private static readonly EventTypes All = new([.. PublicEvents.Names.Select(name => new EventTypeItem(
        name, FeedEvent.TypeOf(name), Docstrings.Of(PublicEvents.ByName[name]), FeedEvent.SchemaOf(name).AbsolutePath, EventExamples.ByName[name]))]);

    public static IResult Get() => Results.Json(All, Json.Options);

    /// <exception cref="Refused">The feed has no type of this name.</exception>
    public static IResult GetSchema(string name) => EventSchemas.ByName.TryGetValue(name, out var schema)
        ? Results.Json(schema, Json.Options, EventSchemas.MediaType)
        : throw new Refused(Codes.NotFound, $"The feed has no type '{Echo.Of(name)}'.", new Dictionary<string, object?> { ["nearest"] = Nearest.To(name, PublicEvents.Names) });
}
