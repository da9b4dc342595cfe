using Npgsql;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Webhooks;

/// <summary>One page of a list.</summary>
/// <param name="Next">What asks for the page after this one, as <c>next</c> with the same filters; null on the last page.</param>
public sealed record WebhookPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary><c>GET /v1/subscriptions</c> and <c>GET /v1/subscriptions/{id}</c>.</summary>
internal static class GetSubscriptions
{
    private const string State = "state";

    public static readonly IReadOnlyList<string> Parameters = [State, Snapshots.Parameters.Limit, Snapshots.Parameters.Next];

    public static async Task<IResult> List(HttpContext http, NpgsqlDataSource database, TimeProvider clock)
    {
        var parameters = new Parameters(http);
        var most = parameters.PageSize();
        await using var command = new Conditions("true")
            .On("state = ?", parameters.OneOf<SubscriptionState>(State) is { } state ? WireNames.Of(state) : null)
            .On("id > ?", parameters.Text(Snapshots.Parameters.Next))
            .Complete(database.CreateCommand($$"""select {{SubscriptionRows.ColumnsOf("s")}} from {{SubscriptionRows.Table}} s where {conditions} order by id limit {{most + 1}}"""));
        var found = await SubscriptionRows.ReadAsync(command, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new WebhookPage<SubscriptionAnswer>([.. found.Take(most).Select(s => SubscriptionAnswer.Of(s, clock.GetUtcNow()))], found.Count > most ? found[most - 1].Id : null), Json.Options);
    }

    public static async Task<IResult> Get(HttpContext http, string id, NpgsqlDataSource database, TimeProvider clock)
    {
        var subscription = await SubscriptionRows.ReadAsync(database, id, http.RequestAborted);
        var (waiting, parked) = await DeliveryLog.CountAsync(database, id, http.RequestAborted);
        http.Response.Headers.ETag = Subscribe.ETagOf(subscription);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(SubscriptionAnswer.Of(subscription, clock.GetUtcNow()) with { Waiting = waiting, Parked = parked }, Json.Options);
    }
}
