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
        events.MapMethods("", [HttpMethods.Head], GetEvents.Head).WithOnlyParameters(GetEvents.Parameters).ExcludeFromDescription();
        events.MapGet("/stream", StreamEvents.Get).WithOnlyParameters(StreamEvents.Parameters).WithSummary("The same as server-sent events: what is kept, then what comes")
            .Produces(StatusCodes.Status200OK, null, "text/event-stream");
        events.MapGet("/stats", GetEvent.Stats).WithOnlyParameters().WithSummary("Where the feed begins and ends, and how far it is behind the store")
            .Gives<FeedStats>();
        events.MapGet("/{id}", GetEvent.Get).WithOnlyParameters().WithSummary("One event by its id")
            .Produces<FeedEventForm>(StatusCodes.Status200OK, FeedEvent.MediaType);
    }
}

/// <summary>A page of the feed.</summary>
/// <param name="Next">The cursor to read on after. It moves on also where nothing matched.</param>
/// <param name="Head">The cursor of the feed's last event.</param>
/// <param name="HasMore">Whether there is more to read at once.</param>
public sealed record FeedAnswer(IReadOnlyList<FeedEventForm> Data, string Next, string Head, bool HasMore);
