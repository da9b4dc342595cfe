using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>A provider's technology is reached without its leave: by proxy, VPN or reseller.</summary>
[WireName("unofficial_access_reported")]
public sealed record UnofficialAccessReported : Fact
{
    [Identifying, ProviderName, MaxLength(200)] public required string Provider { get; init; }
    [MaxLength(20)] public required ImmutableArray<AccessMeans> Means { get; init; }
    public required Prevalence Prevalence { get; init; }
}

/// <summary>How access without leave is had.</summary>
public enum AccessMeans { Proxy, Vpn, Reseller, BorrowedAccount, Other }

/// <summary>How common the source says it is.</summary>
public enum Prevalence { Reported, Commonplace }
