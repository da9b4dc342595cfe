using System.Text.Json;
using Npgsql;
using PolicyTracker.Facts;
using PolicyTracker.Measures;

namespace PolicyTracker.Views;

/// <summary>What the projection reads back of its own rows.</summary>
internal static class ViewQueries
{
    /// <summary>The facts of these ids, and those that name one of these registry entries, as they stand.</summary>
    public static async Task<IReadOnlyList<FactRow>> LiveFactsAsync(NpgsqlConnection connection, string[] ids, string[] named, CancellationToken cancellation)
    {
        if (ids.Length + named.Length == 0)
            return [];
        await using var command = new NpgsqlCommand(
            $"select {FactRow.Columns} from {Schema.Policy}.fact_version where known_to is null and (fact_id = any($1) or ids && $2)", connection);
        command.Parameters.AddWithValue(ids);
        command.Parameters.AddWithValue(named);
        return await ReadAsync(command, FactRow.Read, cancellation);
    }

    /// <summary>The entries of these measures as last known, in order, the retracted ones included.</summary>
    public static async Task<Dictionary<string, IReadOnlyList<RecordedEntry>>> EntriesAsync(NpgsqlConnection connection, string[] measures, CancellationToken cancellation)
    {
        if (measures.Length == 0)
            return [];
        await using var command = new NpgsqlCommand($"""
            select distinct on (measure_id, number) measure_id, number, entry, known_to is not null from {Schema.Policy}.measure_entry
             where measure_id = any($1) order by measure_id, number, known_from desc
            """, connection);
        command.Parameters.AddWithValue(measures);
        var rows = await ReadAsync(command, row => (Measure: row.GetString(0), Entry: new RecordedEntry(row.GetInt32(1),
            JsonSerializer.Deserialize<MeasureEntry>(row.GetString(2), Json.Options)!)
        { Retracted = row.GetBoolean(3) }), cancellation);
        return rows.GroupBy(r => r.Measure).ToDictionary(g => g.Key, g => (IReadOnlyList<RecordedEntry>)[.. g.Select(r => r.Entry)]);
    }

    /// <summary>The claims that these facts and measures make.</summary>
    public static async Task<Dictionary<string, IReadOnlyList<ClaimRow>>> LiveClaimsOfAsync(NpgsqlConnection connection, string[] origins, CancellationToken cancellation)
    {
        if (origins.Length == 0)
            return [];
        await using var command = new NpgsqlCommand($"select {ClaimRow.Columns} from {Schema.Policy}.claim where known_to is null and origin = any($1)", connection);
        command.Parameters.AddWithValue(origins);
        return (await ReadAsync(command, ClaimRow.Read, cancellation)).GroupBy(r => r.Claim.Origin).ToDictionary(g => g.Key, g => (IReadOnlyList<ClaimRow>)[.. g]);
    }

    /// <summary>The claims on these subjects, and on every subject that a claim effective or reaffirmed within the days speaks of.</summary>
    public static async Task<IReadOnlyList<ClaimRow>> LiveClaimsOnAsync(
        NpgsqlConnection connection, IReadOnlyCollection<SubjectKey> subjects, DateOnly after, DateOnly upTo, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            with asked as (
                select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as s(dependent, supplier, indicator, subject)
                union
                select dependent, supplier, indicator, subject from {Schema.Policy}.claim where known_to is null and effective > $5 and effective <= $6
                union
                select dependent, supplier, indicator, subject from {Schema.Policy}.claim where known_to is null and confirmed_on <> '{"{}"}'
                   and exists (select 1 from unnest(confirmed_on) d where d > $5 and d <= $6))
            select {string.Join(", ", ClaimRow.Columns.Split(", ").Select(c => $"c.{c}"))} from asked
              join {Schema.Policy}.claim c using (dependent, supplier, indicator, subject) where c.known_to is null
            """, connection);
        command.Parameters.AddWithValue(subjects.Select(s => s.Dependent).ToArray());
        command.Parameters.AddWithValue(subjects.Select(s => s.Supplier).ToArray());
        command.Parameters.AddWithValue(subjects.Select(s => s.Indicator.ToString()).ToArray());
        command.Parameters.AddWithValue(subjects.Select(s => s.Subject).ToArray());
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upTo);
        return await ReadAsync(command, ClaimRow.Read, cancellation);
    }

    /// <summary>The newest day among the subjects that are alike on a day, those left out that this page has touched; null when there is no other.</summary>
    public static async Task<DateOnly?> NewestAsync(
        NpgsqlConnection connection, SubjectKey key, string alike, DateOnly day, string[] except, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            select newest from {Schema.Policy}.standing
             where dependent = $1 and supplier = $2 and indicator = $3 and alike = $4 and subject <> all($5) and known_to is null
               and newest <= $6 and from_day <= $6 and (to_day is null or to_day > $6) order by newest desc limit 1
            """, connection);
        command.Parameters.AddWithValue(key.Dependent);
        command.Parameters.AddWithValue(key.Supplier);
        command.Parameters.AddWithValue(key.Indicator.ToString());
        command.Parameters.AddWithValue(StandingRows.Alike(alike));
        command.Parameters.AddWithValue(except);
        command.Parameters.AddWithValue(day);
        return await command.ExecuteScalarAsync(cancellation) is DateOnly newest ? newest : null;
    }

    public static async Task<List<T>> ReadAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(read(reader));
        return rows;
    }
}
