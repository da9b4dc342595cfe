using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PolicyTracker.Views;

/// <summary>A pair's conclusions changed. One write is one change, however many events it has and however they are paged.</summary>
/// <param name="Method">The method that concluded.</param>
/// <param name="CausedBy">The events that moved what changed; empty when the projection itself did, by a rebuild.</param>
/// <param name="AsOf">The day for which it is concluded.</param>
[WireName("reliance_changed")]
public sealed record RelianceChanged(
    string Dependent, string Supplier, string Method, Cause Cause, ImmutableArray<CausingEvent> CausedBy, DateOnly AsOf, ImmutableArray<NumberChange> Changes)
{
    public static string Stream(string dependent, string supplier) => $"reliance/{dependent}/{supplier}";
}

/// <summary>An event that a change rests on, and what it is about.</summary>
public sealed record CausingEvent(long Sequence, string Type, string? Fact, string? Measure, string? Provider);

/// <summary>An index or an indicator before and after.</summary>
public sealed record NumberChange(string? Index, Indicator? Indicator, Numbers Before, Numbers After);

/// <summary>What is published of an index or an indicator.</summary>
/// <param name="Value">The index, or the indicator's score, from 0 to 100; null when there is none.</param>
/// <param name="Code">The indicator's code; null for an index.</param>
/// <param name="Flag">The indicator's flag.</param>
public sealed record Numbers(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Value, decimal Low, decimal High, int? Code = null, int? Flag = null, bool? Contested = null, bool? Stale = null);
