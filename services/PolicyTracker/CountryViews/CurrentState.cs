using System.Text.Json;
using Npgsql;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>The state of today, from the projected document and the newest rows: it costs the same however much there is.</summary>
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

    public static async Task<CountryState> ReadAsync(Snapshot snapshot, CountryReliance document, MethodDefinition method) =>
        new(method, document.By(method), await EvidenceAsync(snapshot, document), await ListedAsync(snapshot, document.Country));

    private static CountryReliance Read(NpgsqlDataReader row) => JsonSerializer.Deserialize<CountryReliance>(row.GetString(0), Json.Options)!;

    private static Task<IReadOnlyList<EvidenceRow>> EvidenceAsync(Snapshot snapshot, CountryReliance document)
    {
        var command = snapshot.Command($"""
            select c.supplier, c.indicator, c.origin, c.effective, c.told, c.kind, c.value, c.general, c.tier
              from unnest($2::text[], $3::text[]) as asked(supplier, indicator),
                   lateral (select * from {Schema.Policy}.claim
                             where dependent = $1 and supplier = asked.supplier and indicator = asked.indicator and known_to is null and lead and effective <= $4
                             order by effective desc, told desc, origin collate "C" desc limit {CountryState.Newest}) c
            """);
        var asked = document.Tallies.SelectMany(t => t.Value.Evidence.Keys.Select(i => (Supplier: t.Key, Indicator: i.ToString()))).ToArray();
        command.Parameters.AddWithValue(document.Country);
        command.Parameters.AddWithValue(asked.Select(a => a.Supplier).ToArray());
        command.Parameters.AddWithValue(asked.Select(a => a.Indicator).ToArray());
        command.Parameters.AddWithValue(document.AsOf);
        return snapshot.ReadAsync(command, row => new EvidenceRow(row.GetString(0), Enum.Parse<Indicator>(row.GetString(1)), row.GetString(2), row.GetFieldValue<DateOnly>(3),
            row.GetInt64(4), Enum.Parse<ClaimKind>(row.GetString(5)), row.GetInt32(6), row.GetBoolean(7), Enum.Parse<Tier>(row.GetString(8))));
    }

    private static Task<IReadOnlyList<ListedRow>> ListedAsync(Snapshot snapshot, string country)
    {
        var command = snapshot.Command($"""
            select s.list, s.subject, s.origin, s.since, s.contested
              from unnest($2::text[]) as asked(list),
                   lateral (select * from {Schema.Policy}.standing where dependent = $1 and list = asked.list
                             order by since desc, told desc, subject collate "C" desc limit {CountryState.Newest}) s
            """);
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(ViewLists.All.ToArray());
        return snapshot.ReadAsync(command, row => new ListedRow(row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateOnly>(3), row.GetBoolean(4)));
    }
}
