using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;

namespace PolicyTracker.Measures;

public enum MeasureKind { ExportControl, ApprovalRegime, UseRestriction, SelfRelianceDirective, Guidance, SanctionListingRule }

/// <summary>What a control reaches.</summary>
public enum Layer { HostedClosedModels, ClosedWeights, OpenWeights, Compute, Entities }

/// <summary>How firm a self-reliance directive is.</summary>
public enum Strength { Statement, Directive, Mandate }

/// <summary>The layers that a control covers; what is excluded subtracts.</summary>
public sealed record Scope
{
    public required ImmutableArray<Layer> Layers { get; init => field = InOrder.Of(value); }
    public ImmutableArray<Layer> Excludes { get; init => field = InOrder.Of(value); } = [];

    public bool Covers(Layer layer) => Layers.Contains(layer) && !Excludes.Contains(layer);

    /// <summary>Whether anything is left once the excludes are subtracted.</summary>
    public bool CoversAnything() => Layers.Any(Covers);

    public bool Equals(Scope? other) => other is not null && Layers.SequenceEqual(other.Layers) && Excludes.SequenceEqual(other.Excludes);

    public override int GetHashCode() => HashCode.Combine(Layers.Length, Excludes.Length);
}

/// <summary>What a measure is, as its first entry or an amendment says.</summary>
public sealed record MeasureDefinition
{
    public required MeasureKind Kind { get; init; }
    /// <summary>The country whose act it is.</summary>
    [CountryCode] public required string Issuer { get; init; }
    [MaxLength(200)] public string? Authority { get; init; }
    [MaxLength(300)] public required string Title { get; init; }
    /// <summary>The countries it is aimed at; empty means everyone.</summary>
    [CountryCode, MaxLength(250)] public ImmutableArray<string> Targets { get; init => field = InOrder.Of(value); } = [];
    /// <summary>Required for export_control and sanction_listing_rule.</summary>
    public Scope? Scope { get; init; }
    /// <summary>Required for self_reliance_directive.</summary>
    public Strength? Strength { get; init; }

    /// <summary>The definition with what an amendment names replaced, and the rest kept.</summary>
    public MeasureDefinition With(DefinitionChanges changes) => this with
    {
        Authority = changes.Authority ?? Authority,
        Title = changes.Title ?? Title,
        Targets = changes.Targets ?? Targets,
        Scope = changes.Scope ?? Scope,
        Strength = changes.Strength ?? Strength,
    };

    /// <summary>Rules between fields that no single field's attribute can state.</summary>
    public IEnumerable<Violation> Violations()
    {
        if (Scope is null && Kind is MeasureKind.ExportControl or MeasureKind.SanctionListingRule)
            yield return new(Codes.ScopeRequired, "scope", "A control needs a scope: the layers that it reaches.");
        if (Scope is not null && !Scope.CoversAnything())
            yield return new(Codes.ScopeEmpty, "scope", "The scope names no layer, or excludes every layer that it names.");
        if (Strength is null && Kind is MeasureKind.SelfRelianceDirective)
            yield return new(Codes.StrengthRequired, "strength", "A self-reliance directive needs a strength.");
        if (Strength is not null && Kind is not MeasureKind.SelfRelianceDirective)
            yield return new(Codes.StrengthNotAllowed, "strength", "Only a self-reliance directive has a strength.");
        if (Targets.Contains(Issuer))
            yield return new(Codes.TargetIsIssuer, "targets", $"{Issuer} issues the measure and cannot be its target.");
    }

    public bool Equals(MeasureDefinition? other) => other is not null
        && (Kind, Issuer, Authority, Title, Scope, Strength) == (other.Kind, other.Issuer, other.Authority, other.Title, other.Scope, other.Strength)
        && Targets.SequenceEqual(other.Targets);

    public override int GetHashCode() => HashCode.Combine(Kind, Issuer, Title, Targets.Length);
}

/// <summary>What an amendment changes; a field left out stays as it is. A government changes neither kind nor issuer: that would be another measure.</summary>
public sealed record DefinitionChanges
{
    [MaxLength(200)] public string? Authority { get; init; }
    [MaxLength(300)] public string? Title { get; init; }
    /// <summary>The whole new list of targets.</summary>
    [CountryCode, MaxLength(250)] public ImmutableArray<string>? Targets { get; init => field = value is { } given ? InOrder.Of(given) : null; }
    /// <summary>The whole new scope.</summary>
    public Scope? Scope { get; init; }
    public Strength? Strength { get; init; }

    public bool Equals(DefinitionChanges? other) => other is not null
        && (Authority, Title, Scope, Strength) == (other.Authority, other.Title, other.Scope, other.Strength)
        && (Targets is { } mine && other.Targets is { } theirs ? mine.SequenceEqual(theirs) : Targets.HasValue == other.Targets.HasValue);

    public override int GetHashCode() => HashCode.Combine(Authority, Title, Scope, Strength, Targets?.Length);
}

/// <summary>Lists of a definition are sets: the order in which a source names their members says nothing, so it must not tell two definitions apart.</summary>
internal static class InOrder
{
    public static ImmutableArray<T> Of<T>(ImmutableArray<T> values) => [.. values.Distinct().Order()];
}

/// <summary>Where a measure stands. In force and expired follow from dates and are never posted.</summary>
public enum Stage { Reported, Planned, Proposed, Adopted, InForce, Suspended, Rescinded, Abandoned, Expired }

/// <summary>A measure as it stands from one day on, until the next state's day.</summary>
/// <param name="From">The first day of this state.</param>
/// <param name="Entry">The number of the entry in the life line that this state follows from, first is 1.</param>
public sealed record MeasureState(DateOnly From, Stage Stage, MeasureDefinition Definition, int Entry, Tier Tier, bool Reviewed, string Publisher)
{
    public MeasureDates Dates { get; init; }
    /// <summary>Whether it has not ended: neither rescinded nor abandoned nor expired.</summary>
    public bool IsActive => Stage is not (Stage.Rescinded or Stage.Abandoned or Stage.Expired);
}

/// <summary>The days by which a measure moves without a further entry.</summary>
/// <param name="Effective">The first day on which it applies.</param>
/// <param name="Expires">The last day on which it applies.</param>
/// <param name="Until">The last day of the suspension under way.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MeasureDates(DateOnly? Effective, DateOnly? Expires, DateOnly? Until);
