using System.Text.Json.Serialization;

namespace PolicyTracker.Reliance;

/// <summary>What the method makes of one indicator of a pair.</summary>
public sealed record IndicatorConclusion
{
    public required Indicator Id { get; init; }
    /// <summary>The code, or null when nothing codes it: missing is never zero.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Value { get; init; }
    /// <summary>1 general, 0 targeted or limited; null when not coded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Flag { get; init; }
    /// <summary>From 0 to 100; null when not coded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public decimal? Score { get; init; }
    /// <summary>The least score that the contradicting evidence allows; 0 when not coded.</summary>
    public required decimal Low { get; init; }
    /// <summary>The greatest score that the contradicting evidence allows; 100 when not coded.</summary>
    public required decimal High { get; init; }
    public required bool Contested { get; init; }
    /// <summary>Whether nothing has supported the code for longer than the method's days of staleness. The code stands.</summary>
    public bool Stale { get; init; }
    /// <summary>Null when not coded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Confidence? Confidence { get; init; }

    /// <summary>Section 4, rules 3 and 4: from the subjects of one indicator to its code and interval.</summary>
    internal static IndicatorConclusion From(MethodDefinition method, IndicatorDefinition indicator, IEnumerable<TallyGroup> subjects, DateOnly asOf)
    {
        var groups = subjects.ToList();
        if (groups.Any(group => group.Latest is { Firm: true, Winner: not null }))
            groups.RemoveAll(group => !group.Latest.Firm);

        var contested = groups.Any(group => group.Latest.Contested);
        var codes = Coding.Codes(indicator, groups, state => state.Winner);
        if (codes.Count == 0)
            return new IndicatorConclusion { Id = indicator.Id, Low = 0, High = 100, Contested = contested };

        var value = codes.Max(code => code.Value);
        var winning = codes.Where(code => code.Value == value).ToList();
        var score = ScoreOf(indicator, codes);
        decimal[] scenarios =
        [
            score,
            ScoreOf(indicator, Coding.Codes(indicator, groups, state => state.Least)),
            ScoreOf(indicator, Coding.Codes(indicator, groups, state => state.Greatest)),
        ];
        var stale = asOf.DayNumber - winning.Max(code => code.Newest).DayNumber > method.StaleAfterDays;
        return new IndicatorConclusion
        {
            Id = indicator.Id,
            Value = value,
            Flag = winning.Any(code => code.General) ? 1 : 0,
            Score = score,
            Low = scenarios.Min(),
            High = scenarios.Max(),
            Contested = contested,
            Stale = stale,
            Confidence = winning.Max(code => code.Confidence).Down((contested ? 1 : 0) + (stale ? 1 : 0)),
        };
    }

    internal IndicatorConclusion Rounded() => this with
    {
        Score = Score is { } score ? Arithmetic.Rounded(score) : null,
        Low = Arithmetic.Rounded(Low),
        High = Arithmetic.Rounded(High),
    };

    private static decimal ScoreOf(IndicatorDefinition indicator, List<Code> codes) =>
        codes.Count == 0 ? 0 : codes.Max(code => Arithmetic.SubScore(code.Value, code.General, indicator.Top));
}
