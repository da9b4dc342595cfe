using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Measures;

public enum MeasureKind { ExportControl, ApprovalRegime, UseRestriction, SelfRelianceDirective, Guidance, SanctionListingRule }

/// <summary>What a control reaches.</summary>
public enum Layer { HostedClosedModels, ClosedWeights, OpenWeights, Compute, Entities }

/// <summary>How firm a self-reliance directive is.</summary>
public enum Strength { Statement, Directive, Mandate }

/// <summary>The layers that a control covers; what is excluded subtracts.</summary>
public sealed record Scope
{
    public required ImmutableArray<Layer> Layers { get; init; }
    public ImmutableArray<Layer> Excludes { get; init; } = [];

    public bool Covers(Layer layer) => Layers.Contains(layer) && !Excludes.Contains(layer);
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
    [CountryCode, MaxLength(250)] public ImmutableArray<string> Targets { get; init; } = [];
    /// <summary>Required for export_control and sanction_listing_rule.</summary>
    public Scope? Scope { get; init; }
    /// <summary>Required for self_reliance_directive.</summary>
    public Strength? Strength { get; init; }
}

/// <summary>Where a measure stands. In force and expired follow from dates and are never posted.</summary>
public enum Stage { Reported, Planned, Proposed, Adopted, InForce, Suspended, Rescinded, Abandoned, Expired }

/// <summary>A measure as it stands from one day on, until the next state's day.</summary>
/// <param name="From">The first day of this state.</param>
/// <param name="Entry">The number of the entry in the life line that this state follows from, first is 1.</param>
public sealed record MeasureState(DateOnly From, Stage Stage, MeasureDefinition Definition, int Entry, Tier Tier, bool Reviewed, string Publisher);
