using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

public static class RegistrySetup
{
    public static void MapRegistry(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1").WithTags("Registry");
        reads.MapGet("/providers", (Delegate)GetProviders.Get).WithParameters(GetProviders.Parameters).WithSummary("The providers that are registered, or that a fact names")
            .Gives<Page<ProviderItem>>();
        reads.MapGet("/providers/{id}", (Delegate)GetProviders.GetOne).WithParameters().WithSummary("One provider")
            .Gives<ProviderItem>();
        reads.MapGet("/models", (Delegate)GetModels.Get).WithParameters(GetModels.Parameters).WithSummary("The models and services that are registered, or that a fact names")
            .Gives<Page<TechnologyItem>>();
        reads.MapGet("/models/{**id}", (Delegate)GetModels.GetOne).WithParameters().WithSummary("One model or service; its id may hold a slash")
            .Gives<TechnologyItem>();

        var providers = routes.MapGroup("/v1/providers").WithTags("Registry");
        providers.MapPost("", (Delegate)RegisterProvider.Post).WithSummary("Register a provider, or complete one that a fact named first")
            .Takes<ProviderEntry>().Gives<RegistryReceipt>(StatusCodes.Status201Created, StatusCodes.Status200OK);
        providers.MapPost("/{id}/correct", (Delegate)RegisterProvider.Correct).WithSummary("Put a provider's entry right")
            .Takes<CorrectProvider>().Gives<RegistryReceipt>();
        var models = routes.MapGroup("/v1/models").WithTags("Registry");
        models.MapPost("", (Delegate)RegisterTechnology.Post).WithSummary("Register a model or service, or complete one that a fact named first")
            .Takes<NewTechnology>().Gives<RegistryReceipt>(StatusCodes.Status201Created, StatusCodes.Status200OK);
    }
}
