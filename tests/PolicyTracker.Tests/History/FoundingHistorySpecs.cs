using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.History;

/// <summary>Why the numbers of the founding case changed: section 6 of the method, and the days of its golden table.</summary>
public sealed class FoundingHistorySpecs(TestDatabase database, FoundingCase seeds, Service empty) : IClassFixture<FoundingCase>
{
    [Fact]
    public async Task retractions_are_steps_of_the_record_and_the_difference_names_them()
    {
        await using var service = await SeededService.StartAsync(database);
        var before = await service.LastSequenceAsync();
        string[] llama = [await IdAsync(service, "assessor", "Beijing Academy of Artificial Intelligence", "baseModel"), await IdAsync(service, "assessor", "Reuters"), await IdAsync(service, "model", "Yi-34B")];
        foreach (var id in llama)
            (await service.PostAsync($"/v1/facts/{id}/retract", A.Change("source_corrected"))).Is(HttpStatusCode.OK);

        var diff = await service.ReadAsync($"/v1/countries/CN/diff?supplier=US&from=,{before}");
        Assert.Equal(["reliance", "R3"], Numbers(diff).Select(n => Text(n, "index") ?? Text(n, "indicator")));
        var reliance = Numbers(diff).First();
        Assert.Equal(("43.75 [35 55]", "25 [15 55]"), (Shown(reliance.GetProperty("before")), Shown(reliance.GetProperty("after"))));
        Assert.Equal(["source_corrected"], reliance.GetProperty("causes").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal(llama, Events(diff, reliance).Select(e => Text(e, "fact")));
        Assert.All(Events(diff, reliance), e => Assert.Equal(("fact_retracted", "A reason."), (Text(e, "type"), Text(e, "why"))));

        var steps = Steps(await service.ReadAsync("/v1/countries/CN/history?supplier=US&along=record"));
        // From 14 to 13 to 16: most, several, isolated, then nothing at all; (0 + 25 + R3 + 50) over as many as are coded.
        Assert.Equal(["35.42 [28.33 48.33]", "27.08 [21.67 41.67]", "25 [15 55]"], steps.TakeLast(3).Select(s => Shown(s.GetProperty("number"))));
        Assert.Equal(llama, steps.TakeLast(3).Select(s => Text(s.GetProperty("causedBy").EnumerateArray().Single(), "fact")));

        foreach (var id in llama)
            (await service.PostAsync($"/v1/facts/{id}/reinstate", A.Change())).Is(HttpStatusCode.OK);
        var again = Steps(await service.ReadAsync("/v1/countries/CN/history?supplier=US&along=record")).Count;
        (await service.PostAsync("/v1/facts/batch/retract", A.Change().With("ids", new JsonArray([.. llama.Select(id => JsonValue.Create(id))])))).Is(HttpStatusCode.OK);
        var batch = Assert.Single(Steps(await service.ReadAsync("/v1/countries/CN/history?supplier=US&along=record"))[again..]);
        Assert.Equal(llama.Order(), batch.GetProperty("causedBy").EnumerateArray().Select(e => Text(e, "fact")!).Order());
    }

    [Fact]
    public async Task an_index_names_only_the_events_of_the_indicators_that_moved_it()
    {
        await using var service = await SeededService.StartAsync(database);
        var before = await service.LastSequenceAsync();
        await RecordDerivationAsync(service);
        var retracted = await ChangeAsync(service, await IdAsync(service, "type", "integration_reported"), "retract", "our_error");

        var diff = await service.ReadAsync($"/v1/countries/CN/diff?supplier=US&from=,{before}");

        // R3 stays at most; without R4 the three that are coded make (0 + 25 + 100) / 3, from 125 to 325 of 500.
        Assert.Equal(["reliance 41.67 [25 65]", "R4  [0 100]"], Numbers(diff).Select(n => $"{NameOf(n)} {Shown(n.GetProperty("after"))}"));
        Assert.All(Numbers(diff), n => Assert.Equal(($"{retracted}", "our_error"), Explained(n)));
        Assert.Equal(["derivation_reported", "fact_retracted"], diff.GetProperty("events").EnumerateArray().Select(e => Text(e, "type")));
    }

    [Fact]
    public async Task a_number_names_only_the_events_that_moved_it()
    {
        await using var service = await SeededService.StartAsync(database);
        var before = await service.LastSequenceAsync();
        var (most, several) = (await IdAsync(service, "assessor", "Beijing Academy of Artificial Intelligence", "baseModel"), await IdAsync(service, "assessor", "Reuters"));
        // A derivation less or more says nothing beside an assessment, and what is taken back and put back is as it was.
        await ChangeAsync(service, await IdAsync(service, "model", "Yi-34B"), "retract", "pipeline_change");
        await RecordDerivationAsync(service);
        await ChangeAsync(service, several, "retract", "source_corrected");
        var retracted = await ChangeAsync(service, most, "retract", "our_error");
        await ChangeAsync(service, several, "reinstate", "source_corrected");

        var diff = await service.ReadAsync($"/v1/countries/CN/diff?supplier=US&from=,{before}");

        // From most to several: R3 from 100 to 2/3 of it, reliance to (0 + 25 + 66.67 + 50) / 4.
        Assert.Equal(["reliance 35.42", "R3 66.67"], Numbers(diff).Select(n => $"{NameOf(n)} {Shown(n.GetProperty("after")).Split(' ')[0]}"));
        Assert.All(Numbers(diff), n => Assert.Equal(($"{retracted}", "our_error"), Explained(n)));
        Assert.Equal(5, diff.GetProperty("events").GetArrayLength());

        // The same way back: the retraction is what is undone.
        var undone = await service.ReadAsync($"/v1/countries/CN/diff?supplier=US&from=,{await service.LastSequenceAsync()}&to=,{before}");
        Assert.All(Numbers(undone), n => Assert.Equal(($"{retracted}", "our_error"), Explained(n)));
        Assert.True(undone.GetProperty("undone").GetBoolean());
    }

    [Fact]
    public async Task a_day_on_which_codes_only_went_stale_is_no_cause_of_an_index()
    {
        await using var service = await SeededService.StartAsync(database);
        var before = await service.LastSequenceAsync();
        var retracted = await ChangeAsync(service, await IdAsync(service, "assessor", "Beijing Academy of Artificial Intelligence", "baseModel"), "retract", "our_error");

        // What is of the article's day goes stale 366 days after it, on 2025-05-10.
        var diff = await service.ReadAsync($"/v1/countries/CN/diff?supplier=US&from=2025-05-09,{before}&to=2025-05-10,{retracted}");

        var reliance = Numbers(diff).First();
        Assert.Equal(("reliance", "43.75", "35.42"), (NameOf(reliance), Shown(reliance.GetProperty("before")).Split(' ')[0], Shown(reliance.GetProperty("after")).Split(' ')[0]));
        Assert.Equal(($"{retracted}", "our_error"), Explained(reliance));
        Assert.Empty(reliance.GetProperty("days").EnumerateArray());
        var stale = Numbers(diff).First(n => Text(n, "indicator") is not null && n.GetProperty("after").GetProperty("stale").GetBoolean());
        Assert.Equal(["2025-05-10"], stale.GetProperty("days").EnumerateArray().Select(d => d.GetString()));
    }

    [Fact]
    public async Task an_index_names_the_days_on_which_it_moved()
    {
        var diff = await seeds.Service.ReadAsync("/v1/countries/CN/diff?supplier=US&from=2024-05-08&to=2025-05-10");
        Assert.Equal(["2024-05-09"], Numbers(diff).Single(n => NameOf(n) == "reliance").GetProperty("days").EnumerateArray().Select(d => d.GetString()));
    }

    [Fact]
    public async Task an_event_that_only_another_day_s_number_needs_is_not_named()
    {
        (await empty.PostAsync("/v1/providers", new JsonObject { ["name"] = "Two Reports AI", ["home"] = "US" })).Is(HttpStatusCode.Created);
        var several = (await empty.PostAsync("/v1/facts", Integration("several", "2023-01-01"))).Is(HttpStatusCode.Created);
        var most = (await empty.PostAsync("/v1/facts", Integration("most", "2024-01-01"))).Is(HttpStatusCode.Created);
        var retracted = (await empty.PostAsync($"/v1/facts/{several.Text("id")}/retract", A.Change())).Is(HttpStatusCode.OK);

        var diff = (await empty.GetAfterAsync(retracted, $"/v1/countries/WF/diff?supplier=US&from=2023-06-01,{most.Sequence}&to=2024-06-01,{retracted.Sequence}")).Is(HttpStatusCode.OK).Json;

        // The later report stands by the second day, whether or not the earlier one was ever made.
        var number = Numbers(diff).Single(n => NameOf(n) == "R4");
        Assert.Equal(("", "world_changed"), Explained(number));
        Assert.Equal(["2024-01-01"], number.GetProperty("days").EnumerateArray().Select(d => d.GetString()));
        Assert.Equal("fact_retracted", Text(Assert.Single(diff.GetProperty("events").EnumerateArray()), "type"));

        static JsonObject Integration(string extent, string occurred) => new()
        {
            ["type"] = "integration_reported",
            ["country"] = "WF",
            ["provider"] = "Two Reports AI",
            ["extent"] = extent,
            ["route"] = "official",
            ["occurred"] = occurred,
            ["source"] = A.Source($"Report of {occurred}"),
            ["tier"] = "B",
        };
    }

    [Fact]
    public async Task a_denial_contests_and_the_difference_names_it()
    {
        await using var service = await SeededService.StartAsync(database);
        var before = await service.LastSequenceAsync();
        var denial = (await service.PostAsync("/v1/facts", new JsonObject
        {
            ["type"] = "derivation_denied",
            ["country"] = "CN",
            ["model"] = "Yi-34B",
            ["baseModel"] = "Llama",
            ["developer"] = "01.AI",
            ["baseProvider"] = "Meta",
            ["occurred"] = "2023-11",
            ["source"] = A.Source("Model card"),
            ["tier"] = "C",
        })).Is(HttpStatusCode.Created);

        var diff = await service.ReadAsync($"/v1/countries/CN/diff?supplier=US&from=,{before}");

        var number = Assert.Single(Numbers(diff), n => Text(n, "indicator") is not null);
        Assert.Equal(("R3", false, true), (Text(number, "indicator"), Contested(number, "before"), Contested(number, "after")));
        Assert.Equal(denial.Text("id"), Text(Assert.Single(Events(diff, number)), "fact"));
        Assert.Equal("43.75", Shown((await service.ReadAsync("/v1/countries/CN?supplier=US")).GetProperty("suppliers")[0].GetProperty("reliance")).Split(' ')[0]);
    }

    [Theory]
    [InlineData("X3", "2023-12-31", "50")] // ByteDance's account, 2023-12: (2 - 0.5) / 3
    [InlineData("X4", "2023-12-31", "33.33")] // the guidance of 2023~: 1 / 3
    [InlineData("R3", "2023-11-30", "33.33")] // Yi-34B, 2023-11: 1 / 3
    [InlineData("reliance", "2024-05-09", "43.75")] // the article's day
    public async Task a_history_steps_on_the_day_from_which_a_fact_counts(string number, string day, string value)
    {
        var service = seeds.Service;

        var steps = Steps(await service.ReadAsync($"/v1/countries/CN/history?supplier=US&index={number}"));
        var step = steps.First(s => s.GetProperty("number").GetProperty("value").ValueKind == JsonValueKind.Number);
        Assert.Equal((day, value), (Text(step, "day"), Shown(step.GetProperty("number")).Split(' ')[0]));
        Assert.NotEmpty(step.GetProperty("began").EnumerateArray());

        // Between the day before and the day nothing was recorded: the day itself explains the difference.
        var eve = DateOnly.Parse(day).AddDays(-1);
        var diff = await service.ReadAsync($"/v1/countries/CN/diff?supplier=US&from={eve:O}&to={day}");
        var changed = Numbers(diff).Single(n => (Text(n, "index") ?? Text(n, "indicator")) == number);
        Assert.Equal([day], changed.GetProperty("days").EnumerateArray().Select(d => d.GetString()));
        Assert.Equal(["world_changed"], changed.GetProperty("causes").EnumerateArray().Select(c => c.GetString()));
        Assert.Empty(diff.GetProperty("events").EnumerateArray());
    }

    [Fact]
    public async Task a_step_names_only_what_its_number_needs_with_the_event_that_recorded_it()
    {
        var service = seeds.Service;
        // R3 stands at most since March: what Reuters assesses itself, several, moves nothing.
        var several = await IdAsync(service, "assessor", "Reuters");

        var step = Steps(await service.ReadAsync("/v1/countries/CN/history?supplier=US")).Single(s => Text(s, "day") == "2024-05-09");
        Assert.DoesNotContain(several, step.GetProperty("began").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(step.GetProperty("began").EnumerateArray().Select(id => id.GetString()), step.GetProperty("turns").EnumerateArray().Select(t => Text(t, "fact") ?? Text(t, "measure")));

        var diff = await service.ReadAsync("/v1/countries/CN/diff?supplier=US&from=2024-05-08&to=2024-05-09");
        Assert.All(Numbers(diff), n => Assert.DoesNotContain(several, n.GetProperty("turns").EnumerateArray().Select(t => Text(t, "fact"))));
        Assert.All(diff.GetProperty("days").EnumerateArray(), d => Assert.DoesNotContain(several, d.GetProperty("began").EnumerateArray().Select(id => id.GetString())));
    }

    [Fact]
    public async Task a_measure_is_named_by_the_entry_that_moved_it_also_where_it_ends_by_itself()
    {
        var control = A.Measure("us-on-niue", "US", "proposed", "2023-01-01").With("kind", "export_control").With("targets", new JsonArray("NU"))
            .With("scope", new JsonObject { ["layers"] = new JsonArray("closed_weights") });
        var proposed = (await empty.PostAsync("/v1/measures", control)).Is(HttpStatusCode.Created);
        var adopted = (await empty.PostAsync("/v1/measures/us-on-niue/adopt", A.Move("2023-03-01").With("effective", "2023-06-01").With("expires", "2023-08-31"))).Is(HttpStatusCode.Created);

        const string pair = "supplier=US&index=X1&asOf=2023-12-31";
        var steps = Steps((await empty.GetAfterAsync(adopted, $"/v1/countries/NU/history?{pair}")).Is(HttpStatusCode.OK).Json);
        string[] turns =
        [
            $"2023-01-01 {proposed.Sequence} measure_proposed us-on-niue 1",
            $"2023-03-01 {adopted.Sequence} measure_adopted us-on-niue 2",
            $"2023-06-01 {adopted.Sequence} measure_adopted us-on-niue 2",
            $"2023-09-01 {adopted.Sequence} measure_adopted us-on-niue 2",
        ];
        Assert.Equal(turns, steps.Select(s => Told(Assert.Single(s.GetProperty("turns").EnumerateArray()))));

        var diff = (await empty.GetAsync("/v1/countries/NU/diff?supplier=US&from=2023-02-01&to=2023-07-01")).Is(HttpStatusCode.OK).Json;
        Assert.Equal([turns[2]], Numbers(diff).Single(n => NameOf(n) == "X1").GetProperty("turns").EnumerateArray().Select(Told));

        static string Told(JsonElement turn) => string.Join(' ', Text(turn, "day"), turn.GetProperty("sequence"), Text(turn, "type"), Text(turn, "measure"), turn.GetProperty("entry"));
    }

    [Fact]
    public async Task the_record_tells_what_was_published_for_a_day_or_an_earlier_one()
    {
        const string record = "/v1/countries/CN/history?supplier=US&along=record";
        var whole = await seeds.Service.ReadAsync(record);
        var first = DateOnly.Parse(Text(Steps(whole)[0], "day")!);

        // Nothing was published before anything was recorded.
        Assert.Empty(Steps(await seeds.Service.ReadAsync($"{record}&asOf={first.AddDays(-1):O}")));
        Assert.Equal(Steps(whole).Select(s => s.GetRawText()), Steps(await seeds.Service.ReadAsync($"{record}&asOf={Text(whole, "asOf")}")).Select(s => s.GetRawText()));
    }

    [Theory]
    [InlineData("from=2023-12-31", "2023-12-31")]
    [InlineData("from=2024-01-01", "2023-12-31")] // what holds when it begins
    [InlineData("from=2023-12-30", "2023-12-31")] // nothing is known by then
    public async Task a_history_from_a_day_on_begins_with_what_held_then(string range, string first) =>
        Assert.Equal(first, Text(Steps(await seeds.Service.ReadAsync($"/v1/countries/CN/history?supplier=US&index=X3&{range}"))[0], "day"));

    [Fact]
    public async Task the_first_day_there_is_begins_a_history_and_the_last_one_ends_it()
    {
        (await empty.PostAsync("/v1/providers", new JsonObject { ["name"] = "First Day AI", ["home"] = "US" })).Is(HttpStatusCode.Created);
        var fact = (await empty.PostAsync("/v1/facts", A.Suspension("BT", "First Day AI", occurred: "0001-01-01"))).Is(HttpStatusCode.Created);
        var control = A.Measure("us-on-bt", "US", "in_force", "2024-01-01").With("kind", "export_control").With("targets", new JsonArray("BT"))
            .With("scope", new JsonObject { ["layers"] = new JsonArray("closed_weights") }).With("expires", "9999-12-31");
        var measure = (await empty.PostAsync("/v1/measures", control)).Is(HttpStatusCode.Created);

        var steps = Steps((await empty.GetAfterAsync(measure, "/v1/countries/BT/history?supplier=US&index=X3&asOf=9999-12-31")).Is(HttpStatusCode.OK).Json);
        Assert.Equal(["0001-01-01", "0002-01-02"], steps.Select(s => Text(s, "day")));
        Assert.Equal(fact.Text("id"), Assert.Single(steps[0].GetProperty("began").EnumerateArray()).GetString());
        Assert.True(steps[1].GetProperty("number").GetProperty("stale").GetBoolean());
        (await empty.GetAsync("/v1/countries/BT/history?supplier=US&asOf=0001-01-01")).Is(HttpStatusCode.OK);
        (await empty.GetAsync("/v1/countries/BT/diff?from=0001-01-01&to=9999-12-31")).Is(HttpStatusCode.OK);
        (await empty.GetAsync("/v1/countries/BT/timeline?from=0001-01-01&to=9999-12-31&asOf=9999-12-31")).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/v1/countries/CN/diff", "missing_field")]
    [InlineData("/v1/countries/CN/diff?from=May", "date_not_supported")]
    [InlineData("/v1/countries/CN/diff?from=2024-05-09,soon", "date_not_supported")]
    [InlineData("/v1/countries/CN/history", "missing_field")]
    [InlineData("/v1/countries/CN/history?supplier=US&index=R9", "unknown_value")]
    [InlineData("/v1/countries/CN/history?supplier=US&from=2024-02-02&to=2024-02-01", "fields_disagree")]
    [InlineData("/v1/countries/CN/timeline?type=measure_ammended", "unknown_type")]
    [InlineData("/v1/countries/CN/timeline?from=2024-02-02&to=2024-02-01", "fields_disagree")]
    public async Task what_is_no_question_is_refused(string path, string code) =>
        (await empty.GetAsync(path)).IsProblem(code);

    private static List<JsonElement> Numbers(JsonElement diff) => [.. diff.GetProperty("pairs").EnumerateArray().SelectMany(p => p.GetProperty("numbers").EnumerateArray())];

    private static List<JsonElement> Steps(JsonElement history) => [.. history.GetProperty("steps").EnumerateArray()];

    private static List<JsonElement> Events(JsonElement diff, JsonElement number)
    {
        var responsible = number.GetProperty("events").EnumerateArray().Select(s => s.GetInt64()).ToHashSet();
        return [.. diff.GetProperty("events").EnumerateArray().Where(e => responsible.Contains(e.GetProperty("sequence").GetInt64()))];
    }

    private static async Task RecordDerivationAsync(RunningService service) => (await service.PostAsync("/v1/facts", new JsonObject
    {
        ["type"] = "derivation_reported",
        ["country"] = "CN",
        ["model"] = "Another model",
        ["baseModel"] = "Llama",
        ["developer"] = "Another lab",
        ["baseProvider"] = "Meta",
        ["relation"] = "fine_tuned",
        ["occurred"] = "2024-01",
        ["source"] = A.Source(),
        ["tier"] = "B",
    })).Is(HttpStatusCode.Created);

    /// <returns>The sequence of the change.</returns>
    private static async Task<long> ChangeAsync(RunningService service, string fact, string act, string cause) =>
        (await service.PostAsync($"/v1/facts/{fact}/{act}", A.Change(cause))).Is(HttpStatusCode.OK).Sequence;

    private static string? NameOf(JsonElement number) => Text(number, "index") ?? Text(number, "indicator");

    private static (string Events, string Causes) Explained(JsonElement number) => (string.Join(' ', number.GetProperty("events").EnumerateArray()), string.Join(' ', number.GetProperty("causes").EnumerateArray()));

    private static bool Contested(JsonElement number, string when) => number.GetProperty(when).GetProperty("contested").GetBoolean();

    private static string? Text(JsonElement of, string member) => of.TryGetProperty(member, out var text) ? text.GetString() : null;

    private static string Shown(JsonElement index) =>
        string.Create(CultureInfo.InvariantCulture, $"{(index.GetProperty("value") is { ValueKind: JsonValueKind.Number } value ? (decimal?)value.GetDecimal() : null):0.##} [{index.GetProperty("low").GetDecimal():0.##} {index.GetProperty("high").GetDecimal():0.##}]");

    private static async Task<string> IdAsync(RunningService service, string field, string value, string? with = null) =>
        (await service.ReadAsync("/v1/facts?country=CN&limit=1000")).GetProperty("items").EnumerateArray()
            .Single(f => Text(f, field) == value && (with is null || Text(f, with) is not null)).GetProperty("id").GetString()!;
}
