using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>The feed of the founding case, as a monitoring team meets it.</summary>
public sealed class FoundingFeedSpecs(TestDatabase database)
{
    [Fact]
    public async Task what_a_team_watches_is_told_and_a_rebuild_of_the_views_changes_nothing_of_it()
    {
        var connection = await database.CreateSeededDatabaseAsync();
        string told, next;
        await using (var service = await SeededService.StartAsync(connection))
        {
            // The conclusion on the derivation of models is among the first that the seeds lead to.
            var watched = await WaitAsync(service, "type=reliance_changed&country=CN&indicator=R3");
            Assert.All(watched, change => Assert.Contains(change!["data"]!["changes"]!.AsArray(), c => c!["indicator"]?.GetValue<string>() == "R3"));
            Assert.Empty((await service.GetAsync("/v1/events?type=reliance_changed&country=NO"))["data"].AsArray());

            // A measure is of its issuer and its targets, an export control's issuer the supplier; a provider goes by any of its names.
            Assert.Equal(["measure/us-closed-model-guardrails"], Subjects(await WaitAsync(service, "type=measure_*&country=US")));
            Assert.Equal(["measure/us-closed-model-guardrails"], Subjects(await WaitAsync(service, "type=measure_*&country=CN&supplier=US")));
            Assert.Equal(Subjects(await WaitAsync(service, "provider=openai")), Subjects(await WaitAsync(service, "provider=Open%20AI")));
            var (all, head) = await ReadAsync(service, "earliest");
            (told, next) = (all, head);
        }

        await RunningService.RunCommandAsync(connection, "projections", "rebuild");
        await using var rebuilt = await SeededService.StartAsync(connection);
        var (again, _) = await ReadAsync(rebuilt, "earliest");
        Assert.StartsWith(told.TrimEnd(']'), again, StringComparison.Ordinal);
        (await rebuilt.GetAsync($"/v1/events?after={next}")).Is(System.Net.HttpStatusCode.OK);

        // Whoever asks for a provider gets what was published of those that are merged into it.
        var merged = await rebuilt.PostAsync("/v1/providers/baidu/merge", new JsonObject { ["into"] = "microsoft", ["why"] = "A test." });
        await rebuilt.FollowedAsync(merged.Is(System.Net.HttpStatusCode.OK).Sequence);
        Assert.Contains("provider/baidu", Subjects((await rebuilt.GetAsync("/v1/events?provider=microsoft&type=provider_registered"))["data"].AsArray()));
    }

    private static async Task<JsonArray> WaitAsync(RunningService service, string filter) => (await service.GetAsync($"/v1/events?{filter}&wait=30"))["data"].AsArray();

    private static IEnumerable<string> Subjects(JsonArray events) => events.Select(e => e!["subject"]!.GetValue<string>());

    private static async Task<(string Events, string Next)> ReadAsync(RunningService service, string after)
    {
        var page = await service.GetAsync($"/v1/events?limit=1000&after={after}");
        return (page["data"].ToJsonString(), page.Text("next"));
    }
}
