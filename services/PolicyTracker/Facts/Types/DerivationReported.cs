using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>A model is built on another.</summary>
[WireName("derivation_reported")]
public sealed record DerivationReported : Fact
{
    [Identifying, TechnologyName(nameof(Developer)), MaxLength(200)] public required string Model { get; init; }
    [Identifying, TechnologyName(nameof(BaseProvider)), MaxLength(200)] public required string BaseModel { get; init; }
    /// <summary>The provider of the derived model.</summary>
    [ProviderName, MaxLength(200)] public required string Developer { get; init; }
    [ProviderName, MaxLength(200)] public required string BaseProvider { get; init; }
    public required DerivationRelation Relation { get; init; }
}

/// <summary>How one model comes from another.</summary>
public enum DerivationRelation { FineTuned, Architecture, ContinuedPretraining, Distilled, Unspecified }
