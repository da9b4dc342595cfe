using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>An official or state voice spoke about foreign AI.</summary>
[WireName("stance_stated")]
public sealed record StanceStated : Fact
{
    [Identifying, MaxLength(200)] public required string Speaker { get; init; }
    [Identifying, MaxLength(200)] public required string Toward { get; init; }
    [MaxLength(200)] public string? Office { get; init; }
    public required Stance Stance { get; init; }
    [MaxLength(2000)] public required string Summary { get; init; }
}

/// <summary>How a voice speaks of foreign AI.</summary>
public enum Stance { Hostile, Critical, Neutral, Admiring }
