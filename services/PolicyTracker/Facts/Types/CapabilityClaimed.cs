using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>A provider says that its model is as good as another.</summary>
[WireName("capability_claimed")]
public sealed record CapabilityClaimed : Fact
{
    [Identifying, ProviderName, MaxLength(200)] public string? Provider { get; init; }
    [Identifying, TechnologyName(nameof(Provider)), MaxLength(200)] public string? Model { get; init; }
    /// <summary>The technology it is compared with.</summary>
    [Identifying, TechnologyName, MaxLength(200)] public string? Comparator { get; init; }
    /// <summary>Who said it, in the source's words, when it names no provider. Never registered.</summary>
    [MaxLength(500)] public string? Attribution { get; init; }
    [MaxLength(500)] public string? Domains { get; init; }

    public override IEnumerable<Violation> Violations()
    {
        if (Provider is null && Attribution is null)
            yield return new Violation(Codes.MissingField, "provider", "Either provider or attribution is required: somebody made the claim.");
    }
}
