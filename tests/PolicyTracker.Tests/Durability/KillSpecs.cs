using System.Collections.Concurrent;
using System.Net;
using PolicyTracker.Hosting;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Durability;

/// <summary>64 writers, each fact with a holder of its own and every other one with an Idempotency-Key; in the middle something is killed.</summary>
public sealed class KillSpecs : IAsyncLifetime
{
    private const int Writers = 64;
    private const int Facts = 8 * Writers;
    private const int KilledAt = Facts / 3;
    private const int MostTries = 20;

    private readonly ServiceFolder _folder = new();
    private readonly IReadOnlyList<string> _holders = [.. Enumerable.Range(0, Facts).Select(number => $"holder-{number}")];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task a_killed_service_has_kept_what_it_acknowledged_and_takes_the_rest_once()
    {
        var acknowledged = new ConcurrentDictionary<string, Reply>();
        await using (var killed = await _folder.StartAsync())
        {
            await ForEachAsync(async (holder, count) =>
            {
                if (await TryPostAsync(killed, holder) is { } reply)
                    acknowledged[holder] = reply.Is(HttpStatusCode.Created);
                if (count == KilledAt)
                    await killed.KillAsync();
            });
        }

        Assert.InRange(acknowledged.Count, KilledAt - Writers, Facts - Writers);
        await using var next = await _folder.StartAsync();
        var repeats = new ConcurrentDictionary<string, Reply>();
        await ForEachAsync(async (holder, _) => repeats[holder] = await PostAsync(next, holder));

        Assert.All(acknowledged, first => AssertRepeated(first.Key, first.Value, repeats[first.Key]));
        await AssertRecordedOnceAsync(next, repeats);
        Assert.Equal(0, await next.StopAsync());
        Assert.Null(_folder.Database);
    }

    [Fact]
    public async Task a_killed_database_comes_back_and_every_writer_that_retries_is_recorded_once()
    {
        await using var service = await _folder.StartAsync();
        var refusals = new ConcurrentBag<Reply>();
        var answers = new ConcurrentDictionary<string, Reply>();
        await ForEachAsync(async (holder, count) =>
        {
            if (count == KilledAt)
                _folder.KillDatabase();
            answers[holder] = await RetryAsync(service, holder, refusals);
        });

        Assert.NotEmpty(refusals);
        Assert.All(refusals, refusal =>
        {
            refusal.IsProblem(Codes.StoreUnavailable);
            Assert.Equal(Problems.ContentType, refusal.MediaType);
            Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        });
        await AssertRecordedOnceAsync(service, answers);
    }

    private async Task AssertRecordedOnceAsync(RunningService service, ConcurrentDictionary<string, Reply> answers)
    {
        Assert.Equal(Facts, answers.Values.Select(answer => answer.Text("id")).Distinct().Count());
        Assert.Equal(Facts, await _folder.NumberAsync("select count(*) from policy_events.mt_events where type = 'account_suspended'"));
        await service.FollowedAsync(answers.Values.Max(answer => answer.Sequence));
        Assert.Equal(answers.Values.Select(answer => answer.Text("id")).Order(), (await ListedAsync(service)).Order());
        var country = await service.GetAsync("/v1/countries/CN");
        Assert.Equal(Facts, country["accounts"]!["total"]!.GetValue<int>());
    }

    /// <summary>With the key, the first answer itself; without, that the fact is there.</summary>
    private static void AssertRepeated(string holder, Reply first, Reply again)
    {
        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.Equal(first.Sequence, again.Sequence);
        if (KeyOf(holder).Length > 0)
            Assert.Equal((first.Status, first.Body!.ToJsonString()), (again.Status, again.Body!.ToJsonString()));
        else
            again.Is(HttpStatusCode.OK);
    }

    private async Task ForEachAsync(Func<string, int, Task> write)
    {
        var begun = 0;
        await Parallel.ForEachAsync(_holders, new ParallelOptions { MaxDegreeOfParallelism = Writers },
            async (holder, _) => await write(holder, Interlocked.Increment(ref begun)));
    }

    private static async Task<Reply> RetryAsync(RunningService service, string holder, ConcurrentBag<Reply> refusals)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reply = await PostAsync(service, holder);
            if (reply.Status is HttpStatusCode.Created or HttpStatusCode.OK)
                return reply;
            refusals.Add(reply);
            Assert.True(attempt < MostTries, $"{holder} is still refused: {reply.Body?.ToJsonString()}");
            await service.HearAsync("PostgreSQL runs again");
        }
    }

    private static async Task<Reply?> TryPostAsync(RunningService service, string holder)
    {
        try
        {
            return await PostAsync(service, holder);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static Task<Reply> PostAsync(RunningService service, string holder) =>
        service.PostAsync("/v1/facts", A.Suspension("CN", "OpenAI", holder), KeyOf(holder));

    private static (string Name, string Value)[] KeyOf(string holder) => holder[^1] % 2 == 0 ? [("Idempotency-Key", holder)] : [];

    private static async Task<IReadOnlyList<string>> ListedAsync(RunningService service)
    {
        var listed = new List<string>();
        var page = await service.GetAsync("/v1/facts?country=CN&limit=1000");
        listed.AddRange(Ids(page));
        while (page.Body!["next"] is { } next)
        {
            page = await service.GetAsync($"/v1/facts?country=CN&limit=1000&next={next}");
            listed.AddRange(Ids(page));
        }

        return listed;

        static IEnumerable<string> Ids(Reply page) => page["items"].AsArray().Select(item => item!["id"]!.GetValue<string>());
    }
}
