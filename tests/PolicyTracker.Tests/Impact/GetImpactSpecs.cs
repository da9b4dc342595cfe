using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Impact;

/// <summary>The impact of the founding case's measure, as the seed's golden result says.</summary>
public sealed class GetImpactSpecs(FoundingCase seeds) : IClassFixture<FoundingCase>
{
    private const string Guardrails = "/v1/measures/us-closed-model-guardrails/impact";

    private readonly RunningService _service = seeds.Service;

    [Fact]
    public async Task a_control_on_closed_models_puts_three_sevenths_of_the_coded_reliance_at_risk()
    {
        var impact = Target(await _service.ReadAsync($"{Guardrails}?target=CN"));

        Assert.Equal(42.86m, impact.GetProperty("atRisk").GetDecimal());
        Assert.Equal("R1 at_risk 0, R2 at_risk 25, R3 untouched 100, R4 at_risk 50, R5 unknown ", string.Join(", ", impact.GetProperty("channels").EnumerateArray()
            .Select(c => $"{c.GetProperty("id")} {c.GetProperty("fate")} {(c.GetProperty("score") is { ValueKind: JsonValueKind.Number } score ? score.GetDecimal().ToString("0.##") : "")}")));
        Assert.Equal(["R5"], impact.GetProperty("unknown").EnumerateArray().Select(i => i.GetString()));
        Assert.Equal(["integration_reported", "unofficial_access_reported"], Types(impact, "cut"));
        Assert.Equal(["Llama"], Items(impact, "left", "technologies").Select(t => t.GetProperty("name").GetString()));
        var account = Assert.Single(Items(impact, "left", "accounts"));
        Assert.Equal(("ByteDance", true), (account.GetProperty("holder").GetString(), account.GetProperty("suspended").GetBoolean()));
    }

    [Fact]
    public async Task a_target_of_which_nothing_is_coded_gets_a_reason()
    {
        var impact = Target(await _service.ReadAsync($"{Guardrails}?target=RU"));
        Assert.Equal(JsonValueKind.Null, impact.GetProperty("atRisk").ValueKind);
        Assert.Equal("No channel of reliance is coded.", impact.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task every_target_is_told_unless_one_is_asked_for() => Assert.Equal(
        ["CN", "RU"], (await _service.ReadAsync(Guardrails)).GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("target").GetString()));

    [Fact]
    public async Task the_same_scope_as_a_control_that_does_not_exist_gives_the_same()
    {
        var control = new JsonObject
        {
            ["issuer"] = "US",
            ["targets"] = new JsonArray("CN", "RU"),
            ["scope"] = new JsonObject { ["layers"] = new JsonArray("hosted_closed_models", "closed_weights"), ["excludes"] = new JsonArray("open_weights") },
        };
        var before = await _service.CountEventsAsync();
        var asked = (await _service.PostAsync("/v1/impact", control)).Is(HttpStatusCode.OK).Json;
        Assert.Equal((await _service.ReadAsync(Guardrails)).GetProperty("targets").ToString(), asked.GetProperty("targets").ToString());
        Assert.Equal(before, await _service.CountEventsAsync());
    }

    [Fact]
    public async Task a_control_is_told_for_the_day_asked_for()
    {
        var control = new JsonObject { ["issuer"] = "US", ["targets"] = new JsonArray("CN"), ["scope"] = new JsonObject { ["layers"] = new JsonArray("open_weights") }, ["effective"] = "2099-01-01" };
        var impact = (await _service.PostAsync("/v1/impact?asOf=2024-05-08", control)).Is(HttpStatusCode.OK).Json;
        // On that day R3 alone was coded.
        Assert.Equal(("2024-05-08", "asked", 100m), (impact.GetProperty("asOf").GetString(), impact.GetProperty("asOfBecause").GetString(), Target(impact).GetProperty("atRisk").GetDecimal()));
    }

    [Theory]
    [InlineData("/v1/measures/no-such-measure/impact", "not_found")]
    [InlineData($"{Guardrails}?target=HK", "unknown_value")]
    [InlineData($"{Guardrails}?target=UK", "unknown_country")]
    [InlineData($"{Guardrails}?knownAt=0", "not_found")]
    public async Task what_is_no_question_is_refused(string path, string code) => (await _service.GetAsync(path)).IsProblem(code);

    [Fact]
    public async Task a_measure_that_is_no_control_has_no_impact()
    {
        var regime = (await _service.ReadAsync("/v1/measures?kind=approval_regime")).GetProperty("items")[0].GetProperty("id").GetString();
        (await _service.GetAsync($"/v1/measures/{regime}/impact")).IsProblem("scope_required");
    }

    [Fact]
    public async Task a_control_without_a_layer_is_refused() => (await _service.PostAsync("/v1/impact", new JsonObject
    {
        ["issuer"] = "US",
        ["targets"] = new JsonArray("CN"),
        ["scope"] = new JsonObject { ["layers"] = new JsonArray("compute"), ["excludes"] = new JsonArray("compute") },
    })).IsProblem("scope_empty");

    private static JsonElement Target(JsonElement impact) => impact.GetProperty("targets").EnumerateArray().First();

    private static JsonElement.ArrayEnumerator Items(JsonElement impact, string side, string list) => impact.GetProperty(side).GetProperty(list).GetProperty("items").EnumerateArray();

    private static IEnumerable<string?> Types(JsonElement impact, string side) => Items(impact, side, "facts").Select(f => f.GetProperty("type").GetString()).Order();
}
