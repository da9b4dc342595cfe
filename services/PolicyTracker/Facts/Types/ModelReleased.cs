using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>A provider released a model.</summary>
[WireName("model_released")]
public sealed record ModelReleased : Fact
{
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [Identifying, TechnologyName(nameof(Provider)), MaxLength(200)] public required string Model { get; init; }
    public required Weights Weights { get; init; }
}

/// <summary>Who may have a model's weights.</summary>
public enum Weights { Open, Restricted, Closed }
