using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts;

/// <summary>One sourced statement about the world. Each type is one sealed record in <c>Types/</c>, stored under its wire name.</summary>
public abstract record Fact : IHasRules
{
    /// <summary>The country that the statement is about.</summary>
    [CountryCode] public required string Country { get; init; }
    /// <summary>When it happened or held, as precisely as the source says.</summary>
    [NotInFuture] public required WorldDate Occurred { get; init; }
    public required Source Source { get; init; }
    public required Tier Tier { get; init; }
    /// <summary>Whether somebody of ours has checked it against its source.</summary>
    public bool Reviewed { get; init; }
    [MaxLength(2000)] public string? Note { get; init; }

    /// <summary>The registry's ids for the names in this fact, by field, as resolved when it was recorded. Never taken from a request.</summary>
    [SetByService] public ImmutableSortedDictionary<string, string> RegistryIds { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The first day on which the fact counts.</summary>
    public DateOnly EffectiveDay() => Occurred.EffectiveDay(Source.PublishedOn);

    /// <summary>Rules between fields that no single field's attribute can state.</summary>
    public virtual IEnumerable<Violation> Violations() => [];
}

/// <summary>How far something goes.</summary>
public enum Extent { None, Isolated, Several, Most }

/// <summary>Whether access keeps to the provider's terms and the law.</summary>
public enum AccessRoute { Official, Unofficial }
