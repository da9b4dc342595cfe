using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>An entity of the country was put on a control list.</summary>
[WireName("entity_listed")]
public sealed record EntityListed : Fact
{
    [Identifying, MaxLength(200)] public required string List { get; init; }
    [Identifying, MaxLength(300)] public required string Entity { get; init; }
    /// <summary>The country whose list it is.</summary>
    [CountryCode] public required string Issuer { get; init; }
    [MaxLength(300)] public string? Citation { get; init; }
}
