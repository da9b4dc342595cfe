using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>Somebody competent assessed the dependence.</summary>
[WireName("reliance_assessed")]
public sealed record RelianceAssessed : Fact
{
    [Identifying, MaxLength(200)] public required string Assessor { get; init; }
    [Identifying, TechnologyName(nameof(BaseProvider)), MaxLength(200)] public string? BaseModel { get; init; }
    [ProviderName, MaxLength(200)] public string? BaseProvider { get; init; }
    public required Extent Extent { get; init; }
    /// <summary>What was said, in our own words.</summary>
    [MaxLength(2000)] public required string Statement { get; init; }

    public override IEnumerable<Violation> Violations()
    {
        if (BaseModel is not null && BaseProvider is null)
            yield return new Violation(Codes.MissingField, "baseProvider", "The provider of baseModel is required: the assessment counts for its home country.");
    }
}
