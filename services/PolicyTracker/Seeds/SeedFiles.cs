using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PolicyTracker.Facts;
using PolicyTracker.Measures;
using PolicyTracker.Registry;

namespace PolicyTracker.Seeds;

/// <summary>A folder of seeds, every row read by the reader of requests. A file that is not there has no rows.</summary>
internal sealed record SeedFiles(
    IReadOnlyList<SeedRow<ProviderEntry>> Providers,
    IReadOnlyList<SeedRow<NewTechnology>> Models,
    IReadOnlyList<SeedRow<OpenMeasure>> Measures,
    IReadOnlyList<SeedRow<Fact>> Facts)
{
    public IEnumerable<SeedRow> All => [.. Providers, .. Models, .. Measures, .. Facts];

    /// <param name="today">The day (UTC) that no date of the past may lie after.</param>
    /// <exception cref="SeedException">There is no such folder, or a row breaks a rule.</exception>
    public static SeedFiles Read(string folder, DateOnly today)
    {
        if (!Directory.Exists(folder))
            throw new SeedException(folder, "There is no such folder of seeds.");
        var files = new SeedFiles(
            Rows(Path.Combine(folder, "providers.json"), json => Input.Read<ProviderEntry>(json, today)),
            Rows(Path.Combine(folder, "models.json"), json => Input.Read<NewTechnology>(json, today)),
            Rows(Path.Combine(folder, "measures.json"), json => Input.Read<OpenMeasure>(json, today)),
            Rows(Path.Combine(folder, "facts.ndjson"), json => Input.ReadFact(json, today)));
        files.RefuseBroken(today);
        return files;
    }

    // Rules that a reader of one body cannot know.
    private void RefuseBroken(DateOnly today)
    {
        var providers = Providers.SelectMany(row => row.Value.AllNames()).Select(RegistryName.OfProvider).ToHashSet();
        foreach (var row in Models.Where(row => row.Value.Provider is { } named && !providers.Contains(RegistryName.OfProvider(named))))
            throw row.Broken([new Violation(Codes.UnknownProvider, "provider", $"providers.json has no '{Echo.Of(row.Value.Provider!)}'.")]);
        foreach (var row in Measures)
        {
            if (MeasureDecisions.Open([], row.Value, today) is Refusal refusal)
                throw row.Broken(refusal.Violations);
        }
    }

    private static List<SeedRow<T>> Rows<T>(string file, Func<JsonElement, Reading<T>> read) where T : class
    {
        var rows = new List<SeedRow<T>>();
        foreach (var json in File.Exists(file) ? Json(file) : [])
        {
            var reading = read(json);
            var row = new SeedRow<T>(file, rows.Count + 1, HashOf(file, json), reading.Value!);
            rows.Add(reading.Accepted ? row : throw row.Broken(reading.Violations));
        }

        return rows;
    }

    private static JsonElement[] Json(string file)
    {
        try
        {
            return Path.GetExtension(file) == ".ndjson"
                ? [.. File.ReadLines(file).Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => JsonSerializer.Deserialize<JsonElement>(line))]
                : JsonSerializer.Deserialize<JsonElement[]>(File.ReadAllText(file)) ?? [];
        }
        catch (JsonException e)
        {
            throw new SeedException(file, $"The file is not JSON: {e.Message}");
        }
    }

    // Of the JSON without its white space, so that laying a file out anew makes no row a new one.
    private static string HashOf(string file, JsonElement json) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFileName(file)}\n{JsonSerializer.Serialize(json, PolicyTracker.Json.Options)}"))[..16]);
}

/// <summary>One row of a seed file.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Hash">Of all that the row says; the record knows by it which rows it was given before.</param>
internal abstract record SeedRow(string File, int Number, string Hash)
{
    public SeedException Broken(IReadOnlyList<Violation> violations) =>
        new(File, $"Row {Number}: {string.Join(' ', violations.Select(v => v.Field.Length == 0 ? v.Detail : $"{v.Field}: {v.Detail}"))}");
}

internal sealed record SeedRow<T>(string File, int Number, string Hash, T Value) : SeedRow(File, Number, Hash);

/// <summary>The seeds cannot be loaded: the message names the file, the row and the rule.</summary>
public sealed class SeedException(string file, string reason)
    : Exception($"{file}: {reason} Put it right, or start with PolicyTracker__Seeds=false.");
