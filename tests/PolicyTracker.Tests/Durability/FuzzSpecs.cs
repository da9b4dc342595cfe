using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Hosting;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Durability;

public sealed class FuzzSpecs : IAsyncLifetime
{
    private const int Requests = 2000;
    private const int AtOnce = 8;

    /// <summary>All that a write leaves, but for what the service records by itself.</summary>
    private const string Written = """
        select (select count(*) from policy_events.mt_events where type not in ('day_began', 'reliance_changed')) + (select count(*) from policy.fact_key)
             + (select count(*) from policy.registry_name) + (select count(*) from policy.kept_answer)
        """;

    private readonly ServiceFolder _folder = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task malformed_requests_are_answered_with_problems_and_leave_nothing_behind()
    {
        await using var service = await _folder.StartAsync();
        var fact = (await PostAsync(service, Sample.Fact)).Text("id");
        await PostAsync(service, Sample.Measure);
        await PostAsync(service, Sample.Provider);
        var before = await _folder.NumberAsync(Written);

        var faults = new ConcurrentBag<string>();
        var requests = MalformedRequest.Take(Requests, fact);
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (request, _) =>
        {
            if (await FaultOfAsync(service, request) is { } fault)
                faults.Add($"{request.Method} {request.Path} ({request.Why}): {fault}");
        });

        Assert.True(faults.IsEmpty, $"{faults.Count} of {requests.Count}:\n{string.Join('\n', faults.Order().Take(60))}");
        Assert.Equal(before, await _folder.NumberAsync(Written));
        // What was spoilt had been fit to be recorded.
        foreach (var sample in Sample.All)
            await PostAsync(service, sample.On(fact));
    }

    private static async Task<Reply> PostAsync(RunningService service, Sample sample) =>
        (await service.PostAsync(sample.Path, sample.Body)).Is(HttpStatusCode.Created, HttpStatusCode.OK);

    /// <summary>What is wrong with the answer; null when it is a problem of the catalogue, with the client to blame.</summary>
    private static async Task<string?> FaultOfAsync(RunningService service, MalformedRequest request)
    {
        try
        {
            var reply = await service.SendAsync(request.Method, request.Path, request.Body, request.Type, request.Headers);
            var type = (reply.Body as JsonObject)?["type"]?.GetValue<string>();
            var known = ProblemTypes.All.SingleOrDefault(problem => problem.Type == type);
            return known?.Status == (int)reply.Status && known.Status is >= 400 and < 500 && reply.MediaType == Problems.ContentType
                ? null
                : $"{(int)reply.Status} {reply.MediaType} {reply.Body?.ToJsonString()}";
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }
}
