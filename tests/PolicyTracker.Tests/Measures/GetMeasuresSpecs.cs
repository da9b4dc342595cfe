using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Measures;

public sealed class GetMeasuresSpecs(Service service)
{
    private async Task<Reply> OpenAsync(JsonObject measure) => (await service.PostAsync("/v1/measures", measure)).Is(HttpStatusCode.Created);

    private static IEnumerable<string> Ids(Reply page) => page["items"].AsArray().Select(item => item!["id"]!.GetValue<string>());

    [Fact]
    public async Task filters_narrow_and_pages_go_on()
    {
        await OpenAsync(A.Measure("bz-one", "BZ").With("targets", new JsonArray("CA")));
        await OpenAsync(A.Measure("bz-two", "BZ", "in_force").With("kind", "use_restriction"));
        var last = await OpenAsync(A.Measure("bz-three", "BZ", "adopted").With("expires", "2024-06-30").With("effective", "2024-06-01"));

        Assert.Equal(["bz-one", "bz-three", "bz-two"], Ids(await service.GetAfterAsync(last, "/v1/measures?issuer=BZ")));
        Assert.Equal(["bz-one"], Ids(await service.GetAsync("/v1/measures?issuer=BZ&target=CA")));
        Assert.Equal(["bz-two"], Ids(await service.GetAsync("/v1/measures?issuer=BZ&kind=use_restriction")));
        Assert.Equal(["bz-three"], Ids(await service.GetAsync("/v1/measures?issuer=BZ&stage=expired")));
        Assert.Equal(["bz-three"], Ids(await service.GetAsync("/v1/measures?issuer=BZ&stage=adopted&asOf=2024-05-31")));
        Assert.Equal(["bz-three", "bz-two"], Ids(await service.GetAsync("/v1/measures?issuer=BZ&stage=in_force&asOf=2024-06-30")));
        Assert.Empty(Ids(await service.GetAsync("/v1/measures?issuer=BZ&asOf=2024-04-30")));

        var first = await service.GetAsync("/v1/measures?issuer=BZ&limit=2");
        Assert.Equal(["bz-two"], Ids(await service.GetAsync($"/v1/measures?issuer=BZ&limit=2&next={first.Text("next")}")));
    }

    [Fact]
    public async Task a_page_is_filled_however_many_measures_its_filter_passes_over()
    {
        string[] ids = [.. Enumerable.Range(0, 300).Select(i => $"ms-{i:000}")];
        // Some at a time: each holds a connection to the database.
        var opened = new List<Reply>();
        foreach (var some in ids.Chunk(10))
            opened.AddRange(await Task.WhenAll(some.Select(id => OpenAsync(A.Measure(id, "MS").With("kind", id is "ms-001" or "ms-255" or "ms-299" ? "approval_regime" : "guidance")))));
        await service.GetAfterAsync(opened.MaxBy(reply => reply.Sequence)!, "/v1/measures?issuer=MS");

        var first = await service.GetAsync("/v1/measures?issuer=MS&kind=approval_regime&limit=2");
        var second = await service.GetAsync($"/v1/measures?issuer=MS&kind=approval_regime&limit=2&next={first.Text("next")}");
        Assert.Equal(["ms-001", "ms-255"], Ids(first));
        Assert.Equal(["ms-299"], Ids(second));
        Assert.Null(second.Body!["next"]);

        var all = new List<string>();
        for (var page = await service.GetAsync("/v1/measures?issuer=MS&limit=260"); ; page = await service.GetAsync($"/v1/measures?issuer=MS&limit=260&next={page.Text("next")}"))
        {
            all.AddRange(Ids(page));
            if (page.Body!["next"] is null)
                break;
        }

        Assert.Equal(ids, all);
    }

    [Theory]
    [InlineData("issuer=UK", Codes.UnknownCountry)]
    [InlineData("target=Mars", Codes.UnknownCountry)]
    [InlineData("kind=law", Codes.UnknownValue)]
    [InlineData("stage=live", Codes.UnknownValue)]
    [InlineData("contry=CN", Codes.UnknownParameter)]
    public async Task a_broken_parameter_is_refused(string query, string code) => (await service.GetAsync($"/v1/measures?{query}")).IsProblem(code);

    [Fact]
    public async Task a_measure_tells_its_life_line_and_what_may_follow()
    {
        var source = A.Source().With("publishedOn", null);
        var opened = await OpenAsync(A.Measure("ca-life", "CA"));
        var adopted = (await service.PostAsync("/v1/measures/ca-life/adopt", A.Move("2024-05-10").With("effective", "2024-07-01").With("source", source))).Is(HttpStatusCode.Created);

        var measure = (await service.GetAfterAsync(adopted, "/v1/measures/ca-life")).Is(HttpStatusCode.OK);
        Assert.Equal(("guidance", "CA", "in_force", "2024-07-01"), (measure.Text("kind"), measure.Text("issuer"), measure.Text("stage"), measure.Text("since")));
        Assert.Equal(["2024-05-01 planned 1", "2024-05-10 adopted 2", "2024-07-01 in_force 2"], measure["states"].AsArray().Select(s => $"{s!["from"]} {s["stage"]} {s["entry"]}"));
        Assert.Equal(["amend", "suspend", "rescind"], measure["mayFollow"].AsArray().Select(t => t!.GetValue<string>()));
        Assert.Equal(["1 measure_planned", "2 measure_adopted"], measure["entries"].AsArray().Select(e => $"{e!["number"]} {e["type"]}"));
        Assert.Equal([opened.Sequence, adopted.Sequence], measure["entries"].AsArray().Select(e => e!["sequence"]!.GetValue<long>()));
        Assert.Equal("\"2\"", measure.ETag);

        var earlier = await service.GetAsync("/v1/measures/ca-life?asOf=2024-05-31");
        Assert.Equal("adopted", earlier.Text("stage"));
        Assert.Equal(["amend", "suspend", "rescind", "abandon"], earlier["mayFollow"].AsArray().Select(t => t!.GetValue<string>()));
        var known = await service.GetAsync($"/v1/measures/ca-life?knownAt={opened.Sequence}");
        Assert.Equal(("planned", "\"1\""), (known.Text("stage"), known.ETag));
        (await service.GetAsync($"/v1/measures/ca-life?knownAt={opened.Sequence - 1}")).IsProblem(Codes.NotFound);
    }

    [Fact]
    public async Task each_state_tells_the_definition_and_the_dates_that_held_then_and_each_entry_what_it_changed()
    {
        await OpenAsync(A.Measure("ky-amended", "KY", "adopted").With("effective", "2024-07-01").With("targets", new JsonArray("CA")));
        var changes = new JsonObject { ["title"] = "Wider guidance", ["targets"] = new JsonArray("CA", "BZ") };
        var amended = (await service.PostAsync("/v1/measures/ky-amended/amend", A.Move("2024-05-05").With("changes", changes).With("expires", "2025-06-30"))).Is(HttpStatusCode.Created);

        var measure = await service.GetAfterAsync(amended, "/v1/measures/ky-amended");
        Assert.Equal(
            ["2024-05-01 adopted, Guidance ky-amended for CA, 2024-07-01 to ", "2024-05-05 adopted, Wider guidance for BZ CA, 2024-07-01 to 2025-06-30",
                "2024-07-01 in_force, Wider guidance for BZ CA, 2024-07-01 to 2025-06-30", "2025-07-01 expired, Wider guidance for BZ CA, 2024-07-01 to 2025-06-30"],
            measure["states"].AsArray().Select(s => $"{s!["from"]} {s["stage"]}, {Said(s["definition"]!)}, {s["effective"]} to {s["expires"]}"));
        Assert.Null(measure["entries"][0]!["changed"]);
        Assert.Equal(
            """{"title":{"before":"Guidance ky-amended","after":"Wider guidance"},"targets":{"before":["CA"],"after":["BZ","CA"]},"expires":{"before":null,"after":"2025-06-30"}}""",
            measure["entries"][1]!["changed"]!.ToJsonString());

        var earlier = await service.GetAsync("/v1/measures/ky-amended?asOf=2024-05-04");
        Assert.Equal(("Guidance ky-amended for CA", "2024-07-01", null), (Said(earlier.Body!), earlier.Text("effective"), earlier.Body!["expires"]));

        static string Said(JsonNode definition) => $"{definition["title"]} for {string.Join(' ', definition["targets"]!.AsArray().Select(t => t!.GetValue<string>()))}";
    }

    [Fact]
    public async Task the_timeline_goes_by_the_day_of_an_entry_and_not_by_the_dates_in_it()
    {
        var source = A.Source().With("publishedOn", "2024-05-09");
        var adopted = await OpenAsync(A.Measure("ky-announced", "KY", "adopted", "2024-05-02").With("effective", "2024-07-03").With("source", source));
        await service.GetAfterAsync(adopted, "/v1/countries/KY");

        Assert.Equal(["ky-announced 2024-05-02"], await OnAsync("2024-05-02"));
        Assert.Empty(await OnAsync("2024-05-09"));
        Assert.Empty(await OnAsync("2024-07-03"));

        async Task<IEnumerable<string>> OnAsync(string day) =>
            (await service.GetAsync($"/v1/countries/KY/timeline?from={day}&to={day}"))["items"].AsArray().Select(item => $"{item!["measure"]} {item["effective"]}");
    }

    [Fact]
    public async Task who_has_the_version_is_sent_nothing()
    {
        var opened = await OpenAsync(A.Measure("ca-cached", "CA"));
        var read = await service.GetAfterAsync(opened, "/v1/measures/ca-cached");
        var same = (await service.GetAsync("/v1/measures/ca-cached", ("If-None-Match", read.ETag!))).Is(HttpStatusCode.NotModified);
        Assert.Equal((read.ETag, null), (same.ETag, same.Body));
        (await service.GetAsync("/v1/measures/ca-cached", ("If-None-Match", "\"7\""))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task an_unknown_measure_is_not_found() => (await service.GetAsync("/v1/measures/nothing-of-the-kind")).IsProblem(Codes.NotFound);
}
