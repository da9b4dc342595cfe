using PolicyTracker.Registry;
using PolicyTracker.Snapshots;

namespace PolicyTracker.RegistryViews;

public static class RegistryViewsSetup
{
    public static void MapRegistryViews(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1").WithTags("Registry");
        reads.MapGet("/providers/{id}", (Delegate)GetProvider.Get).WithParameters().WithSummary("One provider: what it offers, withholds and suspends, and where")
            .Gives<ProviderView>().LeadsOn();
        reads.MapGet($"/providers/{{id}}{GetServices.Below}", (Delegate)GetServices.Get).WithParameters(GetServices.Parameters).WithSummary("What a provider offers and withholds")
            .Gives<Page<ServiceItem>>().LeadsOn();
        reads.MapGet("/models/{**id}", (Delegate)GetModel.Get).WithParameters().WithSummary("One model or service: where it stands, and what it is built on; its id may hold a slash")
            .Gives<ModelView>().LeadsOn();
        foreach (var address in RegistrySetup.ModelAddresses)
        {
            reads.MapGet($"/models{address}{GetLineage.Below}", (Delegate)GetLineage.Get).WithParameters("depth")
                .WithSummary("What a model is built on and what is built on it, transitively, with the countries on the way").Gives<LineageView>().LeadsOn();
        }

        reads.MapGet("/accounts", (Delegate)GetAccounts.Get).WithParameters(GetAccounts.Parameters).WithSummary("The accounts that providers have closed or reopened")
            .Gives<Page<AccountItem>>();
        reads.MapGet($"/accounts/{GetReports.Below}", (Delegate)GetReports.Get).WithParameters(GetReports.Parameters).WithSummary("The reports on one account, the newest first")
            .Gives<Page<AccountReport>>();
    }

    /// <summary>A merged entry answers with the address of the one that it stands for.</summary>
    private static void LeadsOn(this RouteHandlerBuilder route) => route.Produces(StatusCodes.Status308PermanentRedirect);
}
