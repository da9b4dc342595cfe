using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Sources;

public sealed class GetSourcesSpecs(Service service)
{
    private static JsonObject Told(string publisher, string holder, string tier = "B", string published = "2024-05-09") =>
        A.Suspension("MQ", "Sourced AI", holder).With("tier", tier)
            .With("source", new JsonObject { ["publisher"] = publisher, ["title"] = "A report", ["publishedOn"] = published, ["retrievedOn"] = "2024-06-01" });

    private async Task<Reply> RecordAsync(JsonObject fact) => (await service.PostAsync("/v1/facts", fact)).Is(HttpStatusCode.Created);

    private async Task<Reply> ActAsync(Reply fact, string act, JsonObject body) => (await service.PostAsync($"{fact.Location}/{act}", body)).Is(HttpStatusCode.OK);

    [Fact]
    public async Task a_source_tells_how_often_it_was_corrected_and_why()
    {
        var first = await RecordAsync(Told("Quartz Post", "Lab 1"));
        var second = await RecordAsync(Told("QUARTZ  post", "Lab 2", "C", "2024-05-02"));
        var third = await RecordAsync(Told("Quartz Post", "Lab 3"));
        var fourth = await RecordAsync(Told("Quartz Post", "Lab 4", "A"));
        await ActAsync(first, "correct", A.Change("source_corrected").With("fact", Told("Quartz Post", "Lab 1").With("occurred", "2024-05-02")));
        var sooner = await ActAsync(second, "retract", A.Change().With("why", "Misread."));
        await ActAsync(third, "retract", A.Change());
        await ActAsync(third, "reinstate", A.Change());
        await ActAsync(fourth, "dispute", A.Why());
        var last = await ActAsync(first, "confirm", A.Why().With("on", "2024-07-01"));

        var source = (await service.GetAfterAsync(last, "/v1/sources?text=quartz"))["items"].AsArray().Single()!;
        Assert.Equal((4, 1, 2, 1), (Number(source, "facts"), Number(source["byTier"]!, "a"), Number(source["byTier"]!, "b"), Number(source["byTier"]!, "c")));
        // Two of four: the retraction that was undone counts no more.
        Assert.Equal((2, 0.5m), (Number(source, "corrected"), source["shareCorrected"]!.GetValue<decimal>()));
        Assert.Equal((1, 1, 0), (Number(source["causes"]!, "sourceCorrected"), Number(source["causes"]!, "ourError"), Number(source["causes"]!, "pipelineChange")));
        Assert.Equal(["fact_retracted Misread.", "fact_corrected A reason."], source["newest"]!["items"]!.AsArray().Select(c => $"{c!["type"]} {c["why"]}"));
        Assert.Equal(1, Number(source, "disputed"));
        Assert.Equal(("2024-05-02", "2024-05-09", "2024-07-01"), (Text(source, "firstPublished"), Text(source, "lastPublished"), Text(source, "lastChecked")));
        Assert.Equal(last.Sequence, source["lastChanged"]!["sequence"]!.GetValue<long>());

        var then = (await service.GetAsync($"/v1/sources?text=quartz&knownAt={sooner.Sequence - 1}"))["items"].AsArray().Single()!;
        Assert.Equal((1, 0, "2024-06-01"), (Number(then, "corrected"), Number(then, "disputed"), Text(then, "lastChecked")));
    }

    [Fact]
    public async Task a_retracted_fact_is_disputed_no_more_until_it_is_reinstated()
    {
        var fact = await RecordAsync(Told("Doubted Daily", "Lab 7"));
        await ActAsync(fact, "dispute", A.Why());
        foreach (var (act, disputed) in new[] { ("retract", 0), ("reinstate", 1) })
        {
            var done = await ActAsync(fact, act, A.Change());
            Assert.Equal(disputed, Number((await service.GetAfterAsync(done, "/v1/sources?text=doubted"))["items"].AsArray().Single()!, "disputed"));
        }
    }

    [Fact]
    public async Task a_source_is_told_from_what_counts_by_the_day()
    {
        await RecordAsync(Told("Daily Of Days", "Lab 8", "A").With("occurred", "2024-03-01"));
        var later = await RecordAsync(Told("Daily Of Days", "Lab 9").With("occurred", "2024-04-01"));
        await ActAsync(later, "retract", A.Change());
        var measure = A.Measure("measure-of-days", "MR", occurred: "2024-05-01").With("source", new JsonObject { ["publisher"] = "Daily Of Days", ["title"] = "A notice" });
        var last = (await service.PostAsync("/v1/measures", measure)).Is(HttpStatusCode.Created);
        await service.GetAfterAsync(last, "/v1/sources");

        var none = await service.GetAsync("/v1/sources?text=daily%20of%20days&asOf=2024-02-29");
        Assert.Empty(none["items"].AsArray());
        Assert.Equal("2024-02-29", none.Text("asOf"));
        foreach (var (day, facts, entries, corrected, changes) in new[] { ("2024-03-31", 1, 0, 0, 0), ("2024-04-30", 2, 0, 1, 1), ("2024-05-01", 2, 1, 1, 1) })
        {
            var source = (await service.GetAsync($"/v1/sources?text=daily%20of%20days&asOf={day}"))["items"].AsArray().Single()!;
            Assert.Equal((facts, entries, corrected, changes), (Number(source, "facts"), Number(source, "measureEntries"), Number(source, "corrected"), Number(source["newest"]!, "total")));
        }
    }

    [Fact]
    public async Task no_day_after_asOf_is_told()
    {
        // It counts from 2 May and was published and retrieved later, and confirmed twice.
        var fact = await RecordAsync(Told("Days Ahead Daily", "Lab 10").With("occurred", "2024-05-02"));
        await ActAsync(fact, "confirm", A.Why().With("on", "2024-07-01"));
        await ActAsync(fact, "confirm", A.Why().With("on", "2024-08-01"));
        var source = new JsonObject { ["publisher"] = "Days Ahead Daily", ["title"] = "A notice", ["publishedOn"] = "2024-05-11", ["retrievedOn"] = "2024-09-01" };
        var last = (await service.PostAsync("/v1/measures", A.Measure("measure-of-days-ahead", "MR", occurred: "2024-05-03").With("source", source))).Is(HttpStatusCode.Created);
        await service.GetAfterAsync(last, "/v1/sources");

        foreach (var (day, told) in new[]
        {
            ("2024-05-02", "  "), ("2024-05-09", "2024-05-09 2024-05-09 "), ("2024-05-31", "2024-05-09 2024-05-11 "), ("2024-06-01", "2024-05-09 2024-05-11 2024-06-01"),
            ("2024-07-31", "2024-05-09 2024-05-11 2024-07-01"), ("2024-08-01", "2024-05-09 2024-05-11 2024-08-01"), ("2024-09-01", "2024-05-09 2024-05-11 2024-09-01"),
        })
        {
            var item = (await service.GetAsync($"/v1/sources?text=days%20ahead&asOf={day}"))["items"].AsArray().Single()!;
            Assert.Equal(told, $"{item["firstPublished"]} {item["lastPublished"]} {item["lastChecked"]}");
        }
    }

    [Fact]
    public async Task all_changes_of_a_publisher_are_read_where_more_leads()
    {
        for (var i = 1; i <= 10; i++)
            await ActAsync(await RecordAsync(Told(i % 2 == 0 ? "Corrected & Co" : "CORRECTED  & co", $"Corrected lab {i}")), "retract", A.Change().With("why", $"Reason {i}."));
        // What was told later counts from a later day, what is changed after the answer was not known to it.
        await ActAsync(await RecordAsync(Told("Corrected & Co", "Corrected lab 11", published: "2024-06-09").With("occurred", "2024-06-01")), "retract", A.Change());
        var last = await ActAsync(await RecordAsync(Told("Corrected & Company", "Corrected lab 12")), "retract", A.Change());
        await service.GetAfterAsync(last, "/v1/sources");
        var newest = (await service.GetAsync("/v1/sources?text=corrected%20%26%20co&asOf=2024-05-31"))["items"][0]!["newest"]!;
        var since = await ActAsync(await RecordAsync(Told("Corrected & Co", "Corrected lab 13")), "retract", A.Change());
        await service.GetAfterAsync(since, "/v1/sources");

        Assert.Equal((3, 10), (newest["items"]!.AsArray().Count, newest["total"]!.GetValue<int>()));
        var all = await service.AllAsync(newest["more"]!.GetValue<string>(), limit: 4);
        Assert.Equal(Enumerable.Range(1, 10).Reverse().Select(i => $"Reason {i}."), all.Select(c => c["why"]!.GetValue<string>()));
        Assert.Equal(all.Take(3).Select(c => c.ToJsonString()), newest["items"]!.AsArray().Select(c => c!.ToJsonString()));
        (await service.GetAsync("/v1/sources/changes")).IsProblem(Codes.MissingField);
    }

    [Fact]
    public async Task a_correction_to_another_source_is_told_of_the_one_that_was_wrong()
    {
        var fact = await RecordAsync(Told("Wrong Paper", "Lab 5"));
        var last = await ActAsync(fact, "correct", A.Change().With("fact", Told("Right Paper", "Lab 5")));
        var papers = (await service.GetAfterAsync(last, "/v1/sources?text=paper&sort=-shareCorrected"))["items"].AsArray();
        Assert.Equal(["Wrong Paper 1 1", "Right Paper 1 0"], papers.Select(p => $"{p!["publisher"]} {p["facts"]} {p["corrected"]}"));
    }

    [Fact]
    public async Task entries_of_measures_count_and_pages_follow_each_other()
    {
        var measure = A.Measure("sourced-measure", "MR").With("source", new JsonObject { ["publisher"] = "Gazette of Measures", ["title"] = "A notice" });
        var last = (await service.PostAsync("/v1/measures", measure)).Is(HttpStatusCode.Created);
        var gazette = (await service.GetAfterAsync(last, "/v1/sources?text=gazette%20of%20measures"))["items"].AsArray().Single()!;
        Assert.Equal((0, 1, 0m), (Number(gazette, "facts"), Number(gazette, "measureEntries"), gazette["shareCorrected"]!.GetValue<decimal>()));

        foreach (var name in new[] { "Paging B", "Paging A" })
            last = await RecordAsync(Told(name, "Lab 6"));
        var first = await service.GetAfterAsync(last, "/v1/sources?text=paging&limit=1&sort=-facts");
        Assert.Equal("Paging A", Text(first["items"].AsArray().Single()!, "publisher"));
        var second = await service.GetAsync($"/v1/sources?text=paging&limit=1&sort=-facts&next={first.Text("next")}");
        Assert.Equal("Paging B", Text(second["items"].AsArray().Single()!, "publisher"));
        (await service.GetAsync("/v1/sources?sort=publisher")).IsProblem(Codes.UnknownValue);
    }

    [Fact]
    public async Task entries_of_measures_are_corrected_and_retracted_like_facts()
    {
        var source = new JsonObject { ["publisher"] = "Gazette of Mends", ["title"] = "A notice" };
        var measure = A.Measure("mended-source", "MR").With("source", source.DeepClone());
        (await service.PostAsync("/v1/measures", measure)).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/measures/mended-source/propose", A.Move("2024-05-03").With("source", source.DeepClone()))).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/measures/mended-source/adopt", A.Move("2024-05-04"))).Is(HttpStatusCode.Created);
        var corrected = (await MendAsync(2, "correct", A.Change("source_corrected").With("occurred", "2024-05-02").With("source", source.DeepClone()).With("tier", "A"))).Sequence;
        var retracted = await MendAsync(3, "retract", A.Change());
        var gazette = await GazetteAsync(retracted);
        Assert.Equal((0, 2, 1, 0.5m), (Number(gazette, "facts"), Number(gazette, "measureEntries"), Number(gazette, "corrected"), gazette["shareCorrected"]!.GetValue<decimal>()));
        Assert.Equal((1, 0), (Number(gazette["causes"]!, "sourceCorrected"), Number(gazette["causes"]!, "ourError")));
        Assert.Equal([$"{corrected} measure_entry_corrected mended-source 2"], gazette["newest"]!["items"]!.AsArray().Select(c => $"{c!["sequence"]} {c["type"]} {c["measure"]} {c["entry"]}"));

        // The same entry is corrected and retracted: one of two, for two causes, until the retraction is undone.
        var twice = await GazetteAsync(await MendAsync(2, "retract", A.Change()));
        Assert.Equal((1, 1, 1), (Number(twice, "corrected"), Number(twice["causes"]!, "sourceCorrected"), Number(twice["causes"]!, "ourError")));
        var once = await GazetteAsync(await MendAsync(2, "reinstate", A.Change()));
        Assert.Equal((1, 1, 0), (Number(once, "corrected"), Number(once["causes"]!, "sourceCorrected"), Number(once["causes"]!, "ourError")));

        Task<Reply> MendAsync(int entry, string act, JsonObject body) => service.PostAsync($"/v1/measures/mended-source/entries/{entry}/{act}", body);

        async Task<JsonNode> GazetteAsync(Reply after) => (await service.GetAfterAsync(after.Is(HttpStatusCode.OK), "/v1/sources?text=gazette%20of%20mends"))["items"].AsArray().Single()!;
    }

    private static int Number(JsonNode of, string member) => of[member]!.GetValue<int>();

    private static string Text(JsonNode of, string member) => of[member]!.GetValue<string>();
}
