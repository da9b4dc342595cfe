using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Facts;
using Xunit;

namespace PolicyTracker.Tests.Facts;

/// <summary>The rules between the fields of one fact.</summary>
public class FactRulesSpecs
{
    private static IEnumerable<(string Code, string Field)> Read(string type, string fields)
    {
        var body = JsonNode.Parse(fields)!.AsObject();
        body["type"] = type;
        body["country"] = "CN";
        body["occurred"] = "2024-05";
        body["tier"] = "A";
        body["source"] = new JsonObject { ["publisher"] = "Reuters", ["title"] = "A title" };
        return Input.ReadFact(JsonSerializer.SerializeToElement(body), new DateOnly(2024, 5, 9)).Violations.Select(violation => (violation.Code, violation.Field));
    }

    [Theory]
    [InlineData("R2", 2, true)]
    [InlineData("R2", 3, false)]
    [InlineData("R1", 3, true)]
    [InlineData("S2", 3, true)]
    [InlineData("X4", 4, false)]
    public void a_code_stays_within_the_scale_of_its_indicator(string indicator, int value, bool accepted) => Assert.Equal(
        accepted ? [] : [("out_of_range", "value")],
        Read("indicator_coded", $$"""{ "supplier": "US", "indicator": "{{indicator}}", "value": {{value}}, "flag": 1, "rationale": "Seen." }"""));

    [Fact]
    public void no_country_supplies_itself()
    {
        Assert.Equal([("fields_disagree", "supplier")], Read("indicator_coded", """{ "supplier": "CN", "indicator": "R1", "value": 1, "flag": 1, "rationale": "Seen." }"""));
        Assert.Equal([("fields_disagree", "supplier")], Read("no_evidence_found", """{ "supplier": "CN", "indicator": "R1", "sourcesChecked": ["A list"] }"""));
    }

    [Fact]
    public void who_found_nothing_says_where_they_looked() =>
        Assert.Equal([("too_few", "sourcesChecked")], Read("no_evidence_found", """{ "indicator": "R1", "sourcesChecked": [] }"""));

    [Theory]
    [InlineData(41, null, true)]
    [InlineData(41, 41, true)]
    [InlineData(41, 40, false)]
    public void a_count_is_at_most_no_less_than_at_least(int atLeast, int? atMost, bool accepted) => Assert.Equal(
        accepted ? [] : [("fields_disagree", "domestic.atMost")],
        Read("approvals_counted", $$"""{ "domestic": { "atLeast": {{atLeast}}, "atMost": {{JsonSerializer.Serialize(atMost)}} }, "foreign": { "atLeast": 0 } }"""));

    [Theory]
    [InlineData("capability_claimed")]
    [InlineData("independence_claimed")]
    public void somebody_made_the_claim(string type)
    {
        Assert.Equal([("missing_field", "provider")], Read(type, """{ "model": "Example Chat" }"""));
        Assert.Empty(Read(type, """{ "attribution": "some of them" }"""));
        Assert.Empty(Read(type, """{ "provider": "Example AI" }"""));
    }

    [Fact]
    public void a_base_model_comes_with_its_provider()
    {
        Assert.Equal([("missing_field", "baseProvider")], Read("reliance_assessed", """{ "assessor": "BAAI", "baseModel": "Llama", "extent": "most", "statement": "Most." }"""));
        Assert.Empty(Read("reliance_assessed", """{ "assessor": "BAAI", "extent": "most", "statement": "Most." }"""));
    }
}
