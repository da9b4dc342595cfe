using System.Text.Json.Nodes;

namespace PolicyTracker.Tests.Measures;

/// <summary>A document of the Federal Register, as its own record describes it.</summary>
/// <param name="Says">The words of its abstract on which expectations rest.</param>
internal sealed record Document(string Number, string Published, string Title, string Url, params string[] Says)
{
    public JsonObject Source() => new()
    {
        ["publisher"] = "Federal Register",
        ["title"] = Title,
        ["url"] = Url,
        ["publishedOn"] = Published,
        ["locator"] = Number,
    };
}

/// <summary>
/// Documents on US export controls, of which the records hold number, title, day of publication, address and abstract. They hold neither a day of filing nor
/// the days on which the parts of 2022-21658 took effect, and no rule that was suspended: for these the specs have artificial cases.
/// </summary>
internal static class FederalRegister
{
    private const string At = "https://www.federalregister.gov/documents/";

    public static readonly Document AdvancedComputing = new("2022-21658", "2022-10-13",
        "Implementation of Additional Export Controls: Certain Advanced Computing and Semiconductor Manufacturing Items; Supercomputer and Semiconductor End Use; Entity List Modification",
        $"{At}2022/10/13/2022-21658/implementation-of-additional-export-controls-certain-advanced-computing-and-semiconductor",
        "necessary controls on advanced computing integrated circuits (ICs)", "twenty-eight existing entities on the Entity List that are located in China");

    public static readonly Document Macau = new("2023-00888", "2023-01-18",
        "Implementation of Additional Export Controls: Certain Advanced Computing and Semiconductor Manufacturing Items; Supercomputer and Semiconductor End Use; "
        + "Entity List Modification; Updates to the Controls To Add Macau",
        $"{At}2023/01/18/2023-00888/implementation-of-additional-export-controls-certain-advanced-computing-and-semiconductor",
        "On October 7, 2022, the Bureau of Industry and Security (BIS) updated the Export Administration Regulations (EAR) to implement necessary controls",
        "adding the same controls implemented on China in that rule to Macau");

    public static readonly Document Updates = new("2023-23055", "2023-10-25",
        "Implementation of Additional Export Controls: Certain Advanced Computing Items; Supercomputer and Semiconductor End Use; Updates and Corrections",
        $"{At}2023/10/25/2023-23055/implementation-of-additional-export-controls-certain-advanced-computing-items-supercomputer-and",
        "On October 7, 2022, the Bureau of Industry and Security (BIS) released the interim final rule (IFR)");

    public static readonly Document Corrections = new("2024-07004", "2024-04-04",
        "Implementation of Additional Export Controls: Certain Advanced Computing Items; Supercomputer and Semiconductor End Use; Updates and Corrections; "
        + "and Export Controls on Semiconductor Manufacturing Items; Corrections and Clarifications",
        $"{At}2024/04/04/2024-07004/implementation-of-additional-export-controls-certain-advanced-computing-items-supercomputer-and",
        "This rule corrects inadvertent errors in those rules and makes additional clarifications for the two rules.");

    public static readonly Document EndUses = new("2021-00977", "2021-01-15",
        "Expansion of Certain End-Use and End-User Controls and Controls on Specific Activities of U.S. Persons",
        $"{At}2021/01/15/2021-00977/expansion-of-certain-end-use-and-end-user-controls-and-controls-on-specific-activities-of-us-persons",
        "certain military-intelligence end uses and end users");

    public static readonly Document EndUsesCorrected = new("2021-07357", "2021-04-09",
        "Expansion of Certain End-Use and End-User Controls and Controls on Specific Activities of U.S. Persons; Corrections; and Burma Sanctions",
        $"{At}2021/04/09/2021-07357/expansion-of-certain-end-use-and-end-user-controls-and-controls-on-specific-activities-of-us-persons",
        "These new controls were made effective on March 16, 2021.", "to address inadvertent errors introduced by the January 15, 2021 rule");

    public static readonly Document CybersecurityDelayed = new("2022-00448", "2022-01-12",
        "Information Security Controls: Cybersecurity Items; Delay of Effective Date",
        $"{At}2022/01/12/2022-00448/information-security-controls-cybersecurity-items-delay-of-effective-date",
        "On October 21, 2021, the Bureau of Industry and Security (BIS) published an interim final rule", "a 90-day delayed effective date (January 19, 2022)",
        "This rule delays the effective date of the interim final rule by 45 days.");

    public static readonly IReadOnlyList<Document> All = [AdvancedComputing, Macau, Updates, Corrections, EndUses, EndUsesCorrected, CybersecurityDelayed];

    /// <summary>A rule that its document adopts.</summary>
    public static JsonObject Rule(string id, JsonObject source, string occurred, string effective, string title, string[] targets, params string[] layers) => new()
    {
        ["id"] = id,
        ["state"] = "adopted",
        ["kind"] = "export_control",
        ["issuer"] = "US",
        ["authority"] = "Bureau of Industry and Security",
        ["title"] = title,
        ["targets"] = Texts(targets),
        ["scope"] = new JsonObject { ["layers"] = Texts(layers) },
        ["occurred"] = occurred,
        ["effective"] = effective,
        ["source"] = source,
        ["tier"] = "A",
    };

    /// <summary>A later document's act on a rule, on the day of its publication.</summary>
    public static JsonObject Act(Document document, string? note = null) =>
        new() { ["occurred"] = document.Published, ["source"] = document.Source(), ["tier"] = "A", ["note"] = note };

    public static JsonArray Texts(params string[] texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
