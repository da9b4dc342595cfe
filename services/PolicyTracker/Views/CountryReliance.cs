using System.Collections.Immutable;
using PolicyTracker.Reliance;

namespace PolicyTracker.Views;

/// <summary>The current state of one country: what is concluded of it and how much there is behind. Its size does not grow with its facts.</summary>
public sealed record CountryReliance
{
    public required string Country { get; init; }
    /// <summary>The day for which it is concluded.</summary>
    public required DateOnly AsOf { get; init; }
    /// <summary>The method that concludes.</summary>
    public string Method { get; init; } = Methods.First.Id;
    /// <summary>What the claims come to, by supplier; <see cref="Claim.EveryPair"/> and <see cref="Claim.Unattributed"/> included.</summary>
    public ImmutableSortedDictionary<string, PairTallies> Tallies { get; init; } = ImmutableSortedDictionary.Create<string, PairTallies>(StringComparer.Ordinal);
    /// <summary>The open pairs, in the order of their suppliers.</summary>
    public ImmutableArray<PairConclusion> Pairs { get; init; } = [];
    /// <summary>How many subjects each list of the country view holds.</summary>
    public ImmutableSortedDictionary<string, int> Lists { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);
    public LastChange? LastChange { get; init; }

    /// <summary>The same country as a version of the method concludes on it.</summary>
    public CountryReliance By(MethodDefinition method) => Method == method.Id ? this : Conclude(method);

    /// <summary>The same country with its pairs concluded anew.</summary>
    public CountryReliance Conclude(MethodDefinition method) => this with
    {
        Method = method.Id,
        Pairs =
        [
            .. Tallies.Where(t => Conclusions.Opens(Country, t.Key, t.Value.ByIndicator))
                .Select(t => Conclusions.Conclude(method, Country, t.Key, t.Value.ByIndicator, Tallies.GetValueOrDefault(Claim.EveryPair, PairTallies.Empty).ByIndicator, AsOf).Rounded()),
        ],
    };
}

/// <summary>The tallies of the claims of one dependent and one supplier.</summary>
public sealed record PairTallies
{
    public static readonly PairTallies Empty = new();

    public ImmutableSortedDictionary<Indicator, Tally> ByIndicator { get; init; } = ImmutableSortedDictionary<Indicator, Tally>.Empty;
    /// <summary>How many facts and measures speak of each indicator.</summary>
    public ImmutableSortedDictionary<Indicator, int> Evidence { get; init; } = ImmutableSortedDictionary<Indicator, int>.Empty;
}

/// <summary>The last event that a country heard of.</summary>
public sealed record LastChange(long Sequence, string Type, Cause Cause, string? Fact, string? Measure, string? Provider, string? Why);

/// <summary>How far the projection is within what spans several events.</summary>
public sealed record Progress
{
    public const string OnlyId = "views";

    public string Id { get; init; } = OnlyId;
    /// <summary>The sequence of the last event that it was given.</summary>
    public long Reached { get; init; }
    /// <summary>The day that it has reached.</summary>
    public DateOnly Day { get; init; } = DateOnly.MinValue;
    /// <summary>The method that is published.</summary>
    public string Method { get; init; } = Methods.First.Id;
    /// <summary>The pairs of each country as they were before the write whose last event is still to come.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<PairConclusion>> Before { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<PairConclusion>>(StringComparer.Ordinal);
    /// <summary>Whether it projects again what was projected before, and has not yet compared the end with what was published.</summary>
    public bool Rebuilding { get; init; }
    /// <summary>What the events of that write have moved so far.</summary>
    public ImmutableArray<Moved> Moves { get; init; } = [];
}

/// <summary>An event moved a subject of one indicator of one pair.</summary>
public sealed record Moved(string Dependent, string Supplier, Indicator Indicator, Cause Cause, CausingEvent Event);
