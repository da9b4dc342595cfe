using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>An analyst codes an indicator by hand.</summary>
[WireName("indicator_coded")]
public sealed record IndicatorCoded : Fact
{
    [Identifying, CountryCode] public required string Supplier { get; init; }
    [Identifying] public required Indicator Indicator { get; init; }
    /// <summary>From 0 to the top of the indicator's scale.</summary>
    [Range(0, 3)] public required int Value { get; init; }
    /// <summary>1 general, 0 targeted or limited.</summary>
    [Range(0, 1)] public required int Flag { get; init; }
    [MaxLength(2000)] public required string Rationale { get; init; }
}
