using System.Text.Json;
using Npgsql;

namespace PolicyTracker.Facts;

/// <summary>One version of a fact, known from a sequence on.</summary>
/// <param name="Recorded">The sequence at which the fact was first recorded.</param>
public sealed record FactRow(FactLife Life, long Recorded, long KnownFrom)
{
    public const string Columns = "fact_id, recorded, known_from, status, disputed, confirmed_on, fact";

    public static FactRow Read(NpgsqlDataReader row) => new(
        new FactLife
        {
            Id = row.GetString(0),
            Fact = JsonSerializer.Deserialize<Fact>(row.GetString(6), Json.Options)!,
            Retracted = row.GetString(3) == WireNames.Of(FactStatus.Retracted),
            Disputed = row.GetBoolean(4),
            ConfirmedOn = [.. row.GetFieldValue<DateOnly[]>(5)],
        },
        row.GetInt64(1), row.GetInt64(2));

    /// <summary>The texts of a fact in which a search looks, in lower case.</summary>
    public static string SearchText(Fact fact)
    {
        var texts = new List<string>();
        Collect(JsonSerializer.SerializeToElement(fact, Json.Options), texts);
        return string.Join('\n', texts).ToLowerInvariant();
    }

    private static void Collect(JsonElement json, List<string> texts)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                texts.Add(json.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                    Collect(item, texts);
                break;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                    Collect(member.Value, texts);
                break;
        }
    }
}
