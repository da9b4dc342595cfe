using CsCheck;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PolicyTracker.Hosting;
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
        await using var app = builder.Build();
        var store = app.Services.GetRequiredService<IDocumentStore>();
        IReadOnlyList<IEvent> events;
        await using (var session = store.QuerySession())
            events = [.. (await session.Events.QueryAllRawEvents().ToListAsync(Cancellation)).OrderBy(e => e.Sequence)];
        Assert.Contains(events, e => e.Data is RelianceChanged { Changes.Length: > 0 });
        foreach (var size in (int[])[1, 2, 7, events.Count])
            Assert.Equal(live, await ProjectAsync(app.Services.GetRequiredService<NpgsqlDataSource>(), store, events, size));
    }

    /// <summary>The steps one by one, and then facts that are one write.</summary>
    private static async Task RecordAsync(RunningService service, Script.Step[] steps)
    {
        await Script.PrepareAsync(service, "SE");
        var ids = new List<string>();
        foreach (var step in steps)
            await service.GetAfterAsync((await Script.RunAsync(service, "SE", step, ids)).Sequence, "/v1/countries/SE");
        var facts = ids.Where(id => !Script.IsMeasure(id)).Take(8).Select(id => (System.Text.Json.Nodes.JsonNode)id).ToArray();
        var batch = await service.PostAsync("/v1/facts/batch/retract", A.Change().With("ids", new System.Text.Json.Nodes.JsonArray(facts)));
        await service.GetAfterAsync(batch.Sequence, "/v1/countries/SE");
        await service.AnnouncedAsync();
        await service.GetAfterAsync(await service.LastSequenceAsync(), "/v1/countries/SE");
    }

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
