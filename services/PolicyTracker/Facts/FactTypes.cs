using System.Collections.Immutable;

namespace PolicyTracker.Facts;

/// <summary>The catalogue of fact types: every sealed record under <see cref="Fact"/> with a wire name.</summary>
public static class FactTypes
{
    /// <summary>The CLR types by wire name.</summary>
    public static ImmutableSortedDictionary<string, Type> ByName { get; } = WireNames.Under(typeof(Fact));

    /// <summary>The wire names, in alphabetical order.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The wire name of a fact.</summary>
    public static string NameOf(Fact fact) => WireNames.Of(fact.GetType());
}
