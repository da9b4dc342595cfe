using System.Text.Json;
using Npgsql;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>The country documents of today, as they are projected: reading one costs the same however much there is.</summary>
internal static class CurrentState
{
    public static async Task<CountryReliance?> DocumentAsync(Snapshot snapshot, string country) => (await DocumentsAsync(snapshot, [country])).SingleOrDefault();

    /// <summary>The documents of those of the countries that have one.</summary>
    public static Task<IReadOnlyList<CountryReliance>> DocumentsAsync(Snapshot snapshot, IReadOnlyCollection<string> countries)
    {
        var command = snapshot.Command($"select data from {Schema.Policy}.mt_doc_country_reliance where id = any($1)");
        command.Parameters.AddWithValue(countries.ToArray());
        return snapshot.ReadAsync(command, Read);
    }

    public static Task<IReadOnlyList<CountryReliance>> DocumentsAsync(Snapshot snapshot) =>
        snapshot.ReadAsync(snapshot.Command($"select data from {Schema.Policy}.mt_doc_country_reliance"), Read);

    private static CountryReliance Read(NpgsqlDataReader row) => JsonSerializer.Deserialize<CountryReliance>(row.GetString(0), Json.Options)!;
}
