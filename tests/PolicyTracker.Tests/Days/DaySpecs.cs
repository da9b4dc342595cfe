using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PolicyTracker.Days;
using PolicyTracker.Facts;
using PolicyTracker.Hosting;
using PolicyTracker.Recording;
using PolicyTracker.Snapshots;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Days;

/// <summary>A day that begins lets facts become effective and codes go stale, in the countries that this concerns and in no other.</summary>
public sealed class DaySpecs(TestDatabase database)
{
    private static readonly DateOnly Today = new(2024, 6, 10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void the_days_that_passed_while_no_node_was_up_are_begun_one_by_one()
    {
        Assert.Equal([Today], BeginDay.Missed(null, Today));
        Assert.Equal([Today.AddDays(-1), Today], BeginDay.Missed(Today.AddDays(-2), Today));
        Assert.Empty(BeginDay.Missed(Today, Today));
    }

    [Fact]
    public async Task a_day_changes_what_turns_on_it_and_nothing_else()
    {
        await using var app = await StartAsync();
        await BeginAsync(app, Today);
        // June as a whole counts from its last day; the other countries' facts count already, one of them reaffirmed.
        await RecordAsync(app, "IS", "2024-06");
        await RecordAsync(app, "NL", "2024-05-01");
        var reaffirmed = await RecordAsync(app, "BE", "2023-06-20");
        await WriteAsync(app, draft =>
        {
            draft.Append(FactLife.Stream(reaffirmed), new FactConfirmed(reaffirmed, Suspension("BE", "2023-06-20"), "Checked.", Today.AddDays(-365)));
            return Task.CompletedTask;
        });

        await BeginAsync(app, new DateOnly(2024, 6, 29));
        Assert.Equal(["BE"], await ToldAsync(app, new DateOnly(2024, 6, 29)));
        await BeginAsync(app, new DateOnly(2024, 6, 30));
        Assert.Equal(["IS"], await ToldAsync(app, new DateOnly(2024, 6, 30)));
        await BeginAsync(app, new DateOnly(2024, 7, 1));
        Assert.Empty(await ToldAsync(app, new DateOnly(2024, 7, 1)));
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Logging.ClearProviders();
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        builder.AddEventStore(await database.CreateDatabaseAsync());
        builder.Services.AddSingleton(TimeProvider.System);
        var app = builder.Build();
        await app.StartAsync(Cancellation);
        await WriteAsync(app, draft => PolicyTracker.Registry.RegisterProvider.RegisterAsync(draft, new() { Name = "OpenAI", Home = "US" }));
        return app;
    }

    private static Task<long> BeginAsync(WebApplication app, DateOnly day) => WriteAsync(app, draft =>
    {
        draft.Start<DayBegan>(DayBegan.Stream(day), new DayBegan(day));
        return Task.CompletedTask;
    });

    private static async Task<string> RecordAsync(WebApplication app, string country, string occurred)
    {
        var id = "";
        await WriteAsync(app, async draft => id = (await RecordFacts.DraftAsync(draft, [Suspension(country, occurred)]))[0].Id!);
        return id;
    }

    private static Fact Suspension(string country, string occurred)
    {
        var source = A.Source();
        source.Remove("publishedOn");
        return Input.ReadFact(JsonSerializer.SerializeToElement(A.Suspension(country, "OpenAI", occurred: occurred).With("source", source)), new DateOnly(2024, 6, 30)).OrRefuse();
    }

    private static async Task<long> WriteAsync(WebApplication app, Func<Draft, Task> decide)
    {
        var answer = await app.Services.GetRequiredService<Ledger>().WriteAsync(null, async draft =>
        {
            await decide(draft);
            return new Answer(200, "");
        }, Cancellation);
        await AtLeast.WaitAsync(app.Services, answer.Sequence, TimeSpan.FromMinutes(1), Cancellation);
        return answer.Sequence;
    }

    private static async Task<IReadOnlyList<string>> ToldAsync(WebApplication app, DateOnly day)
    {
        await using var command = app.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "select country from policy.country_event where type = 'day_began' and effective = $1 order by country");
        command.Parameters.AddWithValue(day);
        var told = new List<string>();
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        while (await rows.ReadAsync(Cancellation))
            told.Add(rows.GetString(0));
        return told;
    }
}
