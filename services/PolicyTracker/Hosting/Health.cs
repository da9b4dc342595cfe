using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using PolicyTracker.Broker;
using PolicyTracker.Feeds;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;
using Weasel.Postgresql.Tables;

namespace PolicyTracker.Hosting;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it can do its work; the body tells each check's state and figures.</summary>
public static class Health
{
    public const string AlivePath = "/healthz";
    public const string ReadyPath = "/readyz";

    private static readonly HttpMethodMetadata Asked = new([HttpMethods.Get, HttpMethods.Head]);

    public static IServiceCollection AddHealth(this IServiceCollection services, IConfiguration configuration)
    {
        var lagLimit = TimeSpan.FromSeconds(configuration.GetValue("PolicyTracker:LagLimitSeconds", 30.0));
        var checks = services.AddHealthChecks()
            .Add(Check("database", provider => new DatabaseCheck(provider, "select 1", _ => HealthCheckResult.Healthy())))
            .Add(Check("schema", SchemaCheck))
            .Add(Check("projection", provider => ShardCheck(provider, ViewsProjection.Name, "projection", lagLimit)))
            .Add(Check("feed", provider => ShardCheck(provider, FeedPublisher.Name, "feed", lagLimit)))
            .Add(Check("views", provider => new DatabaseCheck(provider, PassedOver.Query, row => Judge(PassedOver.Read(row)))))
            .Add(Check("canary", provider => provider.GetRequiredService<CanaryCheck>()));
        if (BrokerSetup.NameOf(configuration) is { } broker)
            checks.Add(Check("broker", provider => new DatabaseCheck(provider, BrokerLag.QueryOf(broker), BrokerLag.Judge)));
        return services.AddSingleton<CanaryCheck>();
    }

    /// <summary>Adds a service whose task must have ended before this node is ready.</summary>
    public static IServiceCollection AddStartup<TService>(this IServiceCollection services, string name, Func<TService, Task> ended) where TService : class, IHostedService
    {
        services.AddSingleton<TService>().AddHostedService(provider => provider.GetRequiredService<TService>());
        services.AddHealthChecks().Add(Check(name, provider => new StartupCheck(ended(provider.GetRequiredService<TService>()))));
        return services;
    }

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        Map(AlivePath, _ => false);
        Map(ReadyPath, _ => true);

        void Map(string path, Func<HealthCheckRegistration, bool> checks) =>
            routes.MapHealthChecks(path, new HealthCheckOptions { Predicate = checks, ResponseWriter = WriteAsync }).WithMetadata(Asked);
    }

    private static HealthCheckRegistration Check(string name, Func<IServiceProvider, IHealthCheck> make) => new(name, make, failureStatus: null, tags: null);

    private static DatabaseCheck ShardCheck(IServiceProvider provider, string shard, string what, TimeSpan limit) => new(provider, ShardLag.QueryOf(shard),
        row => ShardLag.Of(row, provider.GetRequiredService<TimeProvider>().GetUtcNow()).Judge(what, limit));

    // The views go on answering; what they lack is no reason to send readers elsewhere, where the same is lacking.
    private static HealthCheckResult Judge(PassedOver passedOver) => passedOver.Events == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(
        $"The views lack {passedOver.Events} events that the daemon has passed over, the first at sequence {passedOver.First}: stop the service and run `projections rebuild`.",
        data: new Dictionary<string, object> { ["events"] = passedOver.Events, ["first"] = passedOver.First });

    private static DatabaseCheck SchemaCheck(IServiceProvider provider)
    {
        var tables = provider.GetRequiredService<IDocumentStore>().Storage.Database.AllObjects().OfType<Table>().Select(table => $"'{table.Identifier.QualifiedName}'").ToList();
        return new DatabaseCheck(provider, $"select coalesce(array_agg(name), '{{}}') from unnest(array[{string.Join(", ", tables)}]) name where to_regclass(name) is null",
            row => row.GetFieldValue<string[]>(0) is { Length: > 0 } missing
                ? HealthCheckResult.Unhealthy($"{missing.Length} of {tables.Count} tables are missing, {missing[0]} first.")
                : HealthCheckResult.Healthy(data: new Dictionary<string, object> { ["tables"] = tables.Count }));
    }

    private static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        Status = NameOf(report.Status),
        Checks = report.Entries.Count == 0 ? null : report.Entries.ToDictionary(entry => entry.Key, entry => new
        {
            Status = NameOf(entry.Value.Status),
            entry.Value.Description,
            Figures = entry.Value.Data.Count == 0 ? null : entry.Value.Data,
            Milliseconds = Math.Round(entry.Value.Duration.TotalMilliseconds, 1),
        }),
    }, Json.Options, http.RequestAborted);

    private static string NameOf(HealthStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}

/// <summary>What the database says to one question. An answer comes in two seconds, whatever state the database is in.</summary>
internal sealed class DatabaseCheck(IServiceProvider provider, string query, Func<NpgsqlDataReader, HealthCheckResult> judge) : IHealthCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            // A server that hangs may not answer the cancellation either.
            return await AskAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"PostgreSQL did not answer within {Longest.TotalSeconds} s.");
        }
        catch (PostgresException e)
        {
            return HealthCheckResult.Unhealthy($"PostgreSQL answered with error {e.SqlState}.");
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL cannot be reached.");
        }
    }

    private async Task<HealthCheckResult> AskAsync(CancellationToken cancellation)
    {
        await using var command = provider.GetRequiredService<NpgsqlDataSource>().CreateCommand(query);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return judge(row);
    }
}

/// <summary>Whether a task of the start has ended, and well.</summary>
internal sealed class StartupCheck(Task task) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(task switch
    {
        { IsCompletedSuccessfully: true } => HealthCheckResult.Healthy(),
        { IsCompleted: true } => HealthCheckResult.Unhealthy("It failed; the log tells why."),
        _ => HealthCheckResult.Unhealthy("It has not ended yet."),
    });
}
