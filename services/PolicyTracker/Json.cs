using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace PolicyTracker;

/// <summary>The one form of JSON: what is stored, what is answered, what seeds and goldens are written in.</summary>
public static class Json
{
    /// <summary>The member that tells the concrete type of a fact, or of any abstract record whose concrete types have wire names.</summary>
    public const string Discriminator = "type";

    public static JsonSerializerOptions Options { get; } = Shared();

    /// <summary>Brings any options, such as those of the store or of HTTP, to the one form.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.AllowOutOfOrderMetadataProperties = true;
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        // First in the list, so that no enum converter that a library has added before wins.
        options.Converters.Insert(0, new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameDerivedTypes, LeaveOutEmpty, KeepRequired } };
    }

    /// <summary>Adds the members of a value to an object.</summary>
    public static JsonObject With<T>(this JsonObject target, T value)
    {
        foreach (var (name, member) in JsonSerializer.SerializeToNode(value, Options)!.AsObject())
            target[name] = member?.DeepClone();
        return target;
    }

    private static JsonSerializerOptions Shared()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    private static void NameDerivedTypes(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || !type.Type.IsAbstract || type.Type.Assembly != typeof(Json).Assembly || WireNames.Under(type.Type).IsEmpty)
            return;
        type.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = Discriminator };
        foreach (var (name, derived) in WireNames.Under(type.Type))
            type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(derived, name));
    }

    private static void LeaveOutEmpty(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            if (property.AttributeProvider?.IsDefined(typeof(SetByServiceAttribute), inherit: true) == true)
                property.ShouldSerialize = (_, value) => value is not (null or ICollection { Count: 0 });
    }

    // Left out because it is null, it could not be read back.
    private static void KeepRequired(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            if (property.IsRequired)
                property.ShouldSerialize = (_, _) => true;
    }
}
