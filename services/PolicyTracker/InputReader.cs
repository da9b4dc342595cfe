using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace PolicyTracker;

/// <summary>One reading of one body: checks each value against its type and rules, and keeps the accepted values as JSON in normal form.</summary>
internal sealed partial class InputReader(DateOnly today)
{
    private const int MostReported = 100;
    private readonly List<Violation> _violations = [];

    /// <summary>How many rules are broken; more than are reported when there are very many.</summary>
    public int Found { get; private set; }

    public IReadOnlyList<Violation> Violations => _violations;

    public JsonObject Object(JsonElement given, JsonTypeInfo type, string path)
    {
        var accepted = new JsonObject();
        if (given.ValueKind != JsonValueKind.Object)
        {
            WrongType(path, "object", given);
            return accepted;
        }

        var before = Found;
        var members = Members(given, path);
        var concrete = type;
        if (type.PolymorphismOptions is { } family)
        {
            if (Derived(members, family, path) is not { } derived)
                return accepted;
            accepted[family.TypeDiscriminatorPropertyName] = (string)derived.TypeDiscriminator!;
            members.Remove(family.TypeDiscriminatorPropertyName);
            concrete = Json.Options.GetTypeInfo(derived.DerivedType);
        }

        Fields(members, concrete, path, accepted);
        if (Found == before && concrete.Type.IsAssignableTo(typeof(IHasRules)))
            foreach (var violation in ((IHasRules)accepted.Deserialize(type)!).Violations())
                Add(violation with { Field = Join(path, violation.Field) });
        return accepted;
    }

    private OrderedDictionary<string, JsonElement> Members(JsonElement given, string path)
    {
        var members = new OrderedDictionary<string, JsonElement>();
        foreach (var member in given.EnumerateObject())
            if (Name(member) is not { } name || name.Any(IsControl))
                Add(Codes.NotText, path, "The name of a field holds control characters or unpaired surrogates.");
            else if (!members.TryAdd(name, member.Value))
                Add(Codes.DuplicateField, Join(path, name), $"The field '{Echo.Of(name)}' is given more than once.");
        return members;
    }

    private void Fields(OrderedDictionary<string, JsonElement> members, JsonTypeInfo type, string path, JsonObject accepted)
    {
        var fields = type.Properties.Select(Field.Of).Where(field => field.Readable).ToDictionary(field => field.Name);
        foreach (var (name, value) in members)
            if (!fields.TryGetValue(name, out var field))
                UnknownField(name, path, fields.Keys);
            else if (value.ValueKind != JsonValueKind.Null || field.Required)
                accepted[name] = FieldValue(value, field, Join(path, name));
        foreach (var field in fields.Values.Where(field => field.Required && !members.ContainsKey(field.Name)))
            Missing(Join(path, field.Name));
    }

    private JsonNode? FieldValue(JsonElement given, Field field, string path)
    {
        if (given.ValueKind != JsonValueKind.Null)
            return field.Shape.Kind == JsonTypeInfoKind.Enumerable ? Items(given, field, path) : Value(given, field.Shape, field, field.MaxLength, path);
        Missing(path);
        return null;
    }

    private JsonArray? Items(JsonElement given, Field field, string path)
    {
        if (given.ValueKind != JsonValueKind.Array)
        {
            WrongType(path, "array", given);
            return null;
        }

        var length = given.GetArrayLength();
        if (length > field.MaxLength)
        {
            Add(Codes.TooLong, path, $"At most {field.MaxLength} items are accepted; {length} were given.", [$"at most {field.MaxLength}"]);
            return null;
        }

        if (length < field.MinLength)
            Add(Codes.TooFew, path, $"At least {field.MinLength} items are needed; {length} were given.", [$"at least {field.MinLength}"]);
        var shape = Json.Options.GetTypeInfo(field.Shape.ElementType!);
        var accepted = new JsonArray();
        foreach (var item in given.EnumerateArray())
            accepted.Add(Value(item, shape, field, field.ItemMaxLength, $"{path}[{accepted.Count}]"));
        return accepted;
    }

    private JsonNode? Value(JsonElement given, JsonTypeInfo shape, Field rules, int limit, string path) =>
        (Nullable.GetUnderlyingType(shape.Type) ?? shape.Type) switch
        {
            var type when type == typeof(string) => Text(given, rules, limit, path),
            var type when type == typeof(WorldDate) => Date(given, rules, path),
            var type when type == typeof(DateOnly) => Day(given, rules, path),
            var type when type == typeof(bool) => Truth(given, path),
            var type when type == typeof(int) => Number(given, rules, path),
            // Of a grammar of its own: whoever asked for it as it is reads it further.
            var type when type == typeof(JsonElement) => JsonNode.Parse(given.GetRawText()),
            { IsEnum: true } type => OneOf(given, WireNames.Values(type), path),
            _ when shape.Kind == JsonTypeInfoKind.Object => Object(given, shape, path),
            var type => throw new NotSupportedException($"A request cannot hold a {type}: teach {nameof(InputReader)} to read it."),
        };

    private JsonDerivedType? Derived(OrderedDictionary<string, JsonElement> members, JsonPolymorphismOptions family, string path)
    {
        var discriminator = family.TypeDiscriminatorPropertyName;
        var names = family.DerivedTypes.Select(type => (string)type.TypeDiscriminator!).ToList();
        if (!members.TryGetValue(discriminator, out var told) || told.ValueKind == JsonValueKind.Null)
        {
            Add(Codes.MissingField, Join(path, discriminator), $"The field '{discriminator}' is required.", names);
            return null;
        }

        if (Words(told, Join(path, discriminator)) is not { } name)
            return null;
        var at = names.IndexOf(name);
        if (at >= 0)
            return family.DerivedTypes[at];
        Add(Codes.UnknownType, Join(path, discriminator), $"There is no type '{Echo.Of(name)}'.", names, Nearest.To(name, names));
        return null;
    }

    private static string? Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private void UnknownField(string name, string path, IEnumerable<string> known) =>
        Add(Codes.UnknownField, Join(path, name), $"There is no field '{Echo.Of(name)}'.", nearest: Nearest.To(name, known));

    private void Missing(string path) => Add(Codes.MissingField, path, $"The field '{path}' is required.");

    private void WrongType(string path, string expected, JsonElement given) =>
        Add(Codes.WrongType, path, $"A JSON {expected} was expected; {Given(given.ValueKind)} was given.", [expected]);

    private static string Given(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    private static string Join(string path, string name) => path.Length == 0 ? Echo.Of(name) : $"{path}.{Echo.Of(name)}";

    private void Add(string code, string path, string detail, IReadOnlyList<string>? allowed = null, IReadOnlyList<string>? nearest = null) =>
        Add(new Violation(code, path, detail, allowed, nearest is { Count: 0 } ? null : nearest));

    private void Add(Violation violation)
    {
        Found++;
        if (_violations.Count < MostReported)
            _violations.Add(violation);
    }
}
