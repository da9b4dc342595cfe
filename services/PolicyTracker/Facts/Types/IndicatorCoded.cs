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

    public override IEnumerable<Violation> Violations()
    {
        var top = Indicator.Top();
        if (Value > top)
            yield return new Violation(Codes.OutOfRange, "value", $"The scale of {Indicator} ends at {top}.", [$"0 to {top}"]);
        if (Supplier == Country)
            yield return new Violation(Codes.FieldsDisagree, "supplier", "A country is no supplier to itself: reliance is of one country on another.");
    }
}
