using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;

namespace PolicyTracker;

/// <summary>What a request may hold in one field, as the record's member and its attributes say it.</summary>
internal sealed class Field
{
    private const int DefaultTextLimit = 2000;
    private static readonly ConcurrentDictionary<JsonPropertyInfo, Field> Cache = new();

    private Field(JsonPropertyInfo property)
    {
        // The parameters of a positional record carry the attributes that do not say that they are for the property.
        object[] attributes =
        [
            .. property.AttributeProvider?.GetCustomAttributes(inherit: true) ?? [],
            .. property.AssociatedParameter?.AttributeProvider?.GetCustomAttributes(inherit: true) ?? [],
        ];
        Name = property.Name;
        // A list that may be left out is read as the list; its nullable form tells another element type.
        Shape = Json.Options.GetTypeInfo(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
        Readable = (property.Set is not null || property.AssociatedParameter is not null) && !attributes.OfType<SetByServiceAttribute>().Any();
        Required = property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false };
        MaxLength = attributes.OfType<MaxLengthAttribute>().FirstOrDefault()?.Length ?? DefaultTextLimit;
        ItemMaxLength = attributes.OfType<ItemMaxLengthAttribute>().FirstOrDefault()?.Length ?? DefaultTextLimit;
        MinLength = attributes.OfType<MinLengthAttribute>().FirstOrDefault()?.Length ?? 0;
        var range = attributes.OfType<RangeAttribute>().FirstOrDefault();
        Least = (int?)range?.Minimum ?? int.MinValue;
        Most = (int?)range?.Maximum ?? int.MaxValue;
        Country = attributes.OfType<CountryCodeAttribute>().Any();
        Url = attributes.OfType<HttpUrlAttribute>().Any();
        FutureCode = attributes.OfType<NotInFutureAttribute>().FirstOrDefault()?.Code;
    }

    public string Name { get; }
    public JsonTypeInfo Shape { get; }
    public bool IsList => Shape.Kind == JsonTypeInfoKind.Enumerable;
    public bool Readable { get; }
    public bool Required { get; }
    public int MaxLength { get; }
    public int MinLength { get; }
    public int ItemMaxLength { get; }
    public int Least { get; }
    public int Most { get; }
    public bool Country { get; }
    public bool Url { get; }
    /// <summary>The code of the violation when the date lies ahead; null when it may.</summary>
    public string? FutureCode { get; }

    public static Field Of(JsonPropertyInfo property) => Cache.GetOrAdd(property, static property => new Field(property));
}
