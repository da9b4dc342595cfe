using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;
using static PolicyTracker.Tests.Measures.FederalRegister;

namespace PolicyTracker.Tests.Measures;

/// <summary>
/// Rules as they really came, delayed, extended and corrected, on a service of their own. Each test records what it needs: what is recorded already stays as it is.
/// </summary>
public sealed class FederalRegisterSpecs(Service service) : IClassFixture<Service>
{
    private const string Chips = "us-advanced-computing", Cyber = "us-cybersecurity-items", Intelligence = "us-military-intelligence", Suspended = "us-suspended-for-a-year";

    [Fact]
    public void the_documents_are_what_the_federal_register_published()
    {
        var file = JsonNode.Parse(File.ReadAllText(PublishedData.PathOf("federal-register-bis/documents-2020-2024.json")))!;
        foreach (var document in All)
        {
            var published = file["results"]!.AsArray().First(d => d!["document_number"]!.GetValue<string>() == document.Number)!;
            Assert.Equal((document.Title, document.Published, document.Url),
                (published["title"]!.GetValue<string>(), published["publication_date"]!.GetValue<string>(), published["html_url"]!.GetValue<string>()));
            Assert.All(document.Says, words => Assert.Contains(words, published["abstract"]!.GetValue<string>(), StringComparison.Ordinal));
        }
    }

    /// <summary>Released and in force on 7 October, as two later documents say, and published six days after.</summary>
    [Theory]
    [InlineData("2022-10-06", null)]
    [InlineData("2022-10-07", "in_force")]
    [InlineData("2022-10-12", "in_force")]
    [InlineData("2022-10-13", "in_force")]
    [InlineData("2023-01-18", "in_force")]
    [InlineData("2024-04-04", "in_force")]
    public async Task the_advanced_computing_rule_counts_from_its_release_and_not_from_its_publication(string asOf, string? stage)
    {
        await RecordChipsAsync();
        Assert.Equal(stage, await StageAsync(Chips, asOf));
    }

    [Fact]
    public async Task when_it_was_announced_published_and_effective_stays_apart()
    {
        await RecordChipsAsync();
        await RecordIntelligenceAsync();

        Assert.Equal(("2022-10-07", "2022-10-13", "2022-10-07"), Dates((await service.GetAsync($"/v1/measures/{Chips}"))["entries"][0]!));
        Assert.Equal(("2021-01-15", "2021-01-15", "2021-03-16"), Dates((await service.GetAsync($"/v1/measures/{Intelligence}"))["entries"][0]!));

        static (string, string, string) Dates(JsonNode entry) =>
            (entry["occurred"]!.GetValue<string>(), entry["source"]!["publishedOn"]!.GetValue<string>(), entry["effective"]!.GetValue<string>());
    }

    /// <summary>X2 is 3 where a control of compute is in force; the control reaches Macau with the amendment of 18 January 2023.</summary>
    [Theory]
    [InlineData("CN", "2022-10-06", null)]
    [InlineData("CN", "2022-10-07", 3)]
    [InlineData("CN", "2023-01-18", 3)]
    [InlineData("MO", "2022-10-07", null)]
    [InlineData("MO", "2023-01-17", null)]
    [InlineData("MO", "2023-01-18", 3)]
    [InlineData("HK", "2023-01-18", null)]
    public async Task a_control_reaches_a_country_from_the_day_on_which_it_is_aimed_at_it(string country, string asOf, int? code)
    {
        await RecordChipsAsync();
        Assert.Equal((code, code is null ? null : 1), await X2Async(country, $"&asOf={asOf}"));
    }

    [Fact]
    public async Task macau_hears_of_the_control_with_the_amendment_and_not_before()
    {
        var sequences = await RecordChipsAsync();
        var heard = (await service.GetAsync("/v1/countries/MO/timeline?type=measure_amended"))["items"].AsArray();
        Assert.Equal(["2024-04-04", "2023-10-25", "2023-01-18"], heard.Select(item => item!["effective"]!.GetValue<string>()));
        Assert.Empty((await service.GetAsync("/v1/countries/MO/timeline?type=measure_adopted"))["items"].AsArray());
        Assert.Empty((await service.GetAsync($"/v1/countries/MO/timeline?knownAt={sequences.Corrected}"))["items"].AsArray());

        var changed = (await service.GetAsync($"/v1/measures/{Chips}"))["entries"][1]!["changed"]!.AsObject();
        Assert.Equal(["targets"], changed.Select(field => field.Key));
        Assert.Equal("""{"before":["CN"],"after":["CN","MO"]}""", changed["targets"]!.ToJsonString());
        Assert.Equal(["CN"], await TargetsAsync("2023-01-17"));
        Assert.Equal(["CN", "MO"], await TargetsAsync("2023-01-18"));

        async Task<string[]> TargetsAsync(string asOf) =>
            [.. (await service.GetAsync($"/v1/measures/{Chips}?asOf={asOf}"))["targets"].AsArray().Select(t => t!.GetValue<string>())];
    }

    /// <summary>
    /// A correcting document is an act of its own day: until then the rule stood as it was printed, and our record of that was right. So it is an amendment of
    /// the world, not a correction of our record, which would put its text back to the first day. What it amends here is beyond what a definition says.
    /// </summary>
    [Fact]
    public async Task a_correcting_document_amends_the_rule_and_leaves_our_record_as_it_is()
    {
        var sequences = await RecordChipsAsync();
        var measure = await service.GetAsync($"/v1/measures/{Chips}");
        var entry = measure["entries"][3]!;
        Assert.Equal(("measure_amended", "2024-04-04"), (entry["type"]!.GetValue<string>(), entry["countsFrom"]!.GetValue<string>()));
        Assert.Empty(entry["changed"]!.AsObject());
        Assert.Equal(["world_changed"], entry["life"]!.AsArray().Select(e => e!["cause"]!.GetValue<string>()));
        var states = measure["states"].AsArray();
        Assert.Equal(["2022-10-07 1", "2023-01-18 2", "2023-10-25 3", "2024-04-04 4"], states.Select(s => $"{s!["from"]} {s["entry"]}"));
        Assert.True(JsonNode.DeepEquals(states[1]!["definition"], states[3]!["definition"]));
        Assert.Empty(await service.ColumnAsync("select dependent from policy.conclusion_change where sequence = $1", sequences.Amended));
    }

    /// <summary>The day of publication was first taken for the day of the rule: that was our error, and no document corrected it.</summary>
    [Theory]
    [InlineData("2022-10-06", null, null)]
    [InlineData("2022-10-07", null, 3)]
    [InlineData("2022-10-12", null, 3)]
    [InlineData("2022-10-13", 3, 3)]
    public async Task a_day_that_we_misread_is_corrected_in_our_record_and_what_was_known_before_stays(string asOf, int? before, int? after)
    {
        var sequences = await RecordChipsAsync();
        Assert.Equal(before, (await X2Async("CN", $"&asOf={asOf}&knownAt={sequences.Opened}")).Value);
        Assert.Equal(after, (await X2Async("CN", $"&asOf={asOf}&knownAt={sequences.Corrected}")).Value);
    }

    /// <summary>45 days after 19 January 2022 is 5 March 2022: 12 days are left of January, 28 has February, 5 remain. The abstract names no day, so it is about that one.</summary>
    [Theory]
    [InlineData("2021-10-20", null, null)]
    [InlineData("2021-10-21", "adopted", "adopted")]
    [InlineData("2022-01-12", "adopted", "adopted")]
    [InlineData("2022-01-18", "adopted", "adopted")]
    [InlineData("2022-01-19", "in_force", "adopted")]
    [InlineData("2022-03-04", "in_force", "adopted")]
    [InlineData("2022-03-05", "in_force", "in_force")]
    public async Task a_delayed_effective_date_moves_the_day_on_which_a_rule_is_in_force(string asOf, string? expected, string? delayed)
    {
        var (adopted, amended) = await RecordCyberAsync();
        Assert.Equal(expected, await StageAsync(Cyber, asOf, $"&knownAt={adopted}"));
        Assert.Equal(delayed, await StageAsync(Cyber, asOf, $"&knownAt={amended}"));
    }

    [Fact]
    public async Task the_date_before_the_delay_stays_readable()
    {
        await RecordCyberAsync();
        var measure = await service.GetAsync($"/v1/measures/{Cyber}");
        Assert.Equal(["2022-01-19", "2022-03-05~"], measure["entries"].AsArray().Select(e => e!["effective"]!.GetValue<string>()));
        Assert.Equal("""{"effective":{"before":"2022-01-19","after":"2022-03-05"}}""", measure["entries"][1]!["changed"]!.ToJsonString());
        Assert.Equal(["2021-10-21 adopted 2022-01-19", "2022-01-12 adopted 2022-03-05", "2022-03-05 in_force 2022-03-05"],
            measure["states"].AsArray().Select(s => $"{s!["from"]} {s["stage"]} {s["effective"]}"));
        Assert.Equal("2022-01-19", (await service.GetAsync($"/v1/measures/{Cyber}?asOf=2022-01-11")).Text("effective"));
    }

    /// <summary>Published on 15 January 2021 and effective on 16 March, as 2021-07357 says.</summary>
    [Theory]
    [InlineData("2021-01-14", null)]
    [InlineData("2021-01-15", "adopted")]
    [InlineData("2021-03-15", "adopted")]
    [InlineData("2021-03-16", "in_force")]
    [InlineData("2021-04-09", "in_force")]
    public async Task a_rule_is_adopted_between_its_publication_and_its_effect(string asOf, string? stage)
    {
        await RecordIntelligenceAsync();
        Assert.Equal(stage, await StageAsync(Intelligence, asOf));
    }

    /// <summary>Artificial: adopted on 1 March 2024, in force from 1 April on, suspended on 10 September for a year.</summary>
    [Theory]
    [InlineData("2024-02-29", null, null)]
    [InlineData("2024-03-01", "adopted", 2)]
    [InlineData("2024-04-01", "in_force", 3)]
    [InlineData("2024-09-09", "in_force", 3)]
    [InlineData("2024-09-10", "suspended", 2)]
    [InlineData("2025-09-09", "suspended", 2)]
    [InlineData("2025-09-10", "in_force", 3)]
    public async Task a_rule_suspended_for_a_year_is_in_force_again_on_the_day_after(string asOf, string? stage, int? code)
    {
        await service.PostAsync("/v1/measures", Rule(Suspended, A.Source("An artificial rule"), "2024-03-01", "2024-04-01", "An artificial rule", ["ZW"], "compute"));
        var suspended = await service.PostAsync($"/v1/measures/{Suspended}/suspend", A.Move("2024-09-10").With("until", "2025-09-09").With("source", Unpublished()));
        await service.GetAfterAsync(suspended.Is(HttpStatusCode.Created, HttpStatusCode.OK), "/v1/countries/ZW");

        Assert.Equal(stage, await StageAsync(Suspended, asOf));
        Assert.Equal(code, (await X2Async("ZW", $"&asOf={asOf}")).Value);
    }

    /// <summary>Artificial: a rule that takes effect in stages is one measure for each stage, for each has a scope and an effective day of its own.</summary>
    [Theory]
    [InlineData("2024-03-31", 2, 1)]
    [InlineData("2024-04-01", 3, 0)]
    [InlineData("2024-04-20", 3, 0)]
    [InlineData("2024-04-21", 3, 1)]
    public async Task a_rule_that_takes_effect_in_stages_reaches_each_layer_on_its_day(string asOf, int value, int flag)
    {
        await service.PostAsync("/v1/measures", Rule("us-staged-entities", Unpublished(), "2024-03-01", "2024-04-01", "An artificial rule: entities", ["ZM"], "entities"));
        var second = await service.PostAsync("/v1/measures", Rule("us-staged-compute", Unpublished(), "2024-03-01", "2024-04-21", "An artificial rule: compute", ["ZM"], "compute"));
        await service.GetAfterAsync(second.Is(HttpStatusCode.Created, HttpStatusCode.OK), "/v1/countries/ZM");

        Assert.Equal((value, flag), await X2Async("ZM", $"&asOf={asOf}"));
    }

    private static JsonObject Unpublished() => new() { ["publisher"] = "Example Gazette", ["title"] = "An artificial rule" };

    private async Task<(long Opened, long Corrected, long Amended)> RecordChipsAsync()
    {
        const string released = "2022-10-07";
        var misread = Rule(Chips, AdvancedComputing.Source(), AdvancedComputing.Published, AdvancedComputing.Published, AdvancedComputing.Title, ["CN"], "compute", "entities");
        await WriteAsync("/v1/measures", misread);
        var definition = new JsonObject();
        foreach (var field in new[] { "kind", "issuer", "authority", "title", "targets", "scope" })
            definition[field] = misread[field]!.DeepClone();
        await WriteAsync($"/v1/measures/{Chips}/entries/1/correct", A.Change().With("occurred", released).With("effective", released)
            .With("source", AdvancedComputing.Source()).With("tier", "A").With("definition", definition));
        await WriteAsync($"/v1/measures/{Chips}/amend", Act(Macau).With("changes", new JsonObject { ["targets"] = Texts("CN", "MO") }));
        await WriteAsync($"/v1/measures/{Chips}/amend", Act(Updates, "Updates the controls on advanced computing items."));
        var last = await WriteAsync($"/v1/measures/{Chips}/amend", Act(Corrections, "Corrects inadvertent errors of 2023-23055."));

        var entries = (await service.GetAfterAsync(last, $"/v1/measures/{Chips}"))["entries"];
        var sequences = entries[0]!["life"]!.AsArray().Select(e => e!["sequence"]!.GetValue<long>()).ToArray();
        return (sequences[0], sequences[1], entries[3]!["sequence"]!.GetValue<long>());
    }

    /// <summary>The interim rule itself is not among the documents: the one that delays it tells of it. Aimed at nobody by name, it codes no country.</summary>
    private async Task<(long Adopted, long Amended)> RecordCyberAsync()
    {
        var title = CybersecurityDelayed.Title.Split("; ")[0];
        await WriteAsync("/v1/measures", Rule(Cyber, CybersecurityDelayed.Source(), "2021-10-21", "2022-01-19", title, [], "compute"));
        var last = await WriteAsync($"/v1/measures/{Cyber}/amend", Act(CybersecurityDelayed).With("effective", "2022-03-05~"));
        var entries = (await service.GetAfterAsync(last, $"/v1/measures/{Cyber}"))["entries"];
        return (entries[0]!["sequence"]!.GetValue<long>(), entries[1]!["sequence"]!.GetValue<long>());
    }

    private async Task RecordIntelligenceAsync()
    {
        await WriteAsync("/v1/measures", Rule(Intelligence, EndUses.Source(), EndUses.Published, "2021-03-16", EndUses.Title, [], "entities"));
        var last = await WriteAsync($"/v1/measures/{Intelligence}/amend", Act(EndUsesCorrected, "Corrects inadvertent errors of the rule of 15 January 2021."));
        await service.GetAfterAsync(last, $"/v1/measures/{Intelligence}");
    }

    private async Task<Reply> WriteAsync(string path, JsonObject body) => (await service.PostAsync(path, body)).Is(HttpStatusCode.Created, HttpStatusCode.OK);

    private async Task<string?> StageAsync(string id, string asOf, string query = "") =>
        (await service.GetAsync($"/v1/measures/{id}?asOf={asOf}{query}")).Is(HttpStatusCode.OK).Body!["stage"]?.GetValue<string>();

    private async Task<(int? Value, int? Flag)> X2Async(string country, string query)
    {
        var x2 = (await service.GetAsync($"/v1/countries/{country}?supplier=US{query}")).Is(HttpStatusCode.OK)["suppliers"].AsArray()
            .SelectMany(s => s!["indicators"]!.AsArray()).SingleOrDefault(i => i!["id"]!.GetValue<string>() == "X2");
        return (x2?["value"]?.GetValue<int>(), x2?["flag"]?.GetValue<int>());
    }
}
