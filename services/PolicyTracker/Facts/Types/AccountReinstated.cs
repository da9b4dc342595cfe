using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>A provider reopened the account of a holder in the country.</summary>
[WireName("account_reinstated")]
public sealed record AccountReinstated : Fact
{
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    /// <summary>Whose account it is.</summary>
    [Identifying, MaxLength(200)] public required string Holder { get; init; }
    [MaxLength(500)] public string? Reason { get; init; }
    /// <summary>What made the provider act.</summary>
    [MaxLength(500)] public string? Trigger { get; init; }
}
