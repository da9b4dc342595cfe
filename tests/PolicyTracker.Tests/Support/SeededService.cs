using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using Xunit;

namespace PolicyTracker.Tests.Support;

/// <summary>A service of the test's own that has loaded the seeds. Disposing and starting again on the same database is a restart.</summary>
public static class SeededService
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Starts the service on a database that has the seeds already.</summary>
    public static async Task<RunningService> StartAsync(TestDatabase database) => await StartAsync(await database.CreateSeededDatabaseAsync());

    /// <summary>Starts the service and waits for its seeds.</summary>
    public static async Task<RunningService> StartAsync(string connectionString, params (string Name, string Value)[] settings)
    {
        var service = await RunningService.StartAsync(connectionString, settings);
        await service.HearAsync("Seeds: ");
        return service;
    }

    /// <summary>The answer to a read that takes every event recorded so far into account.</summary>
    public static async Task<JsonElement> ReadAsync(this RunningService service, string path) =>
        (await service.GetAfterAsync(await service.LastSequenceAsync(), path)).Is(System.Net.HttpStatusCode.OK).Json;

    /// <summary>Waits until every change that the views have found is announced as an event.</summary>
    public static async Task AnnouncedAsync(this RunningService service)
    {
        await using var connection = await service.ConnectAsync();
        await using var listen = new NpgsqlCommand("listen mt_events_appended", connection);
        await listen.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var patience = Stopwatch.StartNew();
        while ((await service.ColumnAsync("select count(*) from policy.conclusion_change where not announced")).Single() != "0")
        {
            Assert.True(patience.Elapsed < Patience, "Changes are not announced.");
            await connection.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the feed holds every public event that is recorded.</summary>
    public static async Task PublishedAsync(this RunningService service)
    {
        var patience = Stopwatch.StartNew();
        while (await service.NumberAsync("select count(*) from policy_events.mt_events e where type <> 'day_began' and not exists (select 1 from policy.feed f where f.event_id = e.id)") > 0)
        {
            Assert.True(patience.Elapsed < Patience, "Events are not published.");
            await service.GetAsync("/v1/events?after=latest&wait=1");
        }
    }

    public static Task<long> LastSequenceAsync(this RunningService service) => service.NumberAsync("select max(seq_id) from policy_events.mt_events");

    /// <summary>How many events are recorded, those left out that the service appends by itself.</summary>
    public static Task<long> CountEventsAsync(this RunningService service) => service.NumberAsync("select count(*) from policy_events.mt_events where type not in ('day_began', 'reliance_changed')");

    private static async Task<long> NumberAsync(this RunningService service, string query) => long.Parse((await service.ColumnAsync(query)).Single());
}
