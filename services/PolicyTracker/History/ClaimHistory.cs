using Marten;
using Npgsql;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.History;

/// <summary>Reads the claims on a country: as they were known at one moment, and how they came and went between two.</summary>
internal static class ClaimHistory
{
    private static readonly int KnownFromColumn = ClaimRow.Columns.Split(',').Length;

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

    /// <summary>The claims known at either of two sequences or between them, as they come and go on the way from the first to the second; of those that count by a day.</summary>
    public static Task<IReadOnlyList<PassingClaim>> BetweenAsync(Snapshot snapshot, string country, IEnumerable<string> suppliers, long first, long second, DateOnly by)
    {
        var command = snapshot.Command($"""
            select {ClaimRow.Columns}, known_from, known_to from {Schema.Policy}.claim
             where dependent = $1 and supplier = any($2) and known_from <= $3 and (known_to is null or known_to > $4) and effective <= $5 order by told, origin, ordinal, known_from
            """);
        var (after, upTo) = (Math.Min(first, second), Math.Max(first, second));
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(suppliers.Append(Claim.EveryPair).ToArray());
        command.Parameters.AddWithValue(upTo);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(by);
        return snapshot.ReadAsync(command, row =>
        {
            var (knownFrom, knownTo) = (row.GetInt64(KnownFromColumn), row.IsDBNull(KnownFromColumn + 1) ? (long?)null : row.GetInt64(KnownFromColumn + 1));
            var (opened, closed) = (knownFrom > after ? knownFrom : (long?)null, knownTo <= upTo ? knownTo : null);
            return first <= second ? new PassingClaim(ClaimRow.Read(row), opened, closed) : new PassingClaim(ClaimRow.Read(row), closed, opened);
        });
    }

    /// <summary>The event by which the method that was published at the snapshot's moment was adopted; null when it was the first one. Not every country heard of it.</summary>
    public static async Task<HeardEvent?> AdoptionAsync(Snapshot snapshot, IDocumentStore store)
    {
        if (await snapshot.EventsAsync(store, MethodAdopted.Stream) is not [.., { Data: MethodAdopted adopted } e])
            return null;
        var times = await RecordPoints.TimesAsync(snapshot, [e.Sequence]);
        return new HeardEvent(
            e.Sequence, times[e.Sequence], e.EventTypeName, Cause.PipelineChange, adopted.Why(), Fact: null, Measure: null, Provider: null,
            Occurred: null, DateOnly.FromDateTime(e.Timestamp.UtcDateTime), Publisher: null);
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

/// <summary>A claim on the way from one moment of the record to another.</summary>
/// <param name="Comes">The event with which it comes in; null when it was there at the first moment.</param>
/// <param name="Goes">The event with which it goes; null when it is there at the second moment.</param>
internal sealed record PassingClaim(ClaimRow Row, long? Comes, long? Goes)
{
    /// <summary>The events on the way that move it.</summary>
    public IEnumerable<long> Moves => new[] { Comes, Goes }.OfType<long>();

    /// <summary>Whether it is there once only these events have happened.</summary>
    public bool IsThereAfter(IReadOnlySet<long> events) => (Comes is not { } comes || events.Contains(comes)) && !(Goes is { } goes && events.Contains(goes));
}

/// <summary>An event that a country heard of.</summary>
/// <param name="RecordedAt">From when the service could answer with it.</param>
/// <param name="Occurred">When it happened in the world, in the source's words.</param>
/// <param name="Effective">The day from which it counts.</param>
public sealed record HeardEvent(
    long Sequence, DateTimeOffset RecordedAt, string Type, Cause Cause, string? Why, string? Fact, string? Measure, string? Provider,
    string? Occurred, DateOnly Effective, string? Publisher);
