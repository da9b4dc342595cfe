using PolicyTracker.Snapshots;

namespace PolicyTracker.Webhooks;

public static class WebhooksSetup
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration) => services
        .AddWebhookSending(configuration)
        .AddSingleton<WebhookMetrics>()
        .AddSingleton<MessageSender>()
        .AddSingleton<WebhookHosts>()
        .AddSingleton<Leases>()
        .AddSingleton<Replays>()
        .AddSingleton<Disabling>()
        .AddSingleton<FailureNotices>()
        .AddSingleton<CourierTools>()
        .AddSingleton<WebhookDispatcher>()
        .AddHostedService(provider => provider.GetRequiredService<WebhookDispatcher>());

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        // Whoever may see and change which subscriptions is decided on this group, and nowhere else.
        var all = routes.MapGroup("/v1/subscriptions").WithTags("Subscriptions");
        all.MapPost("", Subscribe.Create).WithOnlyParameters().WithSummary("Have the feed sent to an address; the answer shows the secret, once, or the public key")
            .Takes<NewSubscription>().Gives<SubscriptionAnswer>(StatusCodes.Status201Created);
        all.MapGet("", GetSubscriptions.List).WithOnlyParameters(GetSubscriptions.Parameters).WithSummary("All subscriptions").Gives<WebhookPage<SubscriptionAnswer>>();

        var one = all.MapGroup("/{id}");
        one.MapGet("", GetSubscriptions.Get).WithOnlyParameters().WithSummary("One subscription, and how its deliveries stand").Gives<SubscriptionAnswer>();
        one.MapPatch("", Subscribe.Change).WithOnlyParameters().WithSummary("Change a subscription; another address is to be verified again")
            .Takes<ChangeSubscription>().Gives<SubscriptionAnswer>().Reads("If-Match");
        one.MapDelete("", Subscribe.Delete).WithOnlyParameters().WithSummary("Forget a subscription and its log").Produces(StatusCodes.Status204NoContent);
        one.MapPost("/verify", ActOnSubscription.Verify).WithOnlyParameters().WithSummary("Ask the receiver whether it agrees; before, it is sent nothing").Gives<SubscriptionAnswer>();
        one.MapPost("/pause", ActOnSubscription.Pause).WithOnlyParameters().WithSummary("Send nothing more, and keep the cursor").Gives<SubscriptionAnswer>();
        one.MapPost("/resume", ActOnSubscription.Resume).WithOnlyParameters().WithSummary("Go on from the cursor, and try at once what waits").Gives<SubscriptionAnswer>();
        one.MapPost("/seek", ActOnSubscription.Seek).WithOnlyParameters().WithSummary("Go on from another cursor").Takes<SeekSubscription>().Gives<SubscriptionAnswer>();
        one.MapPost("/rotate-secret", ActOnSubscription.RotateSecret).WithOnlyParameters().WithSummary("Make another secret, which the answer shows, once, or another key pair; the one before signs for a day more")
            .Gives<SubscriptionAnswer>();
        one.MapPost("/test", ActOnSubscription.Test).WithOnlyParameters().WithSummary("Send a message of no event, and tell what came of it").Gives<TestAnswer>();
        one.MapPost("/replay", Redeliver.Replay).WithOnlyParameters().WithSummary("Send again what lies between two points").Takes<ReplayRequest>().Gives<ReplayReceipt>(StatusCodes.Status202Accepted);
        one.MapPost("/parked/replay", Redeliver.Parked).WithOnlyParameters(Parameters.Limit).WithSummary("Send again what was given up").Gives<ReplayReceipt>(StatusCodes.Status202Accepted);

        var deliveries = one.MapGroup("/deliveries");
        deliveries.MapGet("", GetDeliveries.List).WithOnlyParameters(GetDeliveries.Parameters).WithSummary("What was sent in the last 30 days, the newest events first").Gives<WebhookPage<DeliveryItem>>();
        deliveries.MapGet("/{delivery}", GetDeliveries.Get).WithOnlyParameters().WithSummary("One message: its request, and the receiver's answer to each attempt").Gives<DeliveryAnswer>();
        deliveries.MapPost("/{delivery}/redeliver", Redeliver.One).WithOnlyParameters().WithSummary("Send one message again").Gives<ReplayReceipt>(StatusCodes.Status202Accepted);
    }
}
