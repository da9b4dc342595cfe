using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>A provider offers a service in the country.</summary>
[WireName("service_offered")]
public sealed record ServiceOffered : Fact
{
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [Identifying, TechnologyName(nameof(Provider)), MaxLength(200)] public required string Service { get; init; }
    [Identifying] public required ServiceRoute Route { get; init; }
    public required Audience Audience { get; init; }
    /// <summary>The partner through whom it is offered.</summary>
    [ProviderName, MaxLength(200)] public string? Via { get; init; }
    /// <summary>The provider on whose technology it is built.</summary>
    [ProviderName, MaxLength(200)] public string? BuiltOn { get; init; }
}

/// <summary>How a service reaches its users.</summary>
public enum ServiceRoute { Direct, Partner }

/// <summary>To whom a service is offered.</summary>
public enum Audience { Public, Business, Developer }
