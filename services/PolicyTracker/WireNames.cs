using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;

namespace PolicyTracker;

/// <summary>The names under which types and enum values are stored and published.</summary>
public static class WireNames
{
    private static readonly ConcurrentDictionary<Type, ImmutableSortedDictionary<string, Type>> Families = new();
    private static readonly ConcurrentDictionary<Type, ImmutableArray<string>> EnumValues = new();

    /// <summary>The concrete types under a base that carry a wire name, by that name.</summary>
    public static ImmutableSortedDictionary<string, Type> Under(Type family) => Families.GetOrAdd(family, static type =>
        typeof(WireNames).Assembly.GetTypes()
            .Where(candidate => !candidate.IsAbstract && candidate.IsAssignableTo(type) && candidate.IsDefined(typeof(WireNameAttribute), inherit: false))
            .ToImmutableSortedDictionary(Of, candidate => candidate, StringComparer.Ordinal));

    /// <summary>The wire name of a type that has one.</summary>
    /// <exception cref="InvalidOperationException">The type has none.</exception>
    public static string Of(Type type) => type.GetCustomAttribute<WireNameAttribute>(inherit: false)?.Name
        ?? throw new InvalidOperationException($"{type.Name} has no wire name.");

    /// <summary>The name of an enum value in JSON, routes and filters.</summary>
    public static string Of<TEnum>(TEnum value) where TEnum : struct, Enum => JsonSerializer.SerializeToElement(value, Json.Options).GetString()!;

    /// <summary>The names of all values of an enum, in the order of their declaration.</summary>
    public static ImmutableArray<string> Values(Type enumType) => EnumValues.GetOrAdd(enumType, static type =>
        [.. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToElement(value, type, Json.Options).GetString()!)]);

    /// <summary>The enum value of a name, spelled exactly so.</summary>
    public static bool TryParse<TEnum>(string name, out TEnum value) where TEnum : struct, Enum
    {
        var at = Values(typeof(TEnum)).IndexOf(name);
        value = at < 0 ? default : Enum.GetValues<TEnum>()[at];
        return at >= 0;
    }
}
