using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.Core;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using PolicyTracker.Broker;
using PolicyTracker.Feeds;
using PolicyTracker.Recording;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;
using PolicyTracker.Webhooks;
using Weasel.Core;
using Wolverine;
using Wolverine.Marten;

namespace PolicyTracker.Hosting;

/// <summary>Marten and Wolverine: the store, its projection, its feed, and the messages behind them.</summary>
public static class EventStore
{
    // A published service carries the code that Wolverine needs; everything else compiles it at the first use.
#if PREGENERATED
    private const TypeLoadMode CodeLoading = TypeLoadMode.Static;
    private const ExtensionDiscovery Extensions = ExtensionDiscovery.ManualOnly;
#else
    private const TypeLoadMode CodeLoading = TypeLoadMode.Dynamic;
    private const ExtensionDiscovery Extensions = ExtensionDiscovery.Automatic;
#endif

    public static void AddEventStore(this WebApplicationBuilder builder, string connectionString)
    {
        // Its figures carry the name, which else is the connection string.
        builder.Services.AddNpgsqlDataSource(connectionString, database => database.Name = Meters.Name);
        builder.Services.AddSingleton<Ledger>();
        // Brings a write to the views in milliseconds; at hundreds of commits a second its global lock costs more than it gives.
        if (builder.Configuration.GetValue("PolicyTracker:NotifyOnAppend", true))
            builder.Services.AddAppendNotice();
        builder.Services.AddMarten(options => Configure(options, builder.Configuration))
            .UseLightweightSessions()
            .UseNpgsqlDataSource()
            .IntegrateWithWolverine(wolverine =>
            {
                wolverine.MessageStorageSchemaName = Schema.Messages;
                wolverine.UseWolverineManagedEventSubscriptionDistribution = true;
            })
            .AddProjectionWithServices<ViewsProjection>(ProjectionLifecycle.Async, ServiceLifetime.Singleton, projection =>
            {
                projection.Name = ViewsProjection.Name;
                projection.Options.DeleteViewTypeOnTeardown<CountryReliance>();
                projection.Options.DeleteViewTypeOnTeardown<Progress>();
                foreach (var table in ViewTables.Rebuilt)
                    projection.Options.DeleteDataInTableOnTeardown(table.Identifier.QualifiedName);
            })
            .AddSubscriptionWithServices<FeedPublisher>(ServiceLifetime.Singleton, subscription =>
            {
                subscription.Name = FeedPublisher.Name;
                subscription.IncludeArchivedEvents = true;
                subscription.Options.BatchSize = 1000;
            })
            .ApplyAllDatabaseChangesOnStartup();

        builder.Host.UseWolverine(options =>
        {
            options.ApplicationAssembly = typeof(EventStore).Assembly;
            options.Policies.AutoApplyTransactions();
            options.Policies.UseDurableLocalQueues();
            options.CodeGeneration.TypeLoadMode = CodeLoading;
            options.Durability.Mode = builder.Configuration.GetValue("PolicyTracker:Nodes", "one") == "many" ? DurabilityMode.Balanced : DurabilityMode.Solo;
            // A node that is gone is missed, and its work taken over, within half a minute.
            options.Durability.HealthCheckPollingTime = 2.Seconds();
            options.Durability.StaleNodeTimeout = 10.Seconds();
            options.Durability.CheckAssignmentPeriod = 2.Seconds();
        }, Extensions);
        builder.Services.AddHostedService<ProjectionWatch>();
    }

    private static void Configure(StoreOptions options, IConfiguration configuration)
    {
        options.DatabaseSchemaName = Schema.Policy;
        options.Events.DatabaseSchemaName = Schema.Events;
        options.AutoCreateSchemaObjects = configuration.GetValue("PolicyTracker:ApplySchema", true) ? AutoCreate.CreateOrUpdate : AutoCreate.None;
        options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, Json.Configure);

        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        options.Events.UseMandatoryStreamTypeDeclaration = true;
        options.Events.UseExclusiveLockOnConcurrentAppends = true;
        options.Events.EnableUniqueIndexOnEventId = true;
        options.Events.EnableEventTypeIndex = true;
        options.Events.MetadataConfig.EnableAll();
        options.Events.EnableExtendedProgressionTracking = true;
        options.Projections.ExtendedProgressionHeartbeatInterval = ShardLag.Beat / 2;
        foreach (var (name, type) in WireNames.Under(typeof(object)))
            options.Events.MapEventType(type, name);

        // A view that skips what it cannot apply is silently wrong; stop instead, and say so in /readyz.
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Errors.SkipSerializationErrors = false;
        options.Projections.Errors.SkipUnknownEvents = false;
        options.Projections.RebuildErrors.SkipApplyErrors = false;
        options.Projections.RebuildErrors.SkipSerializationErrors = false;
        options.Projections.RebuildErrors.SkipUnknownEvents = false;
        options.Projections.StopAndDrainTimeout = 30.Seconds();
        options.OpenTelemetry.TrackEventCounters();

        options.Schema.For<CountryReliance>().Identity(c => c.Country).DocumentAlias("country_reliance");
        options.Schema.For<Progress>().DocumentAlias("projection_progress");
        foreach (var table in RecordingTables.All().Concat(ViewTables.All()).Concat(FeedTables.All()).Concat(BrokerTables.All()).Concat(WebhookTables.All()))
            options.Storage.ExtendedSchemaObjects.Add(table);
    }
}
