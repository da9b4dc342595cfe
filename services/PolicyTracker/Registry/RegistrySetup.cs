namespace PolicyTracker.Registry;

public static class RegistrySetup
{
    public static void MapRegistry(this IEndpointRouteBuilder routes)
    {
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
