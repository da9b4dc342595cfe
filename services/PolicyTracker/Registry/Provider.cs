using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Registry;

/// <summary>An organisation that offers AI technology, as the registry describes it.</summary>
public sealed record ProviderEntry
{
    [MaxLength(200)] public required string Name { get; init; }
    /// <summary>The country it belongs to; unknown when left out, and then none of its facts can be attributed to a supplier.</summary>
    [CountryCode] public string? Home { get; init; }
    [MaxLength(200), ItemMaxLength(200)] public ImmutableArray<string> Aliases { get; init; } = [];
    /// <summary>Whether somebody of ours has checked the entry. Names first met in a fact are not.</summary>
    public bool Reviewed { get; init; }

    public IEnumerable<string> AllNames() => Aliases.Prepend(Name);

    /// <summary>Whether this entry says all that another, unreviewed one says.</summary>
    public bool Completes(ProviderEntry other) => !other.Reviewed && (other.Home is null || other.Home == Home) && !other.Aliases.Except(AllNames()).Any();

    public bool SameAs(ProviderEntry other) =>
        Name == other.Name && Home == other.Home && Reviewed == other.Reviewed && Aliases.Order().SequenceEqual(other.Aliases.Order());
}

/// <summary>A provider entered the registry, by hand or because a fact named it.</summary>
[WireName("provider_registered")]
public sealed record ProviderRegistered(string ProviderId, ProviderEntry Entry);

/// <summary>The registry's entry of a provider was completed or put right.</summary>
/// <param name="Countries">The countries whose claims may move with it.</param>
[WireName("provider_corrected")]
public sealed record ProviderCorrected(string ProviderId, ProviderEntry Previous, ProviderEntry Replacement, string Why, ImmutableArray<string> Countries);

/// <summary>A provider turned out to be another one: from now on its id and its names stand for that one.</summary>
/// <param name="Countries">The countries whose claims may move with it.</param>
[WireName("provider_merged")]
public sealed record ProviderMerged(string ProviderId, string Into, string Why, ImmutableArray<string> Countries);

/// <summary>A merge was undone: the provider stands for itself again, and so does every name of it, in whichever fact.</summary>
/// <param name="From">What it was merged into.</param>
/// <param name="Countries">The countries whose claims may move with it.</param>
[WireName("provider_unmerged")]
public sealed record ProviderUnmerged(string ProviderId, string From, string Why, ImmutableArray<string> Countries);

/// <summary>A provider as its events leave it.</summary>
/// <param name="MergedInto">The provider that it is merged into; null when it stands for itself.</param>
public sealed record Provider(string Id, ProviderEntry Entry, string? MergedInto = null)
{
    public static string Stream(string id) => $"provider/{id}";

    public static string Location(string id) => $"/v1/providers/{Uri.EscapeDataString(id)}";

    /// <summary>The provider after these events, or null when there are none.</summary>
    public static Provider? Of(IEnumerable<object> events) => events.Aggregate((Provider?)null, (provider, e) => e switch
    {
        ProviderRegistered registered => new Provider(registered.ProviderId, registered.Entry),
        ProviderCorrected corrected => provider! with { Entry = corrected.Replacement },
        ProviderMerged merged => provider! with { MergedInto = merged.Into },
        ProviderUnmerged => provider! with { MergedInto = null },
        _ => provider,
    });
}
