using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using PolicyTracker.Tests.Support;

namespace PolicyTracker.Tests.Views;

/// <summary>A random sequence of writes about one country. Its facts speak of few subjects, so that they replace, contradict and end each other; so do its measures.</summary>
internal static class Script
{
    private static readonly string[] Providers = ["Alpha", "Beta", "Gamma", "Homeless"];
    private static readonly string[] Days = ["2023-11", "2024-01-15", "2024-02~", "../2024-03", "2024-04-01", "2024-05-01"];
    private static readonly string[] Publishers = ["Example Wire", "Other Post", "Third Times"];

    /// <summary>One step: what is done, to which earlier fact, and which of the few words it uses.</summary>
    public sealed record Step(int Act, int Target, int Kind, int Provider, int Other, int Day, int Publisher, int Tier);

    public static readonly Gen<Step[]> Steps = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, 99], Gen.Int[0, 11], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 2],
        (act, target, kind, provider, other, day, publisher, tier) => new Step(act, target, kind, provider, other, day, publisher, tier)).Array[45];

    /// <summary>Registers the providers that have a home, one of them in the country itself.</summary>
    public static async Task PrepareAsync(RunningService service, string country)
    {
        foreach (var (name, home) in new[] { ("Alpha", "US"), ("Beta", "US"), ("Gamma", country) })
            (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = $"{name} {country}", ["home"] = home, ["reviewed"] = true })).Is(HttpStatusCode.Created);
    }

    /// <summary>Carries out a step; the answer tells the sequence, also where nothing changed.</summary>
    /// <param name="ids">The facts and measures recorded so far.</param>
    public static async Task<Reply> RunAsync(RunningService service, string country, Step step, List<string> ids)
    {
        var (facts, measures) = (ids.Where(id => !IsMeasure(id)).ToList(), ids.Where(IsMeasure).ToList());
        var reply = step.Act switch
        {
            0 when facts.Count > 0 => await service.PostAsync($"/v1/facts/{Target()}/retract", A.Change()),
            1 when facts.Count > 0 => await service.PostAsync($"/v1/facts/{Target()}/reinstate", A.Change("source_corrected")),
            2 when facts.Count > 0 => await service.PostAsync($"/v1/facts/{Target()}/dispute", A.Why()),
            3 when facts.Count > 0 => await service.PostAsync($"/v1/facts/{Target()}/confirm", A.Why().With("on", "2024-06-01")),
            4 when facts.Count > 0 => await service.PostAsync($"/v1/facts/{Target()}/correct", A.Correction(Fact(country, step))),
            5 => await service.PostAsync("/v1/measures", Measure(country, step)),
            6 => await service.PostAsync($"/v1/providers/homeless-{country.ToLowerInvariant()}/correct",
                new JsonObject { ["entry"] = new JsonObject { ["name"] = $"Homeless {country}", ["home"] = step.Other == 0 ? null : "US" }, ["why"] = "Found out." }),
            7 when measures.Count > 0 => await OnMeasureAsync(service, measures[step.Target % measures.Count], country, step),
            _ => await service.PostAsync("/v1/facts", Fact(country, step)),
        };
        if (reply.Status == HttpStatusCode.Created && reply.Body?["id"]?.GetValue<string>() is { } id && (id.Length == 20 || IsMeasure(id)) && !ids.Contains(id))
            ids.Add(id);
        return reply;

        string Target() => facts[step.Target % facts.Count];
    }

    // No fact's id has a hyphen.
    public static bool IsMeasure(string id) => id.Contains('-', StringComparison.Ordinal);

    private static Task<Reply> OnMeasureAsync(RunningService service, string id, string country, Step step) => step.Kind switch
    {
        0 => service.PostAsync($"/v1/measures/{id}/{new[] { "adopt", "rescind", "resume" }[step.Other]}", A.Move(Days[step.Day])),
        1 => service.PostAsync($"/v1/measures/{id}/resume", A.Move(Days[step.Day])),
        2 => service.PostAsync($"/v1/measures/{id}/amend", A.Move(Days[step.Day]).With("changes", new JsonObject { ["targets"] = new JsonArray(country, "DK") })),
        3 => service.PostAsync($"/v1/measures/{id}/suspend", A.Move(Days[step.Day])),
        <= 5 => service.PostAsync($"/v1/measures/{id}/entries/{1 + step.Other}/retract", A.Change()),
        <= 7 => service.PostAsync($"/v1/measures/{id}/entries/{1 + step.Other}/reinstate", A.Change("source_corrected")),
        _ => service.PostAsync($"/v1/measures/{id}/entries/1/correct", Corrected(id, country, step)),
    };

    private static JsonObject Corrected(string id, string country, Step step) => A.Change().With("occurred", Days[step.Day]).With("source", A.Source()).With("tier", "B")
        .With("definition", new JsonObject
        {
            ["kind"] = "export_control",
            ["issuer"] = "US",
            ["title"] = $"Corrected {id}",
            ["targets"] = new JsonArray(step.Other == 0 ? "DK" : country),
            ["scope"] = new JsonObject { ["layers"] = new JsonArray("compute") },
        });

    private static JsonObject Fact(string country, Step step)
    {
        var fact = new JsonObject
        {
            ["country"] = country,
            ["occurred"] = Days[step.Day],
            ["tier"] = "ABC"[step.Tier].ToString(),
            ["source"] = new JsonObject { ["publisher"] = Publishers[step.Publisher], ["title"] = $"Report {step.Target % 4}" },
        };
        var provider = $"{Providers[step.Provider]} {country}";
        (string, JsonNode)[] says = step.Kind switch
        {
            0 or 1 => [("type", "account_suspended"), ("provider", provider), ("holder", $"holder {step.Other}")],
            2 => [("type", "account_reinstated"), ("provider", provider), ("holder", $"holder {step.Other}")],
            3 => [("type", "service_offered"), ("provider", provider), ("service", $"service {step.Other}"), ("route", step.Target % 2 == 0 ? "direct" : "partner"), ("audience", "public")],
            4 => [("type", "service_withheld"), ("provider", provider), ("service", $"service {step.Other}")],
            5 => [("type", "unofficial_access_reported"), ("provider", provider), ("means", new JsonArray("vpn")), ("prevalence", step.Target % 2 == 0 ? "reported" : "commonplace")],
            6 => [("type", "derivation_reported"), ("model", $"model {step.Other}"), ("baseModel", "base"), ("developer", $"Gamma {country}"), ("baseProvider", provider), ("relation", "fine_tuned")],
            7 => [("type", "derivation_denied"), ("model", $"model {step.Other}"), ("baseModel", "base"), ("developer", $"Gamma {country}"), ("baseProvider", provider)],
            8 => [("type", "reliance_assessed"), ("assessor", $"assessor {step.Other}"), ("baseModel", "base"), ("baseProvider", provider), ("extent", Extent(step)), ("statement", "It does.")],
            9 => [("type", "approvals_counted"), ("domestic", new JsonObject { ["atLeast"] = step.Target }), ("foreign", new JsonObject { ["atLeast"] = 0, ["atMost"] = step.Other })],
            10 => [("type", "model_approved"), ("authority", "The authority"), ("provider", provider), ("model", $"model {step.Other}")],
            _ => [("type", "integration_reported"), ("provider", provider), ("extent", Extent(step)), ("route", step.Target % 2 == 0 ? "official" : "unofficial")],
        };
        foreach (var (name, value) in says)
            fact[name] = value;
        return fact;
    }

    private static string Extent(Step step) => new[] { "none", "isolated", "several", "most" }[step.Target % 4];

    private static JsonObject Measure(string country, Step step) => step.Kind % 2 == 0
        ? A.Measure($"{country.ToLowerInvariant()}-m{step.Target}", country, "in_force", Days[step.Day]).With("kind", step.Other == 0 ? "approval_regime" : "guidance")
        : A.Measure($"us-on-{country.ToLowerInvariant()}-{step.Target}", "US", step.Target % 3 == 0 ? "planned" : "adopted", Days[step.Day]).With("kind", "export_control").With("targets", new JsonArray(country))
            .With("scope", new JsonObject { ["layers"] = new JsonArray("closed_weights", "compute") }).With("effective", "2024-07").With("expires", "2025-07-01");
}
