using System.ComponentModel.DataAnnotations;

namespace PolicyTracker;

/// <summary>Where a fact or a measure transition was read.</summary>
public sealed record Source
{
    [MaxLength(200)] public required string Publisher { get; init; }
    [MaxLength(500)] public required string Title { get; init; }
    /// <summary>An http or https address; left out when none is known.</summary>
    [HttpUrl] public string? Url { get; init; }
    [NotInFuture(Codes.SourceDateInFuture)] public DateOnly? PublishedOn { get; init; }
    [NotInFuture(Codes.SourceDateInFuture)] public DateOnly? RetrievedOn { get; init; }
    [HttpUrl] public string? ArchivedUrl { get; init; }
    /// <summary>Where in the source: a page, a paragraph, a row.</summary>
    [MaxLength(200)] public string? Locator { get; init; }
}

/// <summary>How much a source weighs.</summary>
public enum Tier
{
    /// <summary>Primary or official.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("A")] A,
    /// <summary>Reputable press, peer-reviewed data.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("B")] B,
    /// <summary>Self-report, social post, rumour.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("C")] C,
}

/// <summary>Why a conclusion changed.</summary>
public enum Cause
{
    /// <summary>Something happened, or we heard of it.</summary>
    WorldChanged,
    /// <summary>The source was wrong and said so, or was found to be.</summary>
    SourceCorrected,
    /// <summary>Our record was wrong.</summary>
    OurError,
    /// <summary>The registry, the method or an importer changed, not the world.</summary>
    PipelineChange,
}
