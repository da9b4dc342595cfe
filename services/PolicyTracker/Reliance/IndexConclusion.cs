using System.Text.Json.Serialization;

namespace PolicyTracker.Reliance;

/// <summary>What the method makes of one index of a pair.</summary>
public sealed record IndexConclusion
{
    /// <summary>From 0 to 100; null when too few indicators are coded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public decimal? Value { get; init; }
    /// <summary>The lower end of the interval, every uncoded indicator counted as 0.</summary>
    public required decimal Low { get; init; }
    /// <summary>The upper end of the interval, every uncoded indicator counted as 100.</summary>
    public required decimal High { get; init; }
    public required Coverage Coverage { get; init; }
    /// <summary>Null when nothing is coded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Confidence? Confidence { get; init; }
    /// <summary>Why there is no value, in words.</summary>
    public string? Reason { get; init; }

    internal static IndexConclusion From(MethodDefinition method, IndexDefinition index, IReadOnlyCollection<IndicatorConclusion> indicators)
    {
        var coded = indicators.Where(indicator => indicator.Score is not null).ToList();
        var coverage = new Coverage(coded.Count, indicators.Count);
        var published = coded.Count >= index.Required;
        return new IndexConclusion
        {
            Value = published ? Arithmetic.Mean([.. coded.Select(indicator => indicator.Score!.Value)]) : null,
            Low = Arithmetic.Mean([.. indicators.Select(indicator => indicator.Low)]),
            High = Arithmetic.Mean([.. indicators.Select(indicator => indicator.High)]),
            Coverage = coverage,
            Confidence = coded.Min(indicator => indicator.Confidence)?.Down(coverage.Share >= method.FullConfidenceCoverage ? 0 : 1),
            Reason = published ? null : $"{coverage.Coded} of {coverage.Of} indicators coded; {index.Required} needed",
        };
    }

    internal IndexConclusion Rounded() => this with
    {
        Value = Value is { } value ? Arithmetic.Rounded(value) : null,
        Low = Arithmetic.Rounded(Low),
        High = Arithmetic.Rounded(High),
    };
}

/// <summary>How many indicators of an index are coded.</summary>
public sealed record Coverage(int Coded, int Of)
{
    internal decimal Share => (decimal)Coded / Of;
}
