using System.Text.Json;
using Npgsql;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>The country documents of today, as they are projected: reading one costs the same however much there is.</summary>
internal static class CurrentState
{
    public static async Task<CountryReliance?> DocumentAsync(Snapshot snapshot, string country)
    {
        var command = snapshot.Command($"select data from {Schema.Policy}.mt_doc_country_reliance where id = $1");
        command.Parameters.AddWithValue(country);
        return (await snapshot.ReadAsync(command, Read)).SingleOrDefault();
    }

    public static Task<IReadOnlyList<CountryReliance>> DocumentsAsync(Snapshot snapshot) =>
        snapshot.ReadAsync(snapshot.Command($"select data from {Schema.Policy}.mt_doc_country_reliance"), Read);

    private static CountryReliance Read(NpgsqlDataReader row) => JsonSerializer.Deserialize<CountryReliance>(row.GetString(0), Json.Options)!;
}
