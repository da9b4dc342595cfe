using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>A provider does not offer a service in the country, or has withdrawn it.</summary>
[WireName("service_withheld")]
public sealed record ServiceWithheld : Fact
{
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [Identifying, TechnologyName(nameof(Provider)), MaxLength(200)] public required string Service { get; init; }
    [MaxLength(500)] public string? Reason { get; init; }
}
