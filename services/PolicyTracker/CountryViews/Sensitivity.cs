using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PolicyTracker.Reliance;

namespace PolicyTracker.CountryViews;

/// <summary>Why an indicator is worth looking at.</summary>
public enum OpenBecause
{
    /// <summary>Nothing codes it.</summary>
    Uncoded,
    /// <summary>Its evidence contradicts itself, or is disputed.</summary>
    Contested,
    /// <summary>Its code stands, but nothing has supported it for longer than the method's days of staleness.</summary>
    Stale,
}

/// <summary>What would be gained if one indicator were settled: coded where nothing codes it, brought to one score where it is contested, reaffirmed where it is stale.</summary>
/// <param name="Title">What to look for.</param>
/// <param name="Removes">By how many points the index's interval would narrow: 100/k for one that is uncoded, (high - low)/k for one that is contested.</param>
/// <param name="Width">How wide the index's interval is now, in points.</param>
/// <param name="Unlocks">Whether the index, which has no value now, would then have one.</param>
/// <param name="StillNeeded">How many other indicators would then still have to be coded before the index has a value.</param>
/// <param name="Least">The least value that the index could then have, every other indicator left as it is; null when it would have none.</param>
/// <param name="Greatest">The greatest.</param>
/// <param name="Levels">What each code from 0 upwards means.</param>
/// <param name="General">What the flag 1 means.</param>
/// <param name="Limited">What the flag 0 means.</param>
public sealed record OpenIndicator(
    RelianceIndex Index, Indicator Indicator, string Title, OpenBecause Because, bool Contested, bool Stale, decimal Removes, decimal Width, bool Unlocks, int StillNeeded,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Least,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Greatest,
    ImmutableArray<string> Levels, string General, string Limited)
{
    internal OpenIndicator Rounded() => this with
    {
        Removes = Arithmetic.Rounded(Removes),
        Width = Arithmetic.Rounded(Width),
        Least = Least is { } least ? Arithmetic.Rounded(least) : null,
        Greatest = Greatest is { } greatest ? Arithmetic.Rounded(greatest) : null,
    };
}

/// <summary>Which open indicators move a pair's indices most.</summary>
internal static class Sensitivity
{
    /// <summary>
    /// The indicators that are uncoded, contested or stale: those first that narrow an interval most, of those the ones that give an index its value; what is only stale
    /// comes last.
    /// </summary>
    /// <param name="pair">Its numbers exact.</param>
    public static IReadOnlyList<OpenIndicator> Of(PairConclusion pair, MethodDefinition method) =>
    [
        .. method.Indices.SelectMany(index => Of(index, pair, method))
            .OrderBy(open => open.Because == OpenBecause.Stale).ThenByDescending(open => open.Removes).ThenByDescending(open => open.Unlocks)
            .Select(open => open.Rounded()),
    ];

    private static IEnumerable<OpenIndicator> Of(IndexDefinition index, PairConclusion pair, MethodDefinition method)
    {
        var indicators = index.Indicators.Select(pair.Of).ToList();
        var scores = indicators.Select(i => i.Score).OfType<decimal>().ToList();
        foreach (var indicator in indicators)
        {
            if (Because(indicator) is not { } because)
                continue;
            var (low, high) = because == OpenBecause.Stale ? (indicator.Score!.Value, indicator.Score.Value) : (indicator.Low, indicator.High);
            var coded = scores.Count + (indicator.Score is null ? 1 : 0);
            var others = scores.Sum() - (indicator.Score ?? 0);
            var stillNeeded = Math.Max(0, index.Required - coded);
            var definition = method.Of(indicator.Id);
            yield return new OpenIndicator(
                index.Id, indicator.Id, definition.Title, because, indicator.Contested, indicator.Stale,
                Removes: (high - low) / index.Indicators.Length,
                Width: indicators.Sum(i => i.High - i.Low) / index.Indicators.Length,
                Unlocks: scores.Count < index.Required && stillNeeded == 0,
                stillNeeded,
                Least: stillNeeded == 0 ? (others + low) / coded : null,
                Greatest: stillNeeded == 0 ? (others + high) / coded : null,
                definition.Levels, definition.General, definition.Limited);
        }
    }

    private static OpenBecause? Because(IndicatorConclusion indicator) => indicator switch
    {
        { Score: null } => OpenBecause.Uncoded,
        { Contested: true } => OpenBecause.Contested,
        { Stale: true } => OpenBecause.Stale,
        _ => null,
    };
}
