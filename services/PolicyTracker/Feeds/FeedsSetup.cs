using System.Text.Json;
using PolicyTracker.Feeds.Atom;
using PolicyTracker.Feeds.Catalogue;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Feeds;

public static class FeedsSetup
{
    public static IServiceCollection AddFeed(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.GetSection("PolicyTracker:Feed").Get<FeedOptions>() ?? new FeedOptions())
        .AddSingleton<FeedPlaces>()
        .AddSingleton<FeedMetrics>()
        .AddSingleton<Feed>()
        .AddHostedService(provider => provider.GetRequiredService<Feed>())
        .AddHostedService<Reconciler>()
        .AddHostedService<SendCanary>();

    public static void MapFeed(this IEndpointRouteBuilder routes)
    {
        var events = routes.MapGroup("/v1/events").WithTags("Events");
        events.MapGet("", GetEvents.Get).WithOnlyParameters(GetEvents.Parameters).WithSummary("What was published after a cursor, or the wait for it")
            .Produces<FeedAnswer>(StatusCodes.Status200OK).Produces<IReadOnlyList<FeedEventForm>>(StatusCodes.Status200OK, FeedEvent.BatchMediaType).Produces(StatusCodes.Status304NotModified);
        events.MapMethods("", [HttpMethods.Head], GetEvents.Head).WithOnlyParameters().ExcludeFromDescription();
        events.MapGet("/stream", StreamEvents.Get).WithOnlyParameters(StreamEvents.Parameters).WithSummary("The same as server-sent events: what is kept, then what comes")
            .Produces(StatusCodes.Status200OK, null, "text/event-stream");
        events.MapGet("/stats", GetEvent.Stats).WithOnlyParameters().WithSummary("Where the feed begins and ends, and how far it is behind the store")
            .Gives<FeedStats>();
        events.MapGet("/{id}", GetEvent.Get).WithOnlyParameters().WithSummary("One event by its id")
            .Produces<FeedEventForm>(StatusCodes.Status200OK, FeedEvent.MediaType);
        events.MapGet("/archive/{n}.atom", GetAtom.GetArchive).WithOnlyParameters(GetAtom.ArchiveParameters).WithSummary("The events of a thousand positions in Atom")
            .Produces(StatusCodes.Status200OK, null, GetAtom.MediaType).Produces(StatusCodes.Status304NotModified);
        routes.MapGet("/v1/events.atom", GetAtom.Get).WithOnlyParameters(FeedFilter.Parameters).WithTags("Events").WithSummary("The newest events in Atom; prev-archive leads to all before them")
            .Produces(StatusCodes.Status200OK, null, GetAtom.MediaType).Produces(StatusCodes.Status304NotModified);

        var types = routes.MapGroup("/v1/event-types").WithTags("Events");
        types.MapGet("", GetEventTypes.Get).WithOnlyParameters().WithSummary("What the feed publishes: each type with what it says and an example")
            .Gives<EventTypes>();
        types.MapGet("/{name}", GetEventTypes.GetSchema).WithOnlyParameters().WithSummary("The JSON Schema of the data of a type")
            .Produces<JsonElement>(StatusCodes.Status200OK, EventSchemas.MediaType);
        routes.MapGet(AsyncApi.Path, AsyncApi.Get).WithOnlyParameters().WithTags("Events").WithSummary("Every channel of the feed and every message on it, as AsyncAPI")
            .Produces(StatusCodes.Status200OK, null, AsyncApi.MediaType);
    }
}

/// <summary>A page of the feed.</summary>
/// <param name="Next">The cursor to read on after. It moves on also where nothing matched.</param>
/// <param name="Head">The cursor of the feed's last event.</param>
/// <param name="HasMore">Whether there is more to read at once.</param>
public sealed record FeedAnswer(IReadOnlyList<FeedEventForm> Data, string Next, string Head, bool HasMore);
