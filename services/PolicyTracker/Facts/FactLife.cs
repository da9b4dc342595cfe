using System.Collections.Immutable;

namespace PolicyTracker.Facts;

/// <summary>A fact was replaced by a better record of the same statement; it may move to another country or type, and both hear of it.</summary>
[WireName("fact_corrected")]
public sealed record FactCorrected(string FactId, Fact Previous, Fact Replacement, Cause Cause, string Why);

/// <summary>A fact no longer holds in our record.</summary>
[WireName("fact_retracted")]
public sealed record FactRetracted(string FactId, Fact Fact, Cause Cause, string Why);

/// <summary>A retraction was undone; the fact stands as it stood before.</summary>
[WireName("fact_reinstated")]
public sealed record FactReinstated(string FactId, Fact Fact, Cause Cause, string Why);

/// <summary>Somebody doubts a fact: what rests on it is contested.</summary>
[WireName("fact_disputed")]
public sealed record FactDisputed(string FactId, Fact Fact, string Why);

/// <summary>Somebody checked a fact against its source: it is reviewed, and reaffirmed as of a day.</summary>
[WireName("fact_confirmed")]
public sealed record FactConfirmed(string FactId, Fact Fact, string Why, DateOnly On);

/// <summary>Where a fact stands in our record.</summary>
public enum FactStatus { Recorded, Disputed, Confirmed, Retracted }

/// <summary>A fact as its events leave it.</summary>
public sealed record FactLife
{
    public required string Id { get; init; }
    public required Fact Fact { get; init; }
    public bool Retracted { get; init; }
    public bool Disputed { get; init; }
    /// <summary>The days as of which it was reaffirmed, in the order of the confirmations.</summary>
    public ImmutableArray<DateOnly> ConfirmedOn { get; init; } = [];

    /// <summary>Reviewed when it was recorded so, or confirmed since.</summary>
    public bool Reviewed => Fact.Reviewed || !ConfirmedOn.IsEmpty;

    public FactStatus Status =>
        Retracted ? FactStatus.Retracted : Disputed ? FactStatus.Disputed : ConfirmedOn.IsEmpty ? FactStatus.Recorded : FactStatus.Confirmed;

    public static string Stream(string id) => $"fact/{id}";

    public static string IdOf(string stream) => stream["fact/".Length..];

    /// <summary>The fact after these events, or null when there are none.</summary>
    public static FactLife? Of(string id, IEnumerable<object> events) =>
        events.Aggregate((FactLife?)null, (life, e) => life is null ? new FactLife { Id = id, Fact = (Fact)e } : life.Apply(e));

    /// <summary>The fact after one more event.</summary>
    public FactLife Apply(object e) => e switch
    {
        // A correction is a new record: what was doubted or confirmed was the old one.
        FactCorrected corrected => this with { Fact = corrected.Replacement, Disputed = false, ConfirmedOn = [] },
        FactRetracted => this with { Retracted = true },
        FactReinstated => this with { Retracted = false },
        FactDisputed => this with { Disputed = true },
        FactConfirmed confirmed => this with { Disputed = false, ConfirmedOn = ConfirmedOn.Add(confirmed.On) },
        _ => this,
    };
}
