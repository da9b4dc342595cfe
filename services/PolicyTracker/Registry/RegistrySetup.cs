using PolicyTracker.Snapshots;

namespace PolicyTracker.Registry;

public static class RegistrySetup
{
    /// <summary>The address of a model below <c>/v1/models</c>: its id is of two segments where its provider is known.</summary>
    public static readonly IReadOnlyList<string> ModelAddresses = ["/{id}", "/{provider}/{id}"];

    public static void MapRegistry(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1").WithTags("Registry");
        reads.MapGet("/providers", (Delegate)GetProviders.Get).WithParameters(GetProviders.Parameters).WithSummary("The providers that are registered, or that a fact names")
            .Gives<Page<ProviderItem>>();
        reads.MapGet("/models", (Delegate)GetModels.Get).WithParameters(GetModels.Parameters).WithSummary("The models and services that are registered, or that a fact names")
            .Gives<Page<TechnologyItem>>();

        var providers = routes.MapGroup("/v1/providers").WithTags("Registry");
        providers.MapPost("", (Delegate)RegisterProvider.Post).WithSummary("Register a provider, or complete one that a fact named first")
            .Takes<ProviderEntry>().Gives<RegistryReceipt>(StatusCodes.Status201Created, StatusCodes.Status200OK);
        providers.MapPost("/{id}/correct", (Delegate)RegisterProvider.Correct).WithSummary("Put a provider's entry right")
            .Takes<CorrectProvider>().Gives<RegistryReceipt>();
        var models = routes.MapGroup("/v1/models").WithTags("Registry");
        models.MapPost("", (Delegate)RegisterTechnology.Post).WithSummary("Register a model or service, or complete one that a fact named first")
            .Takes<NewTechnology>().Gives<RegistryReceipt>(StatusCodes.Status201Created, StatusCodes.Status200OK);

        MapMerge(providers, "/{id}", EntryKind.Provider);
        foreach (var address in ModelAddresses)
        {
            models.MapPost($"{address}/correct", (Delegate)RegisterTechnology.Correct).WithSummary("Put the entry of a model or service right")
                .Takes<CorrectTechnology>().Gives<RegistryReceipt>();
            MapMerge(models, address, EntryKind.Technology);
        }
    }

    private static void MapMerge(RouteGroupBuilder entries, string address, EntryKind kind)
    {
        var merge = new MergeEntry(kind);
        entries.MapPost($"{address}/merge", (Delegate)merge.Merge).WithSummary($"Say that a {kind.Noun} is another one: its id and names stand for that one")
            .Takes<MergeInto>().Gives<RegistryReceipt>();
        entries.MapPost($"{address}/unmerge", (Delegate)merge.Unmerge).WithSummary($"Undo the merge of a {kind.Noun}")
            .Takes<Unmerge>().Gives<RegistryReceipt>();
    }
}
