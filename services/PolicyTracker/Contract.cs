namespace PolicyTracker;

/// <summary>The query parameters and headers that a route reads beside those of its path.</summary>
public sealed record ReadParameters(IReadOnlyList<string> Names);

/// <summary>Says where a route is mapped what it takes and gives, for its description: handlers read the request themselves, so nothing else tells.</summary>
public static class Contract
{
    private const string MediaType = "application/json";

    /// <summary>The body. One of another media type is refused, so that no page of another site can write through a visitor's browser.</summary>
    public static RouteHandlerBuilder Takes<TBody>(this RouteHandlerBuilder route, params string[] otherMediaTypes) where TBody : notnull =>
        route.Accepts<TBody>(MediaType, otherMediaTypes);

    public static RouteHandlerBuilder Gives<TAnswer>(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses.DefaultIfEmpty(StatusCodes.Status200OK))
            route.Produces<TAnswer>(status);
        return route;
    }

    /// <summary>Query parameters and headers, by name; the description knows what each means.</summary>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder route, params IEnumerable<string> names) => route.WithMetadata(new ReadParameters([.. names]));
}
