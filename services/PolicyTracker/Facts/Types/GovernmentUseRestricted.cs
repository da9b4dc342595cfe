using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>Public bodies may not, or will not, use a service.</summary>
[WireName("government_use_restricted")]
public sealed record GovernmentUseRestricted : Fact
{
    [Identifying, MaxLength(200)] public required string Authority { get; init; }
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [Identifying, TechnologyName(nameof(Provider)), MaxLength(200)] public required string Service { get; init; }
    public required UseRestrictionExtent Extent { get; init; }
}

/// <summary>How firmly public bodies are kept from a service.</summary>
public enum UseRestrictionExtent { NoPlan, Discouraged, Banned }
