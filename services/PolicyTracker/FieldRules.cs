namespace PolicyTracker;

/// <summary>The value is part of the fact's natural key.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IdentifyingAttribute : Attribute;

/// <summary>The value is an absolute http or https address.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HttpUrlAttribute : Attribute;

/// <summary>The value is an ISO 3166-1 alpha-2 code, or EU.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CountryCodeAttribute : Attribute;

/// <summary>The value names a provider, which the registry resolves when the fact is recorded.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ProviderNameAttribute : Attribute;

/// <summary>The value names a technology, which the registry resolves when the fact is recorded.</summary>
/// <param name="provider">The property that names its provider, when the fact has one.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TechnologyNameAttribute(string? provider = null) : Attribute
{
    public string? Provider { get; } = provider;
}
