using System.Text.Json;
using PolicyTracker.Measures;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.History;

/// <summary>A fact, or an entry of a measure, that began or ended something on a day of the world, or was reaffirmed on it.</summary>
/// <param name="Sequence">The event that recorded it first; what became of our record of it since is told by its life.</param>
/// <param name="Type">The type of that event.</param>
/// <param name="Entry">The number of the measure's entry from which its state on the day follows.</param>
public sealed record TurnedEvent(DateOnly Day, long Sequence, string Type, string? Fact, string? Measure, int? Entry);

/// <summary>A claim on a day on which it turns.</summary>
internal sealed record TurnedClaim(DateOnly Day, ClaimRow Row);

/// <summary>Finds the events that recorded what turned.</summary>
internal sealed class TurnedEvents
{
    private readonly Dictionary<string, (long Sequence, string Type)> _facts;
    private readonly ILookup<string, EntryVersion> _entries;

    private TurnedEvents(Dictionary<string, (long, string)> facts, ILookup<string, EntryVersion> entries) => (_facts, _entries) = (facts, entries);

    public static async Task<TurnedEvents> LoadAsync(Snapshot snapshot, IEnumerable<TurnedClaim> turned)
    {
        var origins = turned.Select(t => t.Row.Claim.Origin).Distinct().ToArray();
        var facts = snapshot.Command($"select fact_id, recorded, type from {Schema.Policy}.fact_version where fact_id = any($1) and known_from = recorded");
        facts.Parameters.AddWithValue(origins);
        var entries = snapshot.Command($"select measure_id, number, known_from, known_to, type, entry from {Schema.Policy}.measure_entry where measure_id = any($1) order by known_from, number");
        entries.Parameters.AddWithValue(origins);
        return new TurnedEvents(
            (await snapshot.ReadAsync(facts, row => (Id: row.GetString(0), Sequence: row.GetInt64(1), Type: row.GetString(2)))).ToDictionary(f => f.Id, f => (f.Sequence, f.Type)),
            (await snapshot.ReadAsync(entries, row => (Measure: row.GetString(0), Version: new EntryVersion(
                new RecordedEntry(row.GetInt32(1), JsonSerializer.Deserialize<MeasureEntry>(row.GetString(5), Json.Options)!),
                row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3), row.GetString(4))))).ToLookup(e => e.Measure, e => e.Version));
    }

    public IReadOnlyList<TurnedEvent> Of(IEnumerable<TurnedClaim> turned) => [.. turned.Select(Of)];

    private TurnedEvent Of(TurnedClaim turned)
    {
        var origin = turned.Row.Claim.Origin;
        if (_facts.TryGetValue(origin, out var fact))
            return new TurnedEvent(turned.Day, fact.Sequence, fact.Type, origin, Measure: null, Entry: null);
        // The claims of a measure are made anew with each of its events: they say what its entries said by then.
        var life = MeasureLife.Of(_entries[origin].Where(e => e.IsKnownAt(turned.Row.Told)).Select(e => e.Recorded));
        var number = MeasureLife.StateAt(life, turned.Day)!.Entry;
        var first = _entries[origin].First(e => e.Recorded.Number == number);
        return new TurnedEvent(turned.Day, first.KnownFrom, first.Type, Fact: null, origin, number);
    }

    private sealed record EntryVersion(RecordedEntry Recorded, long KnownFrom, long? KnownTo, string Type)
    {
        public bool IsKnownAt(long sequence) => KnownFrom <= sequence && (KnownTo is null || KnownTo > sequence);
    }
}
