using System.Text.Json.Nodes;

namespace PolicyTracker.Tests.Durability;

/// <summary>A request that the service accepts, with no field that it could do without: whatever is taken away or spoilt makes it malformed.</summary>
/// <param name="Path">The route; <c>{fact}</c> stands for the id of a recorded fact.</param>
public sealed record Sample(string Path, JsonNode Body)
{
    /// <summary>Recorded before the others: what they act on.</summary>
    public static readonly Sample Fact = OfFact("account_suspended", """ "provider":"OpenAI","holder":"the one that is acted on" """);
    public static readonly Sample Provider = Of("/v1/providers", """{"name":"Provider One"}""");
    public static readonly Sample Measure = Of("/v1/measures", $$"""{"state":"planned","kind":"guidance","issuer":"US","title":"Guidance One",{{Sourced}}}""");

    public static readonly IReadOnlyList<Sample> All =
    [
        Fact, Provider, Measure,
        OfFact("service_offered", """ "provider":"OpenAI","service":"ChatGPT","route":"direct","audience":"public" """),
        OfFact("unofficial_access_reported", """ "provider":"OpenAI","means":["vpn"],"prevalence":"commonplace" """),
        OfFact("integration_reported", """ "provider":"OpenAI","extent":"several","route":"official" """),
        OfFact("derivation_reported", """ "model":"Yi-34B","baseModel":"Llama","developer":"01.AI","baseProvider":"Meta","relation":"architecture" """),
        OfFact("approvals_counted", """ "domestic":{"atLeast":40},"foreign":{"atLeast":0} """),
        OfFact("stance_stated", """ "speaker":"A spokesperson","toward":"US","stance":"critical","summary":"A summary." """),
        OfFact("no_evidence_found", """ "indicator":"R1","sourcesChecked":["a register"] """),
        OfFact("indicator_coded", """ "supplier":"US","indicator":"R1","value":1,"flag":1,"rationale":"A reason." """),
        new("/v1/facts/batch", new JsonArray(OfFact("benchmarking_reported", """ "provider":"OpenAI" """).Body)),
        Of("/v1/facts/{fact}/correct", $$"""{"cause":"our_error","why":"Misread.","fact":{{Fact.Body.ToJsonString()}}}"""),
        Of("/v1/facts/{fact}/dispute", """{"why":"A doubt."}"""),
        Of("/v1/facts/{fact}/confirm", """{"why":"Checked."}"""),
        Of("/v1/facts/{fact}/retract", """{"cause":"our_error","why":"Misread."}"""),
        Of("/v1/facts/{fact}/reinstate", """{"cause":"our_error","why":"Not misread."}"""),
        Of("/v1/facts/batch/retract", """{"ids":["{fact}"],"cause":"our_error","why":"Misread."}"""),
        Of("/v1/measures/us-guidance-one/entries/1/correct", $$"""
            {"cause":"our_error","why":"Misread.","definition":{"kind":"guidance","issuer":"US","title":"Guidance One"},{{Sourced}}}
            """),
        Of("/v1/measures/us-guidance-one/entries/1/retract", """{"cause":"our_error","why":"Misread."}"""),
        Of("/v1/measures/us-guidance-one/entries/1/reinstate", """{"cause":"our_error","why":"Not misread."}"""),
        Of("/v1/measures/us-guidance-one/adopt", $$"""{{{Sourced}}}"""),
        Of("/v1/providers/provider-one/correct", """{"why":"Misspelt.","entry":{"name":"Provider One"}}"""),
        Of("/v1/models", """{"name":"Model One"}"""),
        Of("/v1/models/model-one/correct", """{"why":"Misspelt.","entry":{"name":"Model One"}}"""),
    ];

    private const string Sourced = """ "occurred":"2024-05-01","source":{"publisher":"Example Wire","title":"A report"},"tier":"B" """;

    private static Sample OfFact(string type, string fields) => Of("/v1/facts", $$"""{"type":"{{type}}","country":"CN",{{Sourced}},{{fields}}}""");

    private static Sample Of(string path, string body) => new(path, JsonNode.Parse(body)!);

    public Sample On(string fact) => new(Path.Replace("{fact}", fact), JsonNode.Parse(Body.ToJsonString().Replace("{fact}", fact))!);
}
