using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Measures;

/// <summary>Acts on our record of an entry, over HTTP. The issuer is LC; each test has targets of its own.</summary>
public sealed class MendEndpointsSpecs(Service service)
{
    private Task<Reply> MendAsync(string id, int number, string act, JsonObject body, params (string, string)[] headers) =>
        service.PostAsync($"/v1/measures/{id}/entries/{number}/{act}", body, headers);

    /// <summary>A compute control of LC, adopted on 1 May 2024 and in force from 1 June on.</summary>
    private async Task<Reply> ControlAsync(string id, params string[] targets) => (await service.PostAsync("/v1/measures", Control(id, targets))).Is(HttpStatusCode.Created);

    private static JsonObject Control(string id, params string[] targets) => A.Measure(id, "LC", "adopted").With("kind", "export_control").With("effective", "2024-06-01")
        .With("scope", new JsonObject { ["layers"] = new JsonArray("compute") }).With("targets", Texts(targets));

    private static JsonArray Texts(params string[] texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    /// <summary>The first entry of <see cref="Control"/> with another list of targets.</summary>
    private static JsonObject Retargeted(params string[] targets) => A.Change().With("occurred", "2024-05-01").With("effective", "2024-06-01").With("source", A.Source()).With("tier", "A")
        .With("definition", new JsonObject
        {
            ["kind"] = "export_control",
            ["issuer"] = "LC",
            ["title"] = "A control",
            ["targets"] = Texts(targets),
            ["scope"] = new JsonObject { ["layers"] = new JsonArray("compute") },
        });

    private static JsonObject Moved(string occurred) => A.Move(occurred).With("cause", "our_error").With("why", "Misread.");

    private async Task<int?> X2Async(string country, string query = "") =>
        (await service.GetAsync($"/v1/countries/{country}?supplier=LC{query}"))["suppliers"].AsArray()
            .SelectMany(s => s!["indicators"]!.AsArray()).SingleOrDefault(i => i!["id"]!.GetValue<string>() == "X2")?["value"]?.GetValue<int>();

    [Fact]
    public async Task a_corrected_target_leaves_one_country_and_reaches_another_and_both_hear_why()
    {
        var opened = await ControlAsync("lc-retargeted", "VC");
        await service.GetAfterAsync(opened, "/v1/countries/VC");
        Assert.Equal((3, null), (await X2Async("VC"), await X2Async("GD")));

        var corrected = (await MendAsync("lc-retargeted", 1, "correct", Retargeted("GD"))).Is(HttpStatusCode.OK);
        Assert.Equal(("lc-retargeted", 1, "recorded", "in_force", true),
            (corrected.Text("id"), corrected["entry"].GetValue<int>(), corrected.Text("status"), corrected.Text("stage"), corrected["changed"].GetValue<bool>()));

        await service.GetAfterAsync(corrected, "/v1/countries/GD");
        Assert.Equal((null, 3), (await X2Async("VC"), await X2Async("GD")));
        Assert.Equal((3, null), (await X2Async("VC", $"&knownAt={opened.Sequence}"), await X2Async("GD", $"&knownAt={opened.Sequence}")));
        Assert.Equal(["GD our_error", "LC our_error", "VC our_error"], await service.ColumnAsync(
            "select country || ' ' || cause from policy.country_event where measure = 'lc-retargeted' and type = 'measure_entry_corrected' order by 1"));
        Assert.Equal(["GD our_error", "VC our_error"], await service.ColumnAsync(
            "select dependent || ' ' || cause from policy.conclusion_change where sequence = $1 order by 1", corrected.Sequence));
        Assert.Equal(["lc-retargeted"], (await service.GetAsync("/v1/measures?target=GD"))["items"].AsArray().Select(m => m!["id"]!.GetValue<string>()));
        Assert.Empty((await service.GetAsync("/v1/measures?target=VC"))["items"].AsArray());
        Assert.Equal("lc-retargeted", (await service.GetAsync($"/v1/measures?target=VC&knownAt={opened.Sequence}"))["items"][0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task an_entry_tells_every_form_that_it_had_and_why_it_changed()
    {
        var opened = await ControlAsync("lc-told", "KN");
        var suspended = (await service.PostAsync("/v1/measures/lc-told/suspend", A.Move("2024-05-08"))).Is(HttpStatusCode.Created);
        var corrected = (await MendAsync("lc-told", 2, "correct", Moved("2024-05-09").With("until", "2024-12-31"))).Is(HttpStatusCode.OK);
        var retracted = (await MendAsync("lc-told", 2, "retract", A.Change("source_corrected"))).Is(HttpStatusCode.OK);
        Assert.Equal(("retracted", "in_force"), (retracted.Text("status"), retracted.Text("stage")));
        var reinstated = (await MendAsync("lc-told", 2, "reinstate", A.Change("pipeline_change"))).Is(HttpStatusCode.OK);

        var measure = await service.GetAfterAsync(reinstated, "/v1/measures/lc-told");
        var entry = measure["entries"][1]!;
        Assert.Equal((2, "recorded", "2024-05-09", suspended.Sequence),
            (entry["number"]!.GetValue<int>(), entry["status"]!.GetValue<string>(), entry["occurred"]!.GetValue<string>(), entry["sequence"]!.GetValue<long>()));
        Assert.Equal(
            [$"{suspended.Sequence} measure_suspended world_changed", $"{corrected.Sequence} measure_entry_corrected our_error Misread.",
                $"{retracted.Sequence} measure_entry_retracted source_corrected A reason.", $"{reinstated.Sequence} measure_entry_reinstated pipeline_change A reason."],
            entry["life"]!.AsArray().Select(e => $"{e!["sequence"]} {e["type"]} {e["cause"]} {e["why"]}".Trim()));
        var correction = entry["life"]![1]!;
        Assert.Equal(("measure_suspended", "2024-05-08", null), Form(correction["before"]!));
        Assert.Equal(("measure_suspended", "2024-05-09", "2024-12-31"), Form(correction["after"]!));
        Assert.Equal("\"5\"", measure.ETag);

        string[] moments = [$"{opened.Sequence}", $"{suspended.Sequence}", $"{corrected.Sequence}", $"{retracted.Sequence}"];
        var then = await Task.WhenAll(moments.Select(moment => service.GetAsync($"/v1/measures/lc-told?knownAt={moment}")));
        Assert.Equal(["in_force", "suspended", "in_force", "in_force"], then.Select(m => m.Text("stage")));
        Assert.Equal(["adopted,in_force", "adopted,suspended", "adopted,suspended,in_force", "adopted,in_force"],
            then.Select(m => string.Join(',', m["states"].AsArray().Select(s => s!["stage"]!.GetValue<string>()))));
        Assert.Equal(["\"1\"", "\"2\"", "\"3\"", "\"4\""], then.Select(m => m.ETag));

        static (string Type, string Occurred, string? Until) Form(JsonNode entry) => (entry["type"]!.GetValue<string>(), entry["occurred"]!.GetValue<string>(), entry["until"]?.GetValue<string>());
    }

    [Fact]
    public async Task a_retracted_measure_is_found_by_its_id_and_listed_only_when_asked_for()
    {
        var opened = await ControlAsync("lc-gone", "DM");
        await service.GetAfterAsync(opened, "/v1/countries/DM");
        Assert.Equal(3, await X2Async("DM"));
        var retracted = (await MendAsync("lc-gone", 1, "retract", A.Change())).Is(HttpStatusCode.OK);
        Assert.Null(retracted.Body!["stage"]);

        var gone = await service.GetAfterAsync(retracted, "/v1/measures/lc-gone");
        Assert.Equal(("retracted", null, 0, 1), (gone.Text("status"), gone.Body!["stage"], gone["entryCount"].GetValue<int>(), gone["entries"].AsArray().Count));
        Assert.Empty(gone["states"].AsArray());
        Assert.Empty(gone["mayFollow"].AsArray());
        Assert.Null(await X2Async("DM"));
        Assert.Equal(3, await X2Async("DM", $"&knownAt={opened.Sequence}"));
        Assert.Empty(await ListedAsync(""));
        Assert.Equal(["lc-gone"], await ListedAsync("&status=retracted"));
        Assert.Empty(await ListedAsync("&status=retracted&stage=in_force"));
        Assert.Empty(await ListedAsync("&status=retracted&asOf=2024-04-30"));
        Assert.Equal(["lc-gone"], await ListedAsync($"&knownAt={opened.Sequence}"));
        Assert.Empty(await ListedAsync($"&status=retracted&knownAt={opened.Sequence}"));
        (await service.PostAsync("/v1/measures/lc-gone/suspend", A.Move())).IsProblem(Codes.EntryRetracted);
        Assert.Equal("retracted", (await service.PostAsync("/v1/measures", Control("lc-gone", "DM"))).Is(HttpStatusCode.OK).Text("status"));

        var back = (await MendAsync("lc-gone", 1, "reinstate", A.Change())).Is(HttpStatusCode.OK);
        Assert.Equal("in_force", (await service.GetAfterAsync(back, "/v1/measures/lc-gone")).Text("stage"));
        Assert.Equal(3, await X2Async("DM"));
        Assert.Equal(["lc-gone"], await ListedAsync(""));
        Assert.Empty(await ListedAsync("&status=retracted"));

        async Task<string[]> ListedAsync(string query) => [.. (await service.GetAsync($"/v1/measures?target=DM{query}"))["items"].AsArray().Select(m => m!["id"]!.GetValue<string>())];
    }

    [Fact]
    public async Task a_mend_that_the_life_cycle_forbids_names_the_entry_the_stage_and_what_is_allowed()
    {
        await ControlAsync("lc-forbidden", "TT");
        (await service.PostAsync("/v1/measures/lc-forbidden/suspend", A.Move("2024-05-02"))).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/measures/lc-forbidden/resume", A.Move("2024-05-03"))).Is(HttpStatusCode.Created);

        var refused = (await MendAsync("lc-forbidden", 2, "retract", A.Change())).IsProblem(Codes.MeasureTransitionNotAllowed);

        Assert.Equal((3, "adopted"), (refused["entry"].GetValue<int>(), refused.Text("meets")));
        Assert.Equal(["amend", "suspend", "rescind", "abandon"], refused["allowed"].AsArray().Select(t => t!.GetValue<string>()));
        Assert.Equal(3, (await StoredAsync("lc-forbidden")).Count);
    }

    [Theory]
    [InlineData("correct", "our_error", 0, Codes.NotFound)]
    [InlineData("correct", "our_error", 2, Codes.NotFound)]
    [InlineData("retract", "our_error", 2, Codes.NotFound)]
    [InlineData("retract", "world_changed", 1, Codes.UnknownValue)]
    [InlineData("correct", "world_changed", 1, Codes.UnknownValue)]
    [InlineData("reinstate", "world_changed", 1, Codes.UnknownValue)]
    public async Task what_cannot_be_mended_is_refused(string act, string cause, int number, string code)
    {
        (await service.PostAsync("/v1/measures", Control("lc-unmended", "HT"))).Is(HttpStatusCode.Created, HttpStatusCode.OK);
        var body = act == "correct" ? Retargeted("HT").With("cause", cause) : A.Change(cause);
        (await MendAsync("lc-unmended", number, act, body)).IsProblem(code);
        Assert.Equal(["measure_adopted"], await StoredAsync("lc-unmended"));
    }

    [Fact]
    public async Task a_number_that_is_none_is_not_found()
    {
        (await service.PostAsync("/v1/measures/lc-unmended/entries/first/retract", A.Change())).IsProblem(Codes.NotFound);
        (await service.PostAsync("/v1/measures/lc-unknown/entries/1/retract", A.Change())).IsProblem(Codes.NotFound);
    }

    [Fact]
    public async Task every_mend_done_twice_changes_something_once()
    {
        await ControlAsync("lc-twice", "CU");
        foreach (var (act, body) in new[] { ("correct", Retargeted("CU", "DO")), ("retract", A.Change()), ("reinstate", A.Change()) })
        {
            var first = (await MendAsync("lc-twice", 1, act, body)).Is(HttpStatusCode.OK);
            var second = (await MendAsync("lc-twice", 1, act, body)).Is(HttpStatusCode.OK);
            Assert.Equal((true, false), (first["changed"].GetValue<bool>(), second["changed"].GetValue<bool>()));
            Assert.Equal(first.Sequence, second.Sequence);
        }

        Assert.Equal(["measure_adopted", "measure_entry_corrected", "measure_entry_retracted", "measure_entry_reinstated"], await StoredAsync("lc-twice"));
    }

    [Fact]
    public async Task the_version_counts_mends_as_well_as_entries()
    {
        var opened = await ControlAsync("lc-versioned", "JM");
        Assert.Equal("\"1\"", (await service.GetAfterAsync(opened, "/v1/measures/lc-versioned")).ETag);
        (await MendAsync("lc-versioned", 1, "correct", Retargeted("JM", "KN"), ("If-Match", "\"1\""))).Is(HttpStatusCode.OK);

        var stale = (await service.PostAsync("/v1/measures/lc-versioned/suspend", A.Move(), ("If-Match", "\"1\""))).IsProblem(Codes.StaleVersion);
        Assert.Equal((1, "\"2\""), (stale["entries"].GetValue<int>(), stale.Text("version")));
        (await MendAsync("lc-versioned", 1, "retract", A.Change(), ("If-Match", "\"1\""))).IsProblem(Codes.StaleVersion);
        (await service.PostAsync("/v1/measures/lc-versioned/suspend", A.Move(), ("If-Match", "\"2\""))).Is(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("correct", "correct")]
    [InlineData("correct", "retract")]
    [InlineData("retract", "suspend")]
    [InlineData("correct", "suspend")]
    public async Task of_two_who_mend_or_move_a_measure_at_once_one_wins(string one, string other)
    {
        var id = $"lc-raced-{one}-{other}";
        await ControlAsync(id, "HT");
        (await service.PostAsync($"/v1/measures/{id}/amend", A.Move("2024-05-02"))).Is(HttpStatusCode.Created);

        var replies = await AtOnce.SendAsync(service, id, () => SendAsync(one, "2024-05-03"), () => SendAsync(other, "2024-05-04"));

        Assert.Single(replies, r => r.Status is HttpStatusCode.OK or HttpStatusCode.Created);
        var lost = Assert.Single(replies, r => r.Status == HttpStatusCode.Conflict).IsProblem(Codes.LostRace);
        Assert.Equal("\"3\"", lost.Text("version"));
        Assert.Equal(3, (await StoredAsync(id)).Count);

        Task<Reply> SendAsync(string act, string day) => act switch
        {
            "correct" => MendAsync(id, 2, "correct", Moved(day)),
            "retract" => MendAsync(id, 2, "retract", A.Change()),
            _ => service.PostAsync($"/v1/measures/{id}/{act}", A.Move(day)),
        };
    }

    private Task<IReadOnlyList<string>> StoredAsync(string id) =>
        service.ColumnAsync("select type from policy_events.mt_events where stream_id = $1 order by version", $"measure/{id}");
}
