using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using PolicyTracker.Views;
using Xunit;

namespace PolicyTracker.Tests.Measures;

/// <summary>What was answered about mended measures is answered for its moment for ever, also by views that were built anew.</summary>
public sealed class MendRebuildSpecs(TestDatabase database)
{
    /// <summary>More events than the projection takes in one page.</summary>
    private const int MoreThanAPage = 600;

    [Fact]
    public async Task a_rebuild_gives_the_same_whatever_its_pages_hold()
    {
        var connection = await database.CreateDatabaseAsync();
        var given = new Dictionary<string, string>();
        IReadOnlyList<string> rows;
        await using (var service = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false")))
        {
            await KeepAsync(service, given, "/v1/measures", A.Measure("lc-rebuilt", "LC", "in_force"));
            await KeepAsync(service, given, "/v1/measures/lc-rebuilt/suspend", A.Move());
            // On a rebuild, what comes next stands on another page than the entries before.
            await KeepAsync(service, given, "/v1/facts/batch", new JsonArray([.. Enumerable.Range(0, MoreThanAPage).Select(i => A.Suspension("LC", "Paging", $"holder {i}"))]));
            await KeepAsync(service, given, "/v1/measures/lc-rebuilt/resume", A.Move("2024-05-03"));
            await KeepAsync(service, given, "/v1/measures/lc-rebuilt/entries/3/retract", A.Change());
            await KeepAsync(service, given, "/v1/measures/lc-rebuilt/entries/2/correct", A.Move("2024-05-04").With("cause", "our_error").With("why", "Misread."));
            await KeepAsync(service, given, "/v1/measures/lc-rebuilt/amend", A.Move("2024-05-05").With("changes", new JsonObject { ["targets"] = new JsonArray("VC") }));
            await KeepAsync(service, given, "/v1/measures/lc-rebuilt/entries/4/retract", A.Change());
            await KeepAsync(service, given, "/v1/measures/lc-rebuilt/entries/2/retract", A.Change());
            await KeepAsync(service, given, "/v1/measures/lc-rebuilt/entries/1/retract", A.Change());
            await KeepAsync(service, given, "/v1/measures/lc-rebuilt/entries/1/reinstate", A.Change());
            rows = await RowsAsync(service);
        }

        await RunningService.RunCommandAsync(connection, "projections", "rebuild");

        await using var rebuilt = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false"));
        Assert.Equal(rows, await RowsAsync(rebuilt));
        foreach (var (path, answer) in given)
            Assert.Equal(answer, Told(await rebuilt.GetAsync(path)));
    }

    private static async Task KeepAsync(RunningService service, Dictionary<string, string> given, string path, JsonNode body)
    {
        var written = (await service.PostAsync(path, body)).Is(HttpStatusCode.OK, HttpStatusCode.Created);
        await service.FollowedAsync(written.Sequence);
        foreach (var read in new[] { "/v1/measures/lc-rebuilt?", "/v1/measures?country=VC&", "/v1/measures?country=LC&", "/v1/measures?status=retracted&", "/v1/countries/VC?" })
        {
            var asked = $"{read}knownAt={written.Sequence}";
            given[asked] = Told(await service.GetAsync(asked));
        }
    }

    private static string Told(Reply answer) => answer.Is(HttpStatusCode.OK, HttpStatusCode.NotFound).Body!.ToJsonString();

    private static Task<IReadOnlyList<string>> RowsAsync(RunningService service) =>
        service.ColumnAsync($"select to_jsonb(t)::text from {ViewTables.MeasureEntry.Identifier.QualifiedName} t union all select to_jsonb(t)::text from {ViewTables.Claim.Identifier.QualifiedName} t order by 1");
}
