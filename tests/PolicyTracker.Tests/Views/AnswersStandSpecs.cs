using CsCheck;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Views;

/// <summary>
/// An answer stands: what was answered at a moment from the current document is answered for that moment for ever from the claims, whatever is recorded
/// after it and also after the views were built anew. So the document, the rows and the method agree, and a rebuild gives what the live run gave.
/// </summary>
public sealed class AnswersStandSpecs(TestDatabase database)
{
    private static readonly string[] Countries = ["SE", "NO", "FI"];

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
            Assert.True(given.Count > 90, $"{given.Count} answers were kept: too few to tell anything.");
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
        foreach (var step in steps)
        {
            var written = await Script.RunAsync(service, country, step, ids);
            Assert.True((int)written.Status < 500, written.Body?.ToJsonString());
            var answer = await service.GetAfterAsync(written.Sequence, $"/v1/countries/{country}");
            given[$"/v1/countries/{country}?knownAt={answer["sequence"]}"] = Told(answer);
            foreach (var measures in new[] { $"/v1/measures?country={country}", $"/v1/measures?country={country}&status=retracted" })
                given[$"{measures}&knownAt={answer["sequence"]}"] = Told(await service.GetAsync($"{measures}&knownAt={answer["sequence"]}"));
        }
    }

    private static async Task AssertStillGivenAsync(RunningService service, Dictionary<string, string> given)
    {
        foreach (var (path, answer) in given)
            Assert.Equal(answer, Told(await service.GetAsync(path)));
    }

    private static string Told(Reply answer) => answer.Is(System.Net.HttpStatusCode.OK).Body!.ToJsonString();

    /// <summary>Every row of every view.</summary>
    internal static async Task<IReadOnlyList<string>> ViewsAsync(RunningService service)
    {
        var all = new List<string>();
        foreach (var table in PolicyTracker.Views.ViewTables.All().Select(t => t.Identifier.QualifiedName).Append("policy.mt_doc_country_reliance"))
            all.AddRange(await service.ColumnAsync($"select '{table} ' || (to_jsonb(t) - 'mt_last_modified' - 'mt_version')::text as row from {table} t order by 1"));
        return all;
    }
}
