namespace PolicyTracker.Feeds;

public static class FeedsSetup
{
    public static IServiceCollection AddFeed(this IServiceCollection services) =>
        services.AddSingleton<Feed>().AddHostedService(provider => provider.GetRequiredService<Feed>());
}
