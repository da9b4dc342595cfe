using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>Somebody looked for an indicator's subject and found none.</summary>
[WireName("no_evidence_found")]
public sealed record NoEvidenceFound : Fact
{
    [Identifying] public required Indicator Indicator { get; init; }
    [Identifying, CountryCode] public string? Supplier { get; init; }
    [MaxLength(100)] public required ImmutableArray<string> SourcesChecked { get; init; }
}
