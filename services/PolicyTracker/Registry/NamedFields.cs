using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using PolicyTracker.Facts;

namespace PolicyTracker.Registry;

/// <summary>The fields of a fact type that name registry entries, as its attributes say.</summary>
public sealed class NamedFields
{
    private static readonly ConcurrentDictionary<Type, NamedFields> Cache = new();

    public IReadOnlyList<ProviderField> Providers { get; }
    public IReadOnlyList<TechnologyField> Technologies { get; }

    private NamedFields(Type type)
    {
        var properties = type.GetProperties();
        Providers = [.. properties.Where(p => p.IsDefined(typeof(ProviderNameAttribute))).Select(p => new ProviderField(p))];
        Technologies = [.. from p in properties
                           let named = p.GetCustomAttribute<TechnologyNameAttribute>()
                           where named is not null
                           select new TechnologyField(p, named.Provider is null ? null : type.GetProperty(named.Provider))];
    }

    public static NamedFields Of(Type type) => Cache.GetOrAdd(type, t => new NamedFields(t));
}

public sealed record ProviderField(PropertyInfo Property)
{
    public string Name { get; } = JsonNamingPolicy.CamelCase.ConvertName(Property.Name);

    public string? Value(Fact fact) => (string?)Property.GetValue(fact);
}

public sealed record TechnologyField(PropertyInfo Property, PropertyInfo? Provider)
{
    public string Name { get; } = JsonNamingPolicy.CamelCase.ConvertName(Property.Name);

    public string? Value(Fact fact) => (string?)Property.GetValue(fact);

    /// <summary>The provider that the fact names for it.</summary>
    public string? ProviderOf(Fact fact) => (string?)Provider?.GetValue(fact);
}
