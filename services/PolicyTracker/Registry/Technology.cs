using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Registry;

/// <summary>A model or service, as the registry describes it.</summary>
public sealed record TechnologyEntry
{
    [MaxLength(200)] public required string Name { get; init; }
    /// <summary>The id of its provider; unknown when left out.</summary>
    [MaxLength(200)] public string? Provider { get; init; }
    [MaxLength(200)] public ImmutableArray<string> Aliases { get; init; } = [];
    public bool Reviewed { get; init; }

    public IEnumerable<string> AllNames() => Aliases.Prepend(Name);

    /// <summary>Whether this entry says all that another, unreviewed one says.</summary>
    public bool Completes(TechnologyEntry other) => !other.Reviewed && (other.Provider is null || other.Provider == Provider) && !other.Aliases.Except(AllNames()).Any();

    public bool SameAs(TechnologyEntry other) =>
        Name == other.Name && Provider == other.Provider && Reviewed == other.Reviewed && Aliases.Order().SequenceEqual(other.Aliases.Order());
}

/// <summary>A technology entered the registry, by hand or because a fact named it.</summary>
[WireName("technology_registered")]
public sealed record TechnologyRegistered(string TechnologyId, TechnologyEntry Entry);

/// <summary>The registry's entry of a technology was completed or put right.</summary>
[WireName("technology_corrected")]
public sealed record TechnologyCorrected(string TechnologyId, TechnologyEntry Previous, TechnologyEntry Replacement, string Why);

/// <summary>A technology turned out to be another one: from now on its id and its names stand for that one.</summary>
/// <param name="Countries">The countries whose claims may move with it.</param>
[WireName("technology_merged")]
public sealed record TechnologyMerged(string TechnologyId, string Into, string Why, ImmutableArray<string> Countries);

/// <summary>A merge was undone: the technology stands for itself again, and so does every name of it, in whichever fact.</summary>
/// <param name="From">What it was merged into.</param>
/// <param name="Countries">The countries whose claims may move with it.</param>
[WireName("technology_unmerged")]
public sealed record TechnologyUnmerged(string TechnologyId, string From, string Why, ImmutableArray<string> Countries);

/// <summary>A technology as its events leave it.</summary>
/// <param name="MergedInto">The technology that it is merged into; null when it stands for itself.</param>
public sealed record Technology(string Id, TechnologyEntry Entry, string? MergedInto = null)
{
    /// <summary>What is read below the address of a model.</summary>
    public const string Lineage = "lineage";

    public static string Stream(string id) => $"technology/{id}";

    public static string Location(string id) => $"/v1/models/{string.Join('/', id.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>The technology after these events, or null when there are none.</summary>
    public static Technology? Of(IEnumerable<object> events) => events.Aggregate((Technology?)null, (technology, e) => e switch
    {
        TechnologyRegistered registered => new Technology(registered.TechnologyId, registered.Entry),
        TechnologyCorrected corrected => technology! with { Entry = corrected.Replacement },
        TechnologyMerged merged => technology! with { MergedInto = merged.Into },
        TechnologyUnmerged => technology! with { MergedInto = null },
        _ => technology,
    });
}
