using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Views;

/// <summary>
/// An answer stands: what was answered at a moment is answered for that moment for ever, whatever is recorded after it and also after the views were built
/// anew. The country's own was read from the current document and is read from the claims from then on: so the document, the rows and the method agree, and
/// a rebuild gives what the live run gave.
/// </summary>
public sealed class AnswersStandSpecs(TestDatabase database)
{
    /// <summary>The one read that is told by a body what it is asked.</summary>
    private const string Impact = "/v1/impact";

    private static readonly string[] Countries = ["SE", "NO", "FI"];
    // Before, among and after the facts; when measures have come into force; when codes are stale and measures have expired.
    private static readonly string[] Days = ["2023-10-01", "2024-02-10", "2024-06-15", "2024-08-01", "2025-08-01"];

    [Fact]
    public async Task whatever_is_recorded_later_and_after_a_rebuild()
    {
        var connection = await database.CreateDatabaseAsync();
        var given = new Dictionary<string, string>();
        var rows = new List<string>();
        await using (var service = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false")))
        {
            var unused = new Queue<string>(Countries);
            await Script.Steps.SampleAsync(steps => KeepAsync(service, unused.Dequeue(), steps, given), iter: Countries.Length, threads: 1, seed: "0000KnownAtAsOf0");
            Assert.True(given.Count > 300, $"{given.Count} answers were kept: too few to tell anything.");
            foreach (var read in (string[])["/lineage", "/services", "/reports", "/changes", "/evidence", "/diff", "along=record", "/impact?target", "/impact/cut/facts", $"{Impact}?"])
                Assert.Contains(given.Keys, path => path.Contains(read, StringComparison.Ordinal));
            await AssertStillGivenAsync(service, given);
            rows.AddRange(await ViewsAsync(service));
        }

        await RunningService.RunCommandAsync(connection, "projections", "rebuild");

        await using var rebuilt = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false"));
        Assert.Equal(rows, await ViewsAsync(rebuilt));
        await AssertStillGivenAsync(rebuilt, given);
    }

    private static async Task KeepAsync(RunningService service, string country, Script.Step[] steps, Dictionary<string, string> given)
    {
        await Script.PrepareAsync(service, country);
        var ids = new List<string>();
        var first = 0L;
        foreach (var step in steps)
        {
            var written = await Script.RunAsync(service, country, step, ids);
            Assert.True((int)written.Status < 500, written.Body?.ToJsonString());
            var answer = await service.GetAfterAsync(written.Sequence, $"/v1/countries/{country}");
            given[$"/v1/countries/{country}?asOf={answer["asOf"]}&knownAt={answer["sequence"]}"] = Told(answer);
            first = first == 0 ? written.Sequence : first;
            var models = (await service.GetAsync("/v1/models"))["items"].AsArray().Select(model => model!["id"]!.GetValue<string>());
            var asOf = Days[step.Target % Days.Length];
            foreach (var read in Some(Reads(country, ids, [.. models], first), step))
                await KeepAsync($"{read}{(read.Contains('?', StringComparison.Ordinal) ? '&' : '?')}asOf={asOf}&knownAt={answer["sequence"]}");
        }

        async Task KeepAsync(string path)
        {
            var answer = await AskAsync(service, path);
            // A provider is there once a fact names it; a measure that is no control of this country has no impact on it.
            if (answer.Status == HttpStatusCode.OK)
                given[path] = Told(answer);
            else
                Assert.Contains(answer.Status, path.Contains("/impact", StringComparison.Ordinal) ? [HttpStatusCode.NotFound, HttpStatusCode.BadRequest] : new[] { HttpStatusCode.NotFound });
        }
    }

    /// <summary>Every other read that answers for two times.</summary>
    /// <param name="ids">The facts and measures recorded so far.</param>
    /// <param name="first">A sequence before them.</param>
    private static IReadOnlyList<string> Reads(string country, IReadOnlyList<string> ids, IReadOnlyList<string> models, long first) =>
    [
        "/v1/countries",
        $"/v1/countries/{country}?supplier=US&method=reliance/2.0.0",
        $"/v1/countries/{country}/timeline",
        $"/v1/countries/{country}/history?supplier=US",
        $"/v1/countries/{country}/history?supplier=US&index=X3&along=record",
        $"/v1/countries/{country}/diff?from=2024-01-20,{first}",
        $"/v1/countries/{country}/sensitivity?supplier=US",
        $"/v1/countries/{country}/evidence?supplier=US&indicator=R1&limit=2",
        $"/v1/countries/{country}/evidence?supplier=US&indicator=X1",
        $"/v1/countries/{country}/unattributed",
        .. PolicyTracker.Views.ViewLists.All.Select(list => $"/v1/countries/{country}/{list}"),
        Impact,
        "/v1/method",
        "/v1/method/diff?to=reliance/2.0.0",
        $"/v1/facts?country={country}",
        $"/v1/facts?country={country}&status=retracted",
        $"/v1/measures?country={country}",
        $"/v1/measures?country={country}&status=retracted",
        $"/v1/accounts?country={country}",
        "/v1/providers",
        $"/v1/providers/homeless-{country.ToLowerInvariant()}",
        "/v1/models",
        "/v1/sources",
        $"/v1/providers/alpha-{country.ToLowerInvariant()}/services",
        $"/v1/accounts/reports?country={country}&provider=alpha-{country.ToLowerInvariant()}&holder=holder%200",
        "/v1/sources/changes?publisher=Example%20Wire",
        .. models.Select(id => $"/v1/models/{id}"),
        .. models.Select(id => $"/v1/models/{id}/lineage"),
        .. ids.Where(id => !Script.IsMeasure(id)).TakeLast(3).Select(id => $"/v1/facts/{id}"),
        .. ids.Where(Script.IsMeasure).Select(id => $"/v1/measures/{id}"),
        .. ids.Where(Script.IsMeasure).Select(id => $"/v1/measures/{id}/impact?target={country}"),
        .. ids.Where(Script.IsMeasure).Select(id => $"/v1/measures/{id}/impact/cut/facts?target={country}"),
    ];

    /// <summary>Four of them, others with each step.</summary>
    private static IEnumerable<string> Some(IReadOnlyList<string> reads, Script.Step step) =>
        Enumerable.Range(0, 4).Select(i => reads[(step.Target + (i * (step.Kind + step.Day + 3))) % reads.Count]).Distinct();

    private static Task<Reply> AskAsync(RunningService service, string path) => !path.StartsWith(Impact, StringComparison.Ordinal)
        ? service.GetAsync(path)
        : service.PostAsync(path, new JsonObject
        {
            ["issuer"] = "US",
            ["targets"] = new JsonArray([.. Countries]),
            ["scope"] = new JsonObject { ["layers"] = new JsonArray("closed_weights", "compute") },
        });

    private static async Task AssertStillGivenAsync(RunningService service, Dictionary<string, string> given)
    {
        foreach (var (path, answer) in given)
            Assert.Equal((path, answer), (path, Told(await AskAsync(service, path))));
    }

    private static string Told(Reply answer) => answer.Is(HttpStatusCode.OK).Body!.ToJsonString();

    /// <summary>Every row of every view.</summary>
    internal static async Task<IReadOnlyList<string>> ViewsAsync(RunningService service)
    {
        var all = new List<string>();
        foreach (var table in PolicyTracker.Views.ViewTables.All().Select(t => t.Identifier.QualifiedName).Append("policy.mt_doc_country_reliance"))
            all.AddRange(await service.ColumnAsync($"select '{table} ' || (to_jsonb(t) - 'mt_last_modified' - 'mt_version')::text as row from {table} t order by 1"));
        return all;
    }
}
