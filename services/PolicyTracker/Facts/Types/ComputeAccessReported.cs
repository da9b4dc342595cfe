using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>Foreign chips or cloud are used in the country.</summary>
[WireName("compute_access_reported")]
public sealed record ComputeAccessReported : Fact
{
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [Identifying, TechnologyName(nameof(Provider)), MaxLength(200)] public required string Product { get; init; }
    public required Extent Extent { get; init; }
    public required AccessRoute Route { get; init; }
}
