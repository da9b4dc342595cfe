using OpenTelemetry.Metrics;

namespace PolicyTracker.Hosting;

/// <summary><c>/metrics</c>: what the service and what it is built on measure of themselves, as Prometheus reads it.</summary>
public static class Telemetry
{
    public const string Path = "/metrics";

    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddHostedService<BacklogMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(Meters.Name, "Marten", "Wolverine*", "Npgsql", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());
        return services;
    }

    public static void MapTelemetry(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint(Path).WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
}
