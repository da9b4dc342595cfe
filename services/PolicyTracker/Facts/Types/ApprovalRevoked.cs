using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>An authority withdrew a model's clearance for public use.</summary>
[WireName("approval_revoked")]
public sealed record ApprovalRevoked : Fact
{
    [Identifying, MaxLength(200)] public required string Authority { get; init; }
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [Identifying, TechnologyName(nameof(Provider)), MaxLength(200)] public required string Model { get; init; }
}
