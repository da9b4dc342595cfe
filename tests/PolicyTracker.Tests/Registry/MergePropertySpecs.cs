using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using PolicyTracker.Tests.Support;
using PolicyTracker.Tests.Views;
using Xunit;

namespace PolicyTracker.Tests.Registry;

/// <summary>
/// Whatever is merged and un-merged in whatever order: once all merges are undone, every answer is what it was at the start, apart from the moments that it
/// tells and from the last change, which is the un-merging. What was answered in between is answered for that moment for ever, also by rebuilt views.
/// </summary>
public sealed class MergePropertySpecs(TestDatabase database)
{
    private const string Country = "PT";
    private const int DoneAtLeast = 5;

    private static readonly Gen<(bool Undo, bool Model, int One, int Other)[]> Moves =
        Gen.Select(Gen.Int[0, 2].Select(i => i == 0), Gen.Bool, Gen.Int[0, 99], Gen.Int[0, 99], (undo, model, one, other) => (undo, model, one, other)).Array[45];

    // One of each name, so that there is always something to merge: four providers, seven models or more.
    private static readonly Script.Step[] EveryName =
        [.. from kind in new[] { 3, 6 } from provider in Enumerable.Range(0, 4) select new Script.Step(Act: 9, provider, kind, provider, provider % 3, Day: 0, Publisher: 0, Tier: 0)];

    [Fact]
    public Task undone_merges_leave_no_trace() => Gen.Select(Script.Steps, Moves).SampleAsync(AssertNoTraceAsync, iter: 1, threads: 1);

    private async Task AssertNoTraceAsync(Script.Step[] steps, (bool Undo, bool Model, int One, int Other)[] moves)
    {
        var connection = await database.CreateDatabaseAsync();
        var given = new Dictionary<string, string>();
        var rows = new List<string>();
        await using (var service = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false")))
        {
            await RecordAsync(service, [.. EveryName, .. steps]);
            var (providers, models) = (await IdsAsync(service, "providers"), await IdsAsync(service, "models"));
            Assert.True(providers.Count >= 4 && models.Count >= 7, $"{providers.Count} providers and {models.Count} models are too few to tell anything.");
            var start = await AnswersAsync(service, providers, models);
            var done = await MoveAsync(service, moves, providers, models, given);
            Assert.True(done > DoneAtLeast, $"Only {done} merges and un-merges did anything.");

            foreach (var (id, path) in providers.Select(id => (id, "providers")).Concat(models.Select(id => (id, "models"))))
                await service.FollowedAsync((await service.PostAsync($"/v1/{path}/{id}/unmerge", A.Why())).Is(HttpStatusCode.OK).Sequence);
            Assert.Equal(start, await AnswersAsync(service, providers, models));
            await AssertStillGivenAsync(service, given);
            rows.AddRange(await RowsAsync(service));
        }

        await RunningService.RunCommandAsync(connection, "projections", "rebuild");

        await using var rebuilt = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false"));
        Assert.Equal(rows, await RowsAsync(rebuilt));
        await AssertStillGivenAsync(rebuilt, given);
    }

    private static async Task RecordAsync(RunningService service, IEnumerable<Script.Step> steps)
    {
        await Script.PrepareAsync(service, Country);
        var ids = new List<string>();
        var last = 0L;
        foreach (var step in steps)
            last = Math.Max(last, (await Script.RunAsync(service, Country, step, ids)).Sequence);
        await service.FollowedAsync(last);
    }

    /// <summary>Merges and un-merges at random, and keeps an answer after each.</summary>
    /// <returns>How many changed something.</returns>
    private static async Task<int> MoveAsync(
        RunningService service, (bool Undo, bool Model, int One, int Other)[] moves, IReadOnlyList<string> providers, IReadOnlyList<string> models, Dictionary<string, string> given)
    {
        var changed = 0;
        var into = new Dictionary<string, string>();
        foreach (var (undo, model, one, other) in moves)
        {
            var (path, all) = model ? ("models", models) : ("providers", providers);
            var reply = undo
                ? await service.PostAsync($"/v1/{path}/{all[one % all.Count]}/unmerge", A.Why())
                : await service.PostAsync($"/v1/{path}/{all[one % all.Count]}/merge", A.Why().With("into", all[other % all.Count]));
            reply.Is(HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.BadRequest);
            if (reply.Status != HttpStatusCode.OK || !reply["changed"].GetValue<bool>())
                continue;
            changed++;
            into.Remove($"{path}/{all[one % all.Count]}");
            if (!undo)
                into[$"{path}/{all[one % all.Count]}"] = $"{path}/{all[other % all.Count]}";
            await AssertLeadAsync(service, reply.Sequence, all.Select(id => $"{path}/{id}"), into);
            var answer = await service.GetAfterAsync(reply.Sequence, $"/v1/countries/{Country}");
            given[$"/v1/countries/{Country}?knownAt={answer["sequence"]}"] = answer.Body!.ToJsonString();
            var target = all[other % all.Count];
            foreach (var read in (string[])["accounts", $"{path}/{target}", .. model ? [$"models/{target}/lineage"] : Array.Empty<string>()])
            {
                // What is merged leads on, without an answer of its own.
                if (await service.GetAsync($"/v1/{read}?knownAt={answer["sequence"]}") is { Status: HttpStatusCode.OK } told)
                    given[$"/v1/{read}?knownAt={answer["sequence"]}"] = told.Body!.ToJsonString();
            }
        }

        return changed;
    }

    /// <summary>Every address answers, or leads to the end of its merges.</summary>
    private static async Task AssertLeadAsync(RunningService service, long sequence, IEnumerable<string> addresses, Dictionary<string, string> into)
    {
        foreach (var address in addresses)
        {
            var survivor = address;
            while (into.TryGetValue(survivor, out var next))
                survivor = next;
            var reply = await service.GetAfterAsync(sequence, $"/v1/{address}");
            if (survivor == address)
                reply.Is(HttpStatusCode.OK);
            else
                Assert.Equal($"/v1/{survivor}?atLeast={sequence}", reply.Is(HttpStatusCode.PermanentRedirect).Location);
        }
    }

    private static async Task AssertStillGivenAsync(RunningService service, Dictionary<string, string> given)
    {
        foreach (var (path, answer) in given)
            Assert.Equal(answer, (await service.GetAsync(path)).Body!.ToJsonString());
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(RunningService service, string list) =>
        [.. (await service.GetAsync($"/v1/{list}?limit=1000"))["items"].AsArray().Select(i => i!["id"]!.GetValue<string>())];

    private static async Task<IReadOnlyList<string>> AnswersAsync(RunningService service, IReadOnlyList<string> providers, IReadOnlyList<string> models)
    {
        string[] paths =
        [
            "/v1/countries", $"/v1/countries/{Country}", "/v1/countries/US", "/v1/providers", "/v1/models", "/v1/accounts", "/v1/sources", "/v1/facts?limit=1000", "/v1/providers?text=alpha",
            .. providers.SelectMany(id => new[] { $"/v1/providers/{id}", $"/v1/facts?provider={id}", $"/v1/models?provider={id}", $"/v1/accounts?provider={id}" }),
            .. models.SelectMany(id => new[] { $"/v1/models/{id}", $"/v1/models/{id}/lineage" }),
        ];
        var answers = new List<string>();
        foreach (var path in paths)
            answers.Add($"{path} {Timeless((await service.GetAsync(path)).Is(HttpStatusCode.OK).Body!)!.ToJsonString()}");
        return answers;
    }

    /// <summary>An answer without the moments that it and its links tell, and without the last change.</summary>
    private static JsonNode? Timeless(JsonNode? json) => json switch
    {
        JsonObject o => new JsonObject(o.Where(m => m.Key is not ("knownAt" or "sequence" or "lastChange" or "more" or "next" or "lineage")).Select(m => KeyValuePair.Create(m.Key, Timeless(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Timeless)]),
        _ => json?.DeepClone(),
    };

    private static async Task<IReadOnlyList<string>> RowsAsync(RunningService service)
    {
        var all = new List<string>();
        foreach (var table in PolicyTracker.Views.ViewTables.All().Select(t => t.Identifier.QualifiedName).Append("policy.mt_doc_country_reliance"))
            all.AddRange(await service.ColumnAsync($"select '{table} ' || (to_jsonb(t) - 'mt_last_modified' - 'mt_version')::text as row from {table} t order by 1"));
        return all;
    }
}
