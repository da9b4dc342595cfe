using JasperFx;
using PolicyTracker.CountryViews;
using PolicyTracker.Days;
using PolicyTracker.Facts;
using PolicyTracker.Hosting;
using PolicyTracker.Measures;
using PolicyTracker.Registry;
using PolicyTracker.Seeds;
using PolicyTracker.Views;

var builder = WebApplication.CreateBuilder(args);
await using var database = await Database.OpenAsync(builder.Configuration);

// First, so that a broken seed file is found before anything runs.
builder.Services.AddSeeds();
builder.AddEventStore(database.ConnectionString);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddProblems();
builder.Services.AddSingleton<DayClock>();
builder.Services.AddHostedService(services => services.GetRequiredService<DayClock>());
builder.Services.AddHostedService<Announcer>();

var app = builder.Build();
app.UseProblems();
app.MapProblems();
app.MapFacts();
app.MapMeasures();
app.MapRegistry();
app.MapCountryViews();

return await app.RunJasperFxCommands(args);

/// <summary>The entry point, named so that tests can host it.</summary>
public partial class Program;
