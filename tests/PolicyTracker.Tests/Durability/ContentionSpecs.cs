using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Durability;

/// <summary>64 writers that all want the same thing at once.</summary>
public sealed class ContentionSpecs(Service service)
{
    private const int Writers = 64;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task a_new_provider_named_by_all_is_registered_once_and_every_fact_recorded()
    {
        string[] spellings = ["Contended AI", "contended ai", "Contended-AI"];
        var replies = await AllAsync(i => A.Suspension("BW", spellings[i % spellings.Length], $"contender {i}"));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.Created));
        Assert.Equal(Writers, replies.Select(reply => reply.Text("id")).Distinct().Count());
        Assert.Single(await service.ColumnAsync("select 1 from policy_events.mt_events where type = 'provider_registered' and data->>'providerId' = 'contended-ai'"));
    }

    [Fact]
    public async Task the_same_fact_from_all_is_recorded_once_and_answered_to_each()
    {
        var replies = await AllAsync(_ => A.Suspension("BW", "Contended Twice", "the one"));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.Created, HttpStatusCode.OK));
        Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
        Assert.Single(replies.Select(reply => (reply.Text("id"), reply.Sequence)).Distinct());
    }

    [Fact]
    public async Task one_key_with_a_content_from_each_goes_to_one_of_them()
    {
        var replies = await AllAsync(i => A.Suspension("BW", "Contended Thrice", "the one").With("reason", $"reason {i}"));

        Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.Created), reply => reply.IsProblem(Codes.FactDiffers));
    }

    private Task<Reply[]> AllAsync(Func<int, JsonObject> fact) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(i => service.PostAsync("/v1/facts", fact(i)))).WaitAsync(Bound, TestContext.Current.CancellationToken);
}
