using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PolicyTracker.Facts;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Facts;

public sealed class RecordBatchSpecs(Service service)
{
    private Task<Reply> SendLinesAsync(string lines, string query = "") =>
        service.SendAsync(HttpMethod.Post, $"/v1/facts/batch{query}", Encoding.UTF8.GetBytes(lines), RecordBatch.NdJson);

    private static IEnumerable<string> Statuses(Reply reply) => reply["rows"].AsArray().Select(row => row!["status"]!.GetValue<string>());

    [Fact]
    public async Task a_batch_answers_row_by_row_in_order()
    {
        var batch = new JsonArray(A.Suspension("AE", "Batch One", "b"), A.Suspension("AE", "Batch One", "a"), A.Suspension("AE", "Batch One", "b"));
        var reply = (await service.PostAsync("/v1/facts/batch", batch)).Is(HttpStatusCode.OK);
        Assert.Equal(["recorded", "recorded", "existing"], Statuses(reply));
        Assert.Equal([1, 2, 3], reply["rows"].AsArray().Select(row => row!["row"]!.GetValue<int>()));
        Assert.Equal(reply["rows"][0]!["id"]!.GetValue<string>(), reply["rows"][2]!["id"]!.GetValue<string>());
        Assert.Equal((2, 1, 0), (reply["recorded"].GetValue<int>(), reply["existing"].GetValue<int>(), reply["refused"].GetValue<int>()));

        var again = (await service.PostAsync("/v1/facts/batch", batch.DeepClone())).Is(HttpStatusCode.OK);
        Assert.Equal(["existing", "existing", "existing"], Statuses(again));
        Assert.Equal(reply.Sequence, again.Sequence);
    }

    [Fact]
    public async Task one_broken_row_refuses_the_whole_batch()
    {
        var batch = new JsonArray(A.Suspension("AE", "Batch Two"), A.Suspension("XX", "Batch Two"));
        var refused = (await service.PostAsync("/v1/facts/batch", batch)).IsProblem(Codes.BatchRefused);
        var row = Assert.Single(refused["rows"].AsArray())!;
        Assert.Equal((2, "country"), (row["row"]!.GetValue<int>(), row["errors"]![0]!["field"]!.GetValue<string>()));
        Assert.Empty(await service.EventsHoldingAsync("Batch Two"));
        Assert.Empty(await service.ColumnAsync("select id from policy.registry_name where id = 'batch-two'"));
    }

    [Fact]
    public async Task mode_valid_keeps_the_good_rows()
    {
        var batch = new JsonArray(A.Suspension("AE", "Batch Three"), A.Suspension("XX", "Batch Three Lost"), 7, A.Suspension("AE", "Batch Three", "other"));
        var reply = (await service.PostAsync("/v1/facts/batch?mode=valid", batch)).Is(HttpStatusCode.OK);
        Assert.Equal(["recorded", "refused", "refused", "recorded"], Statuses(reply));
        Assert.Empty(await service.EventsHoldingAsync("Batch Three Lost"));
        Assert.Equal(3, (await service.EventsHoldingAsync("Batch Three")).Count);
    }

    [Fact]
    public async Task rows_of_one_key_and_different_contents_differ_within_a_batch_too()
    {
        var batch = new JsonArray(A.Suspension("AE", "Batch Four"), A.Suspension("AE", "Batch Four").With("reason", "abuse"));
        var reply = (await service.PostAsync("/v1/facts/batch?mode=valid", batch)).Is(HttpStatusCode.OK);
        Assert.Equal(["recorded", "refused"], Statuses(reply));
        Assert.Equal("/problems/fact_differs", reply["rows"][1]!["errors"]![0]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task a_broken_line_is_a_row_of_its_own()
    {
        var lines = $"{A.Suspension("AE", "Batch Five").ToJsonString()}\r\n\n{{\"type\":\n{A.Suspension("AE", "Batch Five", "other").ToJsonString()}";
        var refused = (await SendLinesAsync(lines)).IsProblem(Codes.BatchRefused);
        Assert.Equal("/problems/malformed_json", refused["rows"][0]!["errors"]![0]!["type"]!.GetValue<string>());
        Assert.Equal(["recorded", "refused", "recorded"], Statuses((await SendLinesAsync(lines, "?mode=valid")).Is(HttpStatusCode.OK)));
    }

    [Fact]
    public async Task a_thousand_rows_are_taken_and_one_more_is_too_many()
    {
        var line = A.Suspension("AE", "Batch Six").ToJsonString();
        var full = (await SendLinesAsync(string.Join('\n', Enumerable.Repeat(line, 1000)))).Is(HttpStatusCode.OK);
        Assert.Equal((1, 999), (full["recorded"].GetValue<int>(), full["existing"].GetValue<int>()));
        (await SendLinesAsync(string.Join('\n', Enumerable.Repeat(line, 1001)))).IsProblem(Codes.TooLarge);
    }

    [Fact]
    public async Task more_than_five_mebibytes_are_too_large()
    {
        var padding = new string(' ', RecordBatch.MostBytes);
        (await SendLinesAsync($"{A.Suspension("AE", "Batch Seven").ToJsonString()}{padding}")).IsProblem(Codes.TooLarge);
        Assert.Empty(await service.EventsHoldingAsync("Batch Seven"));
    }

    [Theory]
    [InlineData("[]", Codes.TooFew)]
    [InlineData("{}", Codes.WrongType)]
    [InlineData("[", Codes.MalformedJson)]
    public async Task what_is_no_batch_is_refused(string body, string code) =>
        (await service.SendAsync(HttpMethod.Post, "/v1/facts/batch", Encoding.UTF8.GetBytes(body), "application/json")).IsProblem(code);

    [Fact]
    public async Task an_unknown_mode_is_told_the_known_ones()
    {
        var refused = (await service.PostAsync("/v1/facts/batch?mode=some", new JsonArray(A.Suspension("AE", "Batch Eight")))).IsProblem(Codes.UnknownValue);
        Assert.Equal(["all", "valid"], refused["allowed"].AsArray().Select(mode => mode!.GetValue<string>()));
    }
}
