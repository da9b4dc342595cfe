using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Registry;

/// <summary>
/// Whatever is registered, corrected, merged and un-merged in whatever order: what was found by a name, or was not, is answered for that moment for ever,
/// byte for byte, also by rebuilt views.
/// </summary>
public sealed class RegistryAnswersStandSpecs(TestDatabase database)
{
    private const string Country = "SM", Day = "2024-12-31";

    // Some are one name as the registry compares them, and some hold others.
    private static readonly string[] Names = ["Alpha", "Alpha One", "alpha-one", "Beta", "Beta 2.1", "Beta 21", "Gamma", "Delta", "Delta Labs", "Epsilon"];

    /// <summary>What is done, to which of the entries so far, and with which names.</summary>
    private sealed record Step(int Act, int Target, int One, int Other);

    private static readonly Gen<Step[]> Steps =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 99], Gen.Int[0, Names.Length - 1], Gen.Int[0, Names.Length - 1], (act, target, one, other) => new Step(act, target, one, other)).Array[80];

    [Fact]
    public async Task whatever_becomes_of_the_names()
    {
        var connection = await database.CreateDatabaseAsync();
        var given = new Dictionary<string, string>();
        await using (var service = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false")))
        {
            await KeepAsync(service, 0, Names, given);
            var changes = 0;
            await Steps.SampleAsync(async steps => changes += await RunAsync(service, steps, given), iter: 1, threads: 1, seed: "0000NamesKnownAt");
            Assert.True(changes > 30, $"{changes} steps changed something: too few to tell anything.");
            Assert.True(given.Values.Count(answer => answer.Contains("\"id\":", StringComparison.Ordinal)) > 100, "Too few answers found anything.");
            Assert.True(given.Values.Count(answer => answer.Contains(Codes.UnknownProvider, StringComparison.Ordinal)) > 20, "Too few names were unknown.");
            await AssertStillGivenAsync(service, given);
        }

        await RunningService.RunCommandAsync(connection, "projections", "rebuild");

        await using var rebuilt = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false"));
        await AssertStillGivenAsync(rebuilt, given);
    }

    /// <summary>Takes the steps, and keeps after each what is found by the names that it was about.</summary>
    /// <returns>How many changed something.</returns>
    private static async Task<int> RunAsync(RunningService service, IEnumerable<Step> steps, Dictionary<string, string> given)
    {
        var ids = new Dictionary<string, List<string>> { ["providers"] = [], ["models"] = [] };
        var (changes, last) = (0, 0L);
        foreach (var step in steps)
        {
            var kind = step.Act % 2 == 0 ? "providers" : "models";
            var reply = await TakeAsync(service, kind, ids[kind], step);
            reply.Is(HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.BadRequest, HttpStatusCode.Conflict);
            if (reply.Status is not (HttpStatusCode.OK or HttpStatusCode.Created))
                continue;
            if (reply.Location!.StartsWith($"/v1/{kind}/", StringComparison.Ordinal) && !ids[kind].Contains(reply.Text("id")))
                ids[kind].Add(reply.Text("id"));
            changes += reply["changed"].GetValue<bool>() ? 1 : 0;
            // One that changed nothing tells an earlier sequence.
            last = Math.Max(last, reply.Sequence);
            await service.FollowedAsync(last);
            await KeepAsync(service, last, [Names[step.One], Names[step.Other]], given);
        }

        return changes;
    }

    private static Task<Reply> TakeAsync(RunningService service, string kind, List<string> ids, Step step)
    {
        var (name, other) = (Names[step.One], Names[step.Other]);
        if (step.Act is 0 or 1 || ids.Count == 0)
            return service.PostAsync($"/v1/{kind}", new JsonObject { ["name"] = name });
        var path = $"/v1/{kind}/{ids[step.Target % ids.Count]}";
        return step.Act switch
        {
            2 or 3 => service.PostAsync($"{path}/correct", A.Why().With("entry", new JsonObject { ["name"] = name, ["aliases"] = new JsonArray(other) })),
            4 or 5 => service.PostAsync($"{path}/merge", A.Why().With("into", ids[(step.One + step.Other) % ids.Count])),
            6 or 7 => service.PostAsync($"{path}/unmerge", A.Why()),
            _ => service.PostAsync("/v1/facts", A.Suspension(Country, name, $"holder {step.Target % 3}")),
        };
    }

    /// <param name="sequence">The last event that names may have moved with: a refusal does not tell its moment.</param>
    private static async Task KeepAsync(RunningService service, long sequence, IEnumerable<string> names, Dictionary<string, string> given)
    {
        foreach (var name in names.Distinct().Select(Uri.EscapeDataString))
        {
            foreach (var path in new[] { "providers?text", "models?text", "facts?provider", "accounts?provider", "models?provider" }.Select(list => $"/v1/{list}={name}&asOf={Day}"))
            {
                var answer = (await service.GetAsync(path)).Is(HttpStatusCode.OK, HttpStatusCode.BadRequest);
                var known = answer.Status == HttpStatusCode.OK ? answer["knownAt"]["sequence"]!.GetValue<long>() : sequence;
                given[$"{path}&knownAt={known}"] = answer.Body!.ToJsonString();
            }
        }
    }

    private static async Task AssertStillGivenAsync(RunningService service, Dictionary<string, string> given)
    {
        foreach (var (path, answer) in given)
            Assert.Equal((path, answer), (path, (await service.GetAsync(path)).Body!.ToJsonString()));
    }
}
