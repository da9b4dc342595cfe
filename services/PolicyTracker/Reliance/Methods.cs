using System.Collections.Immutable;

namespace PolicyTracker.Reliance;

/// <summary>The versions of the method. They run side by side on the same claims and differ in what they make of them.</summary>
public static class Methods
{
    /// <summary>The version that is published as long as no other has been adopted.</summary>
    public static MethodDefinition First => RelianceOne.Definition;

    /// <summary>Every version, the oldest first.</summary>
    public static ImmutableArray<MethodDefinition> All { get; } = [RelianceOne.Definition, RelianceTwo.Definition];

    public static ImmutableArray<string> Ids { get; } = [.. All.Select(method => method.Id)];

    /// <exception cref="UnknownMethodException">No version has this id.</exception>
    public static MethodDefinition Of(string id) => All.FirstOrDefault(method => method.Id == id) ?? throw new UnknownMethodException(id);
}

/// <summary>A version of the method was named that this release does not have.</summary>
public sealed class UnknownMethodException(string id) : Exception($"There is no method '{id}'; there are {string.Join(", ", Methods.Ids)}.");
