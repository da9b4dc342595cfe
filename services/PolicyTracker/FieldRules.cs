namespace PolicyTracker;

/// <summary>The value is part of the fact's natural key.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IdentifyingAttribute : Attribute;

/// <summary>The value is an absolute http or https address.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HttpUrlAttribute : Attribute;

/// <summary>The value, or each item of it, is an ISO 3166-1 alpha-2 code, or EU.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CountryCodeAttribute : Attribute;

/// <summary>Each text of the list has at most so many characters; <c>MaxLength</c> limits the list itself.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemMaxLengthAttribute(int length) : Attribute
{
    public int Length { get; } = length;
}

/// <summary>The day, or the first possible day of the date, may not lie after today (UTC).</summary>
/// <param name="code">The code of the violation.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotInFutureAttribute(string code = Codes.DateInFuture) : Attribute
{
    public string Code { get; } = code;
}

/// <summary>The service sets the value itself: a request that carries it is refused, and empty it is not written.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SetByServiceAttribute : Attribute;

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

/// <summary>A record with rules between its fields that no single field's attribute can state.</summary>
public interface IHasRules
{
    /// <summary>The broken ones; each field is named from this record on.</summary>
    IEnumerable<Violation> Violations();
}
