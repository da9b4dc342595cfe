using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace PolicyTracker.Reliance;

/// <summary>The three indices, never blended into one.</summary>
public enum RelianceIndex
{
    /// <summary>How far the dependent relies on the supplier.</summary>
    [JsonStringEnumMemberName("R")] Reliance,
    /// <summary>How far that is restricted, by either side.</summary>
    [JsonStringEnumMemberName("X")] Restriction,
    /// <summary>How far the dependent has its own.</summary>
    [JsonStringEnumMemberName("S")] Substitution,
}

/// <summary>A version of the method, complete enough to recompute every number from the evidence by hand.</summary>
public sealed record MethodDefinition
{
    /// <summary>Name and version, such as <c>reliance/1.0.0</c>. A new major may move numbers; a minor may not.</summary>
    public required string Id { get; init; }
    public required ImmutableArray<IndexDefinition> Indices { get; init; }
    public required ImmutableArray<IndicatorDefinition> Indicators { get; init; }
    public required ImmutableArray<Basket> Baskets { get; init; }
    /// <summary>Which fact or measure claims what.</summary>
    public required ImmutableArray<CodebookEntry> Codebook { get; init; }
    /// <summary>The formulae and rules, in words.</summary>
    public required ImmutableArray<string> Rules { get; init; }
    /// <summary>A code older than this is marked stale; it stands.</summary>
    public required int StaleAfterDays { get; init; }
    /// <summary>An index below this coverage loses one step of confidence.</summary>
    public required decimal FullConfidenceCoverage { get; init; }
    /// <summary>The ids of all versions that run side by side, this one included.</summary>
    public IReadOnlyList<string> Versions => Methods.Ids;

    public IndicatorDefinition Of(Indicator id) => Indicators.First(indicator => indicator.Id == id);

    public IndexDefinition Of(RelianceIndex id) => Indices.First(index => index.Id == id);

    /// <summary>The indicators of an index (<c>reliance</c>, <c>restriction</c>, <c>substitution</c>), or an indicator itself.</summary>
    public ImmutableArray<Indicator> IndicatorsOf(string number) =>
        Enum.TryParse<Indicator>(number, out var indicator) ? [indicator] : Of(Enum.Parse<RelianceIndex>(number, ignoreCase: true)).Indicators;

    /// <summary>Whether a service is in a supplier's basket. A supplier without a basket of its own has every service in it.</summary>
    /// <param name="service">The registry's id of the service, whose last segment is its slug, or its name.</param>
    public bool InBasket(string supplier, string service) =>
        Baskets.FirstOrDefault(basket => basket.Supplier == supplier) is not { } named
        || named.Services.Any(entry => Slug(entry) == Slug(service[(service.LastIndexOf('/') + 1)..]));

    private static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsLetterOrDigit(letter))
                slug.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        return slug.ToString().TrimEnd('-');
    }
}

/// <param name="Required">How many indicators must be coded before a value is published.</param>
public sealed record IndexDefinition(RelianceIndex Id, string Title, ImmutableArray<Indicator> Indicators, int Required);

/// <param name="Top">The top N of the scale.</param>
/// <param name="Levels">What each code from 0 to <paramref name="Top"/> means.</param>
/// <param name="General">What the flag 1 means.</param>
/// <param name="Limited">What the flag 0 means.</param>
/// <param name="Recoding">How the codes of claims are read on this scale; null when they are on this scale.</param>
public sealed record IndicatorDefinition(
    Indicator Id, RelianceIndex Index, string Title, int Top, ImmutableArray<string> Levels, string General, string Limited, Recoding? Recoding = null)
{
    /// <summary>The code on this scale of what a claim says.</summary>
    public int CodeOf(ClaimKind kind, int value) => Recoding is null ? value : kind == ClaimKind.Proposal ? Recoding.Proposed : Recoding.Codes[value];
}

/// <summary>From the scale on which claims are recorded, that of <c>reliance/1.0.0</c>, to the scale of another version.</summary>
/// <param name="Codes">The code for each recorded one, from 0 on.</param>
/// <param name="Proposed">The code of a proposed control.</param>
public sealed record Recoding(ImmutableArray<int> Codes, int Proposed);

/// <summary>The services of a supplier that are counted for the top of R1.</summary>
public sealed record Basket(string Supplier, ImmutableArray<string> Services);

/// <param name="Says">The wire name of a fact type, or the kind of a measure.</param>
public sealed record CodebookEntry(string Says, string Claims);
