using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>A model is said not to be built on another.</summary>
[WireName("derivation_denied")]
public sealed record DerivationDenied : Fact
{
    [Identifying, TechnologyName(nameof(Developer)), MaxLength(200)] public required string Model { get; init; }
    [Identifying, TechnologyName(nameof(BaseProvider)), MaxLength(200)] public required string BaseModel { get; init; }
    /// <summary>The provider of the derived model.</summary>
    [ProviderName, MaxLength(200)] public required string Developer { get; init; }
    [ProviderName, MaxLength(200)] public required string BaseProvider { get; init; }
    /// <summary>The relation that is denied; left out when the denial is general.</summary>
    public DerivationRelation? Relation { get; init; }
}
