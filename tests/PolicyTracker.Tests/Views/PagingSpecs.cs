using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PolicyTracker.Days;
using PolicyTracker.Hosting;
using PolicyTracker.Recording;
using PolicyTracker.Registry;
using PolicyTracker.Reliance;
using PolicyTracker.Tests.Support;
using PolicyTracker.Views;
using Xunit;

namespace PolicyTracker.Tests.Views;

/// <summary>The daemon pages events as it pleases, also within a write: whatever the pages, the views and the changes that are found are the same.</summary>
public sealed class PagingSpecs(TestDatabase database)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task however_events_are_paged_the_views_and_the_changes_are_the_same()
    {
        var connection = await database.CreateDatabaseAsync();
        IReadOnlyList<string> live;
        await using (var service = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false")))
        {
            await Script.Steps.SampleAsync(steps => RecordAsync(service, steps), iter: 1, threads: 1);
            live = await RowsAsync(service);
        }

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.AddEventStore(connection);
        builder.Services.AddSingleton(TimeProvider.System);
        await using var app = builder.Build();
        var (source, store) = (app.Services.GetRequiredService<NpgsqlDataSource>(), app.Services.GetRequiredService<IDocumentStore>());
        var events = await EventsAsync(store);
        Assert.Contains(events, e => e.Data is RelianceChanged { Changes.Length: > 0 });
        Assert.Contains(events, e => e.Data is ProviderMerged);
        foreach (var size in (int[])[1, 2, 7, events.Count])
            Assert.Equal(live, await ProjectAsync(source, store, events, size));

        // As after a week in which no node was up, at whose end another method is adopted.
        await PassAsync(app.Services.GetRequiredService<Ledger>(), events.Select(e => e.Data).OfType<DayBegan>().Max(day => day.Date));
        events = await EventsAsync(store);
        var one = await ProjectAsync(source, store, events, 1);
        foreach (var type in (string[])["day_began", "method_adopted"])
            Assert.Contains(one, row => row.StartsWith("policy.country_event", StringComparison.Ordinal) && row.Contains(type, StringComparison.Ordinal));
        foreach (var size in (int[])[2, 7, events.Count])
            Assert.Equal(one, await ProjectAsync(source, store, events, size));
    }

    private static async Task<IReadOnlyList<IEvent>> EventsAsync(IDocumentStore store)
    {
        await using var session = store.QuerySession();
        return [.. (await session.Events.QueryAllRawEvents().ToListAsync(Cancellation)).OrderBy(e => e.Sequence)];
    }

    private static async Task PassAsync(Ledger ledger, DateOnly today)
    {
        foreach (var day in Enumerable.Range(1, 7).Select(today.AddDays))
            await AppendAsync(DayBegan.Stream(day), new DayBegan(day));
        await AppendAsync(MethodAdopted.Stream, new MethodAdopted(Methods.Ids[^1], Methods.First.Id));

        Task AppendAsync<T>(string stream, T data) where T : class => ledger.WriteAsync(null, draft =>
        {
            draft.Start<T>(stream, data);
            return Task.FromResult(new Answer(200, ""));
        }, Cancellation);
    }

    /// <summary>The steps one by one, and then facts that are one write.</summary>
    private static async Task RecordAsync(RunningService service, Script.Step[] steps)
    {
        await Script.PrepareAsync(service, "SE");
        var ids = new List<string>();
        foreach (var step in steps)
            await service.GetAfterAsync((await Script.RunAsync(service, "SE", step, ids)).Sequence, "/v1/countries/SE");
        (await service.PostAsync("/v1/providers/alpha-se/merge", A.Why().With("into", "beta-se"))).Is(HttpStatusCode.OK);
        (await service.PostAsync("/v1/providers/alpha-se/unmerge", A.Why())).Is(HttpStatusCode.OK);
        var today = DateOnly.Parse((await service.GetAsync("/v1/facts?limit=1")).Text("asOf"));
        // Proposed, which one method tells from planned; and one that is in force within the next week alone.
        (await service.PostAsync("/v1/measures", Control("us-proposes-on-se").With("state", "proposed"))).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/measures", Control("us-for-days-on-se").With("effective", today.AddDays(3).ToString("O")).With("expires", today.AddDays(5).ToString("O")))).Is(HttpStatusCode.Created);
        var facts = ids.Where(id => !Script.IsMeasure(id)).Take(8).Select(id => (JsonNode)id).ToArray();
        var batch = await service.PostAsync("/v1/facts/batch/retract", A.Change().With("ids", new JsonArray(facts)));
        await service.GetAfterAsync(batch.Sequence, "/v1/countries/SE");
        await service.AnnouncedAsync();
        await service.GetAfterAsync(await service.LastSequenceAsync(), "/v1/countries/SE");
    }

    private static JsonObject Control(string id) => A.Measure(id, "US", "adopted").With("kind", "export_control").With("targets", new JsonArray("SE"))
        .With("scope", new JsonObject { ["layers"] = new JsonArray("closed_weights", "compute") });

    private static async Task<IReadOnlyList<string>> ProjectAsync(NpgsqlDataSource source, IDocumentStore store, IReadOnlyList<IEvent> events, int size)
    {
        await using (var empty = source.CreateCommand(
            $"truncate {string.Join(", ", ViewTables.All().Select(t => t.Identifier.QualifiedName))}, policy.mt_doc_country_reliance, policy.mt_doc_projection_progress"))
            await empty.ExecuteNonQueryAsync(Cancellation);
        var projection = new ViewsProjection(source);
        foreach (var page in events.Chunk(size))
        {
            await using var session = store.LightweightSession();
            await projection.ApplyAsync(session, page, Cancellation);
            await session.SaveChangesAsync(Cancellation);
        }

        var rows = new List<string>();
        await using var command = source.CreateCommand(Rows);
        await using var row = await command.ExecuteReaderAsync(Cancellation);
        while (await row.ReadAsync(Cancellation))
            rows.Add(row.GetString(0));
        return rows;
    }

    private static Task<IReadOnlyList<string>> RowsAsync(RunningService service) => service.ColumnAsync(Rows);

    /// <summary>Every row of every view but the record points, of which each page leaves one; and whether a change has been announced is not the projection's.</summary>
    private static string Rows => string.Join(" union all ", ViewTables.All().Except([ViewTables.RecordPoint]).Select(t => t.Identifier.QualifiedName).Append("policy.mt_doc_country_reliance")
        .Select(table => $"select '{table} ' || (to_jsonb(t) - 'mt_last_modified' - 'mt_version' - 'announced')::text as row from {table} t")) + " order by 1";
}
