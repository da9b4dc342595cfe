using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>Local models are measured against a foreign provider's.</summary>
[WireName("benchmarking_reported")]
public sealed record BenchmarkingReported : Fact
{
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [MaxLength(100)] public string? Frequency { get; init; }
}
