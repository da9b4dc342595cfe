using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using PolicyTracker.Facts;

namespace PolicyTracker;

/// <summary>
/// The strict reader of requests: from JSON to a record that keeps every rule of its fields, or to all the rules that it breaks. It reads
/// the rules from the record itself: required members, nullability, the attributes of <c>FieldRules.cs</c>, <c>MaxLength</c>,
/// <c>MinLength</c>, <c>Range</c> and <see cref="IHasRules"/>. Text arrives trimmed.
/// </summary>
public static class Input
{
    /// <param name="today">The day (UTC) that no date of the past may lie after.</param>
    /// <remarks>Never throws for what the JSON holds.</remarks>
    public static Reading<T> Read<T>(JsonElement body, DateOnly today) where T : class
    {
        var reader = new InputReader(today);
        var accepted = reader.Object(body, Json.Options.GetTypeInfo(typeof(T)), "");
        return new Reading<T>(reader.Found == 0 ? accepted.Deserialize<T>(Json.Options) : null, reader.Violations);
    }

    /// <summary>Reads a fact of any type, told by its <c>type</c>.</summary>
    public static Reading<Fact> ReadFact(JsonElement body, DateOnly today) => Read<Fact>(body, today);
}

/// <summary>A record that keeps every rule, or the rules that the request breaks; never both.</summary>
/// <param name="Violations">The first hundred at most.</param>
public sealed record Reading<T>(T? Value, IReadOnlyList<Violation> Violations) where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    public bool Accepted => Value is not null;

    /// <exception cref="Refused">The request breaks a rule.</exception>
    public T OrRefuse() => Value ?? throw new Refused(Violations);
}
