using Npgsql;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.History;

/// <summary>Reads the claims on a country: as they were known at one moment, and how they came and went between two.</summary>
internal static class ClaimHistory
{
    /// <summary>The claims known at the snapshot's moment, of whatever day, that name one of the suppliers or stand for every pair.</summary>
    public static Task<IReadOnlyList<ClaimRow>> KnownAsync(Snapshot snapshot, string country, IEnumerable<string> suppliers)
    {
        var command = snapshot.Command($"select {ClaimRow.Columns} from {Schema.Policy}.claim c where dependent = $1 and supplier = any($2) and {snapshot.Known("c")} order by told, origin, ordinal");
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(suppliers.Append(Claim.EveryPair).ToArray());
        return snapshot.ReadAsync(command, ClaimRow.Read);
    }

    /// <summary>Every supplier that some claim on the country has ever named.</summary>
    public static async Task<IReadOnlyList<string>> SuppliersAsync(Snapshot snapshot, string country)
    {
        var command = snapshot.Command($"select distinct supplier from {Schema.Policy}.claim where dependent = $1 and supplier not in ($1, '{Claim.EveryPair}', '{Claim.Unattributed}')");
        command.Parameters.AddWithValue(country);
        return [.. (await snapshot.ReadAsync(command, row => row.GetString(0))).Order(StringComparer.Ordinal)];
    }

    /// <summary>Which indicators the events after one sequence and up to another moved, by opening or closing claims that count by a day.</summary>
    public static Task<IReadOnlyList<MovedClaim>> MovedAsync(Snapshot snapshot, string country, IEnumerable<string> suppliers, long after, long upTo, DateOnly by)
    {
        var command = snapshot.Command($"""
            select distinct sequence, supplier, indicator from (
                select known_from as sequence, * from {Schema.Policy}.claim union all select known_to, * from {Schema.Policy}.claim where known_to is not null) c
             where dependent = $1 and supplier = any($2) and sequence > $3 and sequence <= $4 and effective <= $5 order by sequence
            """);
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(suppliers.Append(Claim.EveryPair).ToArray());
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upTo);
        command.Parameters.AddWithValue(by);
        return snapshot.ReadAsync(command, row => new MovedClaim(row.GetInt64(0), row.GetString(1), Enum.Parse<Indicator>(row.GetString(2))));
    }

    /// <summary>The versions of the method that were adopted after one sequence and up to another.</summary>
    public static Task<IReadOnlyList<long>> AdoptionsAsync(Snapshot snapshot, long after, long upTo)
    {
        var command = snapshot.Command($"select sequence from {Schema.Policy}.method_adopted where sequence > $1 and sequence <= $2 order by sequence");
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upTo);
        return snapshot.ReadAsync(command, row => row.GetInt64(0));
    }

    /// <summary>What the country heard of these events.</summary>
    public static async Task<IReadOnlyList<HeardEvent>> EventsAsync(Snapshot snapshot, string country, long[] sequences)
    {
        var command = snapshot.Command($"""
            select {CountryEvents.LastChangeColumns}, occurred, effective, publisher from {Schema.Policy}.country_event where country = $1 and sequence = any($2) order by sequence
            """);
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(sequences);
        var times = await RecordPoints.TimesAsync(snapshot, sequences);
        return await snapshot.ReadAsync(command, row => Read(row, times));
    }

    private static HeardEvent Read(NpgsqlDataReader row, IReadOnlyDictionary<long, DateTimeOffset> times)
    {
        var change = CountryEvents.ReadLastChange(row);
        return new HeardEvent(
            change.Sequence, times[change.Sequence], change.Type, change.Cause, change.Why, change.Fact, change.Measure, change.Provider,
            CountryEvents.Text(row, 7), row.GetFieldValue<DateOnly>(8), CountryEvents.Text(row, 9));
    }
}

/// <summary>An event opened or closed a claim on an indicator.</summary>
internal sealed record MovedClaim(long Sequence, string Supplier, Indicator Indicator);

/// <summary>An event that a country heard of.</summary>
/// <param name="RecordedAt">From when the service could answer with it.</param>
/// <param name="Occurred">When it happened in the world, in the source's words.</param>
/// <param name="Effective">The day from which it counts.</param>
public sealed record HeardEvent(
    long Sequence, DateTimeOffset RecordedAt, string Type, Cause Cause, string? Why, string? Fact, string? Measure, string? Provider,
    string? Occurred, DateOnly Effective, string? Publisher);
