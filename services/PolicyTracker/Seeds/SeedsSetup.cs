namespace PolicyTracker.Seeds;

public static class SeedsSetup
{
    public static void AddSeeds(this IServiceCollection services)
    {
        services.AddSingleton<SeedLoader>();
        services.AddHostedService(provider => provider.GetRequiredService<SeedLoader>());
    }
}
