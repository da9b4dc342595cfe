using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>An authority cleared a model for public use.</summary>
[WireName("model_approved")]
public sealed record ModelApproved : Fact
{
    [Identifying, MaxLength(200)] public required string Authority { get; init; }
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [Identifying, TechnologyName(nameof(Provider)), MaxLength(200)] public required string Model { get; init; }
}
