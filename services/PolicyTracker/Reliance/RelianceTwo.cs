using System.Collections.Immutable;

namespace PolicyTracker.Reliance;

/// <summary><c>reliance/2.0.0</c>: X1 tells a control that is proposed from one that is only planned. All else is as in <c>reliance/1.0.0</c>.</summary>
internal static class RelianceTwo
{
    public static readonly MethodDefinition Definition = RelianceOne.Definition with
    {
        Id = "reliance/2.0.0",
        Indicators = [.. RelianceOne.Definition.Indicators.Select(indicator => indicator.Id == Indicator.X1 ? Finer(indicator) : indicator)],
        Codebook = [.. RelianceOne.Definition.Codebook.Select(entry => Rewritten.FirstOrDefault(other => other.Says == entry.Says) ?? entry)],
        Rules =
        [
            .. RelianceOne.Definition.Rules,
            "A code on X1 is recorded on the scale of reliance/1.0.0 and read here by its meaning: 0, 1, 2, 3 as 0, 1, 3, 4; a proposed control as 2.",
        ],
    };

    private static ImmutableArray<CodebookEntry> Rewritten =>
    [
        new("export_control", "X1 for model layers: reported, planned 1; proposed 2; adopted, suspended 3; in force 4. X2 for compute and entities: reported, planned, proposed 1; "
            + "adopted, suspended 2; in force 3. Either: rescinded, expired, abandoned 0. General only when all model layers, or compute, are covered."),
        new("indicator_coded", "As given, with its rationale; on X1 as a code of reliance/1.0.0, read by its meaning."),
    ];

    private static IndicatorDefinition Finer(IndicatorDefinition control) => control with
    {
        Top = 4,
        Levels = ["None, or lifted", "Reported or planned", "Proposed", "Adopted and not in force", "In force"],
        Recoding = new Recoding([0, 1, 3, 4], Proposed: 2),
    };
}
