using System.Collections.Immutable;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Reliance;

/// <summary><c>reliance/1.0.0</c>. Its numbers never change.</summary>
internal static class RelianceOne
{
    private const string EveryUser = "The public at large, all sectors, lawful.";
    private const string SomeUsers = "One provider, one user group, or a route that breaks terms or law.";

    public static readonly MethodDefinition Definition = new()
    {
        Id = "reliance/1.0.0",
        Indices =
        [
            new(RelianceIndex.Reliance, "Reliance", [R1, R2, R3, R4, R5], Required: 3),
            new(RelianceIndex.Restriction, "Restriction", [X1, X2, X3, X4], Required: 3),
            new(RelianceIndex.Substitution, "Substitution", [S1, S2], Required: 2),
        ],
        Indicators =
        [
            new(R1, RelianceIndex.Reliance, "Hosted services", 3,
                ["None offered", "Enterprise or partner route only", "At least one service offered to the public directly", "Three or more services of the basket"],
                EveryUser, SomeUsers),
            new(R2, RelianceIndex.Reliance, "Informal access", 2,
                ["Looked for, none found", "Reported", "Called commonplace by two or more publishers"], EveryUser, SomeUsers),
            new(R3, RelianceIndex.Reliance, "Model derivation", 3, Extents("the leading models"), EveryUser, SomeUsers),
            new(R4, RelianceIndex.Reliance, "Embedded tools and APIs", 3, Extents("the local products"), EveryUser, SomeUsers),
            new(R5, RelianceIndex.Reliance, "Compute: chips and cloud", 3, Extents("the compute in use"), EveryUser, SomeUsers),
            new(X1, RelianceIndex.Restriction, "The supplier's controls on models", 3, ControlStages,
                "Hosted closed models, closed weights and open weights are all covered.", "Some of them are covered."),
            new(X2, RelianceIndex.Restriction, "The supplier's controls on compute", 3, ControlStages,
                "Compute is covered whole.", "Some of it, or listed entities only."),
            new(X3, RelianceIndex.Restriction, "Providers' own action", 3,
                ["None", "Notice or terms", "Accounts suspended", "A service withheld"], "Three or more providers withhold a service.", SomeUsers),
            new(X4, RelianceIndex.Restriction, "Host-side barrier", 3,
                ["None", "Advisory, limits on government use, or an approval regime with foreign approvals", "Approval regime with no foreign approval", "Legal exclusion"],
                EveryUser, "Public bodies only."),
            new(S1, RelianceIndex.Substitution, "Approved domestic models", 3, ["0", "1 to 9", "10 to 39", "40 or more"], EveryUser, SomeUsers),
            new(S2, RelianceIndex.Substitution, "Self-reliance policy", 3,
                ["None", "Statement", "Directive", "Mandate with targets"], EveryUser, SomeUsers),
        ],
        Baskets = [new("US", ["ChatGPT", "DALL-E", "OpenAI API", "Copilot", "Gemini", "Claude"])],
        Codebook = RelianceMethodText.Codebook,
        Rules = RelianceMethodText.Rules,
        StaleAfterDays = 365,
        FullConfidenceCoverage = 0.8m,
    };

    private static ImmutableArray<string> ControlStages => ["None, or lifted", "Reported, planned or proposed", "Adopted and not in force", "In force"];

    private static ImmutableArray<string> Extents(string ofWhat) => [$"None of {ofWhat}", $"Isolated cases among {ofWhat}", $"Several of {ofWhat}", $"Most of {ofWhat}"];
}
