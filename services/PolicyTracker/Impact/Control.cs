using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using PolicyTracker.Measures;

namespace PolicyTracker.Impact;

/// <summary>A control that does not exist yet: what would it hit?</summary>
public sealed record Control : IHasRules
{
    /// <summary>The country whose act it would be, and on which the targets rely.</summary>
    [CountryCode] public required string Issuer { get; init; }
    /// <summary>The countries that it would be aimed at; each is told once.</summary>
    [CountryCode, MinLength(1), MaxLength(50)] public required ImmutableArray<string> Targets { get; init => field = InOrder.Of(value); }
    public required Scope Scope { get; init; }
    /// <summary>The first day on which it would apply; where it lies ahead, the day for which the impact is told, unless <c>asOf</c> names another.</summary>
    public DateOnly? Effective { get; init; }

    public IEnumerable<Violation> Violations()
    {
        if (!Scope.CoversAnything())
            yield return new Violation(Codes.ScopeEmpty, "scope", "The scope names no layer, or excludes every layer that it names.");
        if (Targets.Contains(Issuer))
            yield return new Violation(Codes.TargetIsIssuer, "targets", $"{Issuer} issues the control and cannot be its target.");
    }
}

/// <summary>The channels by which one country relies on another, and the layers of a control that reach each.</summary>
internal static class Channels
{
    public static readonly ImmutableArray<Indicator> All = [Indicator.R1, Indicator.R2, Indicator.R3, Indicator.R4, Indicator.R5];

    public static bool Covers(Scope scope, Indicator channel) => channel switch
    {
        Indicator.R3 => scope.Covers(Layer.OpenWeights),
        Indicator.R5 => scope.Covers(Layer.Compute),
        _ => CoversClosedModels(scope),
    };

    public static bool CoversClosedModels(Scope scope) => scope.Covers(Layer.HostedClosedModels) || scope.Covers(Layer.ClosedWeights);
}
