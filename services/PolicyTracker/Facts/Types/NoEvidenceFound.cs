using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>Somebody looked for an indicator's subject and found none.</summary>
[WireName("no_evidence_found")]
public sealed record NoEvidenceFound : Fact
{
    [Identifying] public required Indicator Indicator { get; init; }
    [Identifying, CountryCode] public string? Supplier { get; init; }
    [MinLength(1), MaxLength(100), ItemMaxLength(500)] public required ImmutableArray<string> SourcesChecked { get; init; }

    public override IEnumerable<Violation> Violations()
    {
        if (Supplier == Country)
            yield return new Violation(Codes.FieldsDisagree, "supplier", "A country is no supplier to itself: reliance is of one country on another.");
    }
}
