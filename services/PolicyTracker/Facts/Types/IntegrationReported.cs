using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>Local products are built on a foreign provider's technology.</summary>
[WireName("integration_reported")]
public sealed record IntegrationReported : Fact
{
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [Identifying, TechnologyName(nameof(Provider)), MaxLength(200)] public string? Technology { get; init; }
    public required Extent Extent { get; init; }
    public required AccessRoute Route { get; init; }
}
