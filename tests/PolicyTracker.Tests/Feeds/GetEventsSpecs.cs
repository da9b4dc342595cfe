using System.Net;
using System.Text.Json.Nodes;
using CloudNative.CloudEvents.SystemTextJson;
using Microsoft.Extensions.DependencyInjection;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

public sealed class GetEventsSpecs(TestDatabase database) : IAsyncLifetime
{
    private FeedHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task pages_lead_from_the_beginning_to_the_head_and_whoever_waits_there_is_told_what_comes()
    {
        await _host.FollowedAsync(await _host.InsertAsync(5));
        var page = await _host.GetAsync("/v1/events?limit=2");
        var seen = Ids(page);
        while (page["hasMore"].GetValue<bool>())
        {
            page = await _host.GetAsync($"/v1/events?limit=2&after={page.Text("next")}");
            seen = [.. seen, .. Ids(page)];
        }

        Assert.Equal(["1", "2", "3", "4", "5"], seen);
        Assert.Equal(page.Text("head"), page.Text("next"));
        var waiting = _host.GetAsync($"/v1/events?after={page.Text("next")}&wait=30");
        var preferring = _host.GetAsync($"/v1/events?after={page.Text("next")}", ("Prefer", "wait=30"));
        await _host.InsertAsync(1);
        Assert.Equal(["1"], Ids(await waiting));
        Assert.Equal(["1"], Ids(await preferring));
    }

    [Fact]
    public async Task a_page_that_can_change_no_more_is_kept_and_the_last_one_is_not()
    {
        await _host.FollowedAsync(await _host.InsertAsync(3));
        var path = $"/v1/events?limit=2&after={await _host.CursorAsync(0)}";
        using var full = await _host.Client.GetAsync(path, Cancellation);
        Assert.Contains("immutable", full.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        (await _host.GetAsync(path, ("If-None-Match", full.Headers.ETag!.ToString()))).Is(HttpStatusCode.NotModified);
        using var last = await _host.Client.GetAsync($"/v1/events?limit=2&after={await _host.CursorAsync(2)}", Cancellation);
        Assert.Equal("no-store", last.Headers.CacheControl!.ToString());
        Assert.Null(last.Headers.ETag);
        Assert.Contains($"after={await _host.CursorAsync(2)}>; rel=\"next\"", full.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_batch_is_a_list_that_the_library_of_the_standard_reads_and_each_of_it_is_found_by_its_id()
    {
        await _host.RecordAsync("IS", "a lab");
        var entries = await _host.EntriesAsync(2);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events") { Headers = { { "Accept", FeedEvent.BatchMediaType } } };
        using var response = await _host.Client.SendAsync(request, Cancellation);
        Assert.Equal(FeedEvent.BatchMediaType, response.Content.Headers.ContentType!.ToString());
        var batch = new JsonEventFormatter().DecodeBatchModeMessage(await response.Content.ReadAsByteArrayAsync(Cancellation), new(FeedEvent.BatchMediaType), FeedEvent.Extensions);
        Assert.Equal(entries.Select(e => e.Id.ToString()), batch.Select(e => e.Id));

        var one = await _host.GetAsync($"/v1/events/{entries[1].Id}");
        Assert.Equal(FeedEvent.MediaType, one.MediaType);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(entries[1].Json.Span), one.Body));
        (await _host.GetAsync("/v1/events/00000000-0000-0000-0000-000000000000")).IsProblem(Codes.NotFound);
    }

    [Fact]
    public async Task since_a_time_comes_what_was_recorded_from_then_on_whatever_its_position()
    {
        await _host.FollowedAsync(await _host.InsertAsync(4));
        // The clocks of two nodes differ: the third was recorded after the fourth.
        await _host.ScalarAsync("update policy.feed set recorded_at = '2024-05-01T12:00:00Z'::timestamptz + (array[0, 1, 3, 2])[position] * interval '1 hour'");
        Assert.Equal(["1", "2", "3", "4"], Ids(await _host.GetAsync("/v1/events?since=2024-05-01")));
        Assert.Equal(["3", "4"], Ids(await _host.GetAsync("/v1/events?since=2024-05-01T14:30:00Z")));
        Assert.Equal(["3", "4"], Ids(await _host.GetAsync("/v1/events?since=1714572000000")));
        Assert.Equal(["2", "3", "4"], Ids(await _host.GetAsync("/v1/events?since=2024-05-01T14:30:00%2B01:30")));
        Assert.Empty(Ids(await _host.GetAsync("/v1/events?since=2024-05-02")));
        (await _host.GetAsync("/v1/events?since=9999-01-01")).IsProblem(Codes.DateInFuture);
        (await _host.GetAsync("/v1/events?since=yesterday")).IsProblem(Codes.DateNotSupported);
    }

    [Fact]
    public async Task a_cursor_that_cannot_be_honoured_is_refused_on_every_channel_before_anything_is_sent()
    {
        await _host.FollowedAsync(await _host.InsertAsync(10));
        var (ahead, of) = (await _host.CursorAsync(11), await _host.CursorAsync(10));
        await _host.ScalarAsync("with gone as (delete from policy.feed where position <= 5) update policy.feed_head set expired = 5");
        foreach (var path in (string[])["/v1/events", "/v1/events/stream"])
        {
            await RefusedAsync(path, "17", Codes.CursorInvalid);
            await RefusedAsync(path, "v1.ffff.3", Codes.CursorEpoch);
            await RefusedAsync(path, ahead, Codes.CursorAhead);
            var expired = await RefusedAsync(path, await _host.CursorAsync(4), Codes.CursorExpired);
            Assert.Equal((HttpStatusCode.Gone, await _host.CursorAsync(5)), (expired.Status, expired.Text("earliest")));
        }

        // The header comes before the query, and what is kept is read from its beginning.
        Assert.Equal(["8", "9", "10"], Ids(await _host.GetAsync("/v1/events?after=earliest", ("Last-Event-ID", await _host.CursorAsync(7)))));
        Assert.Equal(["6", "7", "8", "9", "10"], Ids(await _host.GetAsync("/v1/events")));
        Assert.Empty(Ids(await _host.GetAsync($"/v1/events?after={of}")));
    }

    [Fact]
    public async Task whoever_waits_while_the_feed_is_numbered_anew_is_told_so()
    {
        await _host.FollowedAsync(await _host.InsertAsync(3));
        var waiting = _host.GetAsync($"/v1/events?after={await _host.CursorAsync(3)}&wait=30");
        var places = _host.Services.GetRequiredService<FeedPlaces>();
        while (places.Taken == 0)
            await Task.Yield();
        await _host.ScalarAsync("update policy.feed_head set epoch = '0badcafe', last_position = 7");
        (await waiting).IsProblem(Codes.CursorEpoch);
    }

    [Fact]
    public async Task a_page_ends_at_four_mebibytes()
    {
        await _host.FollowedAsync(await _host.InsertAsync(6, bytes: 1_000_000));
        var page = await _host.GetAsync("/v1/events");
        Assert.Equal((5, true), (Ids(page).Count, page["hasMore"].GetValue<bool>()));
        Assert.Equal(["6"], Ids(await _host.GetAsync($"/v1/events?after={page.Text("next")}")));
    }

    private async Task<Reply> RefusedAsync(string path, string cursor, string code)
    {
        (await _host.GetAsync(path, ("Last-Event-ID", cursor))).IsProblem(code);
        return (await _host.GetAsync($"{path}?after={cursor}")).IsProblem(code);
    }

    private static IReadOnlyList<string> Ids(Reply page) => [.. page.Is(HttpStatusCode.OK)["data"].AsArray().Select(e => e!["id"]!.GetValue<string>())];
}
