using JasperFx;
using PolicyTracker.Broker;
using PolicyTracker.CountryViews;
using PolicyTracker.Days;
using PolicyTracker.Facts;
using PolicyTracker.Feeds;
using PolicyTracker.History;
using PolicyTracker.Hosting;
using PolicyTracker.Impact;
using PolicyTracker.Measures;
using PolicyTracker.Registry;
using PolicyTracker.RegistryViews;
using PolicyTracker.Reliance;
using PolicyTracker.Seeds;
using PolicyTracker.Sources;
using PolicyTracker.Views;
using PolicyTracker.Webhooks;
using Weasel.Core;

try
{
    var builder = WebApplication.CreateBuilder(args);
    await using var database = await Database.OpenAsync(builder.Configuration, args);

    builder.AddWebServer();
    builder.Services.AddKeyRing(builder.Configuration);
    // Before what runs: a broken seed file is found first.
    builder.Services.AddStartup<SeedLoader>("seeds", loader => loader.Loaded);
    builder.Services.AddStartup<AdoptMethod>("method", method => method.Adopted);
    builder.AddEventStore(database.ConnectionString);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddProblems();
    builder.Services.AddApiDescription();
    builder.Services.AddHealth(builder.Configuration);
    builder.Services.AddTelemetry();
    builder.Services.AddStartup<DayClock>("day", clock => clock.CaughtUp);
    builder.Services.AddHostedService<Announcer>();
    builder.Services.AddFeed(builder.Configuration);
    builder.Services.AddBroker(builder.Configuration);
    builder.Services.AddWebhooks(builder.Configuration);

    var app = builder.Build();
    app.UseWebServer();
    app.UseProblems();
    app.MapProblems();
    app.MapHealth();
    app.MapTelemetry();
    app.MapApiDescription();
    app.MapFacts();
    app.MapMeasures();
    app.MapRegistry();
    app.MapCountryViews();
    app.MapHistory();
    app.MapImpact();
    app.MapRegistryViews();
    app.MapSources();
    app.MapFeed();
    app.MapWebhooks();

    if (args is [var command, ..] && !command.StartsWith('-'))
        return await app.RunJasperFxCommands(args);
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (Exception e) when (e is DatabaseUnavailableException or KeyRingException or SeedException or UnknownMethodException)
{
    // What the one who starts the service can mend is said in one line, without a stack.
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

catch (SchemaMigrationException e)
{
    await Console.Error.WriteLineAsync($"The schema cannot be brought to this version: {e.Message} docs/operations.md tells what to do about an update whose views have another shape.");
    return 1;
}

/// <summary>The entry point, named so that tests can host it.</summary>
public partial class Program;
