using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PolicyTracker.Measures;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>A country's reliance at one moment: what is concluded for each supplier, and the facts and measures behind every number.</summary>
/// <param name="AsOf">World time: what held on this day.</param>
/// <param name="KnownAt">Record time: the point that the answer rests on. Asking for its sequence again gives the same answer.</param>
/// <param name="Sequence">The store's sequence up to which events are taken into account.</param>
/// <param name="Unattributed">Facts that name a provider whose home is unknown: they enter no conclusion.</param>
public sealed record CountryView(
    string Country,
    string Name,
    DateOnly AsOf,
    RecordPoint KnownAt,
    long Sequence,
    string Method,
    IReadOnlyList<SupplierView> Suppliers,
    ItemList<JsonObject> Services,
    ItemList<JsonObject> Accounts,
    ApprovalsView Approvals,
    ItemList<JsonObject> Derivations,
    ItemList<JsonObject> Measures,
    IReadOnlyList<ChannelsView> Channels,
    ItemList<EvidenceItem> Unattributed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] LastChange? LastChange);

/// <summary>The conclusions on one pair.</summary>
public sealed record SupplierView(string Supplier, IndexConclusion Reliance, IndexConclusion Restriction, IndexConclusion Substitution, IReadOnlyList<IndicatorView> Indicators);

/// <summary>One indicator of one pair, with its evidence.</summary>
/// <param name="Value">The code from 0 to the top of the scale; null when nothing codes it.</param>
/// <param name="Flag">1 general, 0 targeted or limited.</param>
/// <param name="Score">From 0 to 100.</param>
/// <param name="Stale">Whether nothing has supported the code for more than 365 days. The code stands.</param>
public sealed record IndicatorView(
    Indicator Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Flag,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Score,
    decimal Low, decimal High, bool Contested, bool Stale,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Confidence? Confidence, ItemList<EvidenceItem> Evidence);

/// <summary>A fact or a measure, and what it says of an indicator.</summary>
public sealed record EvidenceItem
{
    /// <summary>The id of the fact, when it is one.</summary>
    public string? Fact { get; init; }
    /// <summary>The id of the measure, when it is one.</summary>
    public string? Measure { get; init; }
    public required string Id { get; init; }
    /// <summary>The wire name of the fact, or of the entry of the measure, that says so.</summary>
    public required string Type { get; init; }
    public required string Occurred { get; init; }
    public required string Publisher { get; init; }
    /// <summary>The day from which it counts.</summary>
    public required DateOnly Effective { get; init; }
    /// <summary>The kind of the measure.</summary>
    public MeasureKind? Kind { get; init; }
    /// <summary>The stage of the measure on that day.</summary>
    public Stage? Stage { get; init; }
    public required Tier Tier { get; init; }
    public required ClaimKind Says { get; init; }
    /// <summary>The code that it stands for; left out of what only ends or denies what others say.</summary>
    public int? Value { get; init; }
    /// <summary>1 general, 0 targeted or limited; left out likewise.</summary>
    public int? Flag { get; init; }
}

/// <summary>What is known of approved models.</summary>
public sealed record ApprovalsView(CountView Domestic, CountView Foreign, IReadOnlyList<JsonObject> Items, int Total, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? More);

/// <summary>A count as far as it is known; null where it is not.</summary>
public sealed record CountView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? AtLeast, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? AtMost);

/// <summary>By which ways a supplier's technology reaches the country.</summary>
/// <param name="Official">Offered to the public directly.</param>
/// <param name="Partner">Offered through a partner, or to business and developers only.</param>
public sealed record ChannelsView(string Supplier, ChannelState Official, ChannelState Partner, ChannelState Unofficial, ChannelState OpenWeights, ChannelState Compute);

/// <summary>Whether a way is open. It is closed only where something says so; absence of evidence leaves it unknown.</summary>
public enum ChannelState { Unknown, Closed, Open }

/// <summary>Reads the channels and counts from how the subjects stand.</summary>
internal static class Summaries
{
    public static ChannelsView Channels(CountryState state, string supplier)
    {
        return new ChannelsView(
            supplier,
            Official: Of(Indicator.R1, reading => reading.Value >= 2),
            Partner: Of(Indicator.R1, reading => reading.Value == 1),
            Unofficial: Of(Indicator.R2, reading => reading.Value >= 1),
            OpenWeights: Of(Indicator.R3, reading => reading.Value >= 1),
            Compute: Of(Indicator.R5, reading => reading.Value >= 1));

        ChannelState Of(Indicator indicator, Func<Reading, bool> open)
        {
            var readings = state.Groups(indicator, supplier, Claim.EveryPair).Select(g => g.Latest.Winner).OfType<Reading>().ToList();
            return readings.Any(open) ? ChannelState.Open : readings.Any(r => r.Value == 0) ? ChannelState.Closed : ChannelState.Unknown;
        }
    }

    public static (CountView Domestic, CountView Foreign) Approvals(CountryState state)
    {
        var domestic = state.Groups(Indicator.S1, Claim.EveryPair).Where(g => g.Latest.Winner is not null).ToList();
        var named = domestic.Where(g => g.Latest.Winner!.Kind == ClaimKind.NamedApproval).Sum(g => g.Count);
        var counted = domestic.Where(g => g.Latest.Winner!.Kind == ClaimKind.ApprovalCount).Select(g => (int?)g.Latest.Winner!.Value).Max();
        var foreign = state.Groups(Indicator.X4, Claim.EveryPair).Where(g => g.Latest.Winner?.Kind == ClaimKind.ForeignApprovals).ToList();
        var any = foreign.Where(g => g.Latest.Winner!.Value > 0).Sum(g => g.Count);
        // Foreign models and counts stand alike for X4; what the list holds beside the approvals and counts of S1 are the foreign models.
        var ofDomestic = state.Groups(Indicator.S1, Claim.EveryPair, Claim.Unattributed).Where(g => g.Latest.Winner?.Kind is ClaimKind.NamedApproval or ClaimKind.ApprovalCount).Sum(g => g.Count);
        var namedForeign = state.Country.Lists.GetValueOrDefault(ViewLists.Approvals) - ofDomestic;
        return (
            new CountView(counted is null && named == 0 ? null : Math.Max(counted ?? 0, named), null),
            foreign.Count == 0 ? new CountView(null, null) : any > 0 ? new CountView(Math.Max(1, namedForeign), null) : new CountView(0, 0));
    }
}
