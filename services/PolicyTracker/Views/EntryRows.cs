using System.Text.Json;
using Marten;
using Npgsql;
using PolicyTracker.Registry;

namespace PolicyTracker.Views;

/// <summary>The registry's entries of one kind on a page of events, and their rows.</summary>
/// <param name="columns">What a row tells of an entry.</param>
internal sealed class EntryRows<TEntry>(string table, string key, Func<TEntry, object> columns) where TEntry : class
{
    private readonly VersionedRows _rows = new(table, key);
    private readonly Dictionary<string, TEntry> _entries = [];
    private ILookup<string, string> _intos = Array.Empty<string>().ToLookup(m => m);

    public Merges Merges { get; private set; } = new([]);

    /// <summary>The entries that the page moves, and those that lead to one of them before it or within it.</summary>
    public IReadOnlyCollection<string> Moving { get; private set; } = [];

    /// <summary>Reads the merges that stand before the page.</summary>
    /// <param name="moves">Which entry each event of the page moves, and to which.</param>
    public async Task LoadMergesAsync(NpgsqlConnection connection, IEnumerable<(string Id, string? Into)?> moves, CancellationToken cancellation)
    {
        var moved = moves.OfType<(string Id, string? Into)>().ToList();
        await using var command = new NpgsqlCommand($"select {key}, merged_into from {Schema.Policy}.{table} where known_to is null and survivor is not null", connection);
        var standing = await ViewQueries.ReadAsync(command, row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellation);
        var ever = standing.Concat(moved.Where(m => m.Into is not null).Select(m => KeyValuePair.Create(m.Id, m.Into!))).ToList();
        (Merges, _intos) = (new Merges(standing), ever.ToLookup(m => m.Key, m => m.Value));
        Moving = Reach.From(moved.Select(m => m.Id), ever.ToLookup(m => m.Value, m => m.Key));
    }

    /// <summary>Reads the entries that the page moves, those that are named, and what either stand for before it or within it.</summary>
    public async Task LoadEntriesAsync(NpgsqlConnection connection, IEnumerable<string> named, CancellationToken cancellation)
    {
        var ids = Reach.From(Moving.Concat(named), _intos);
        if (ids.Count == 0)
            return;
        await using var command = new NpgsqlCommand($"select {key}, entry from {Schema.Policy}.{table} where known_to is null and {key} = any($1)", connection);
        command.Parameters.AddWithValue(ids.ToArray());
        foreach (var (id, entry) in await ViewQueries.ReadAsync(command, row => (row.GetString(0), JsonSerializer.Deserialize<TEntry>(row.GetString(1), Json.Options)!), cancellation))
            _entries[id] = entry;
    }

    public TEntry? Find(string id) => _entries.GetValueOrDefault(id);

    /// <returns>The ids whose facts move with it: those that lead to the entry, where it moves them.</returns>
    public IReadOnlyCollection<string> Describe(string id, long sequence, TEntry entry, bool moves)
    {
        _entries[id] = entry;
        Write(id, sequence);
        return moves ? Merges.MembersOf(id) : [];
    }

    /// <summary>Merges an entry into another, or back into none.</summary>
    /// <returns>The ids whose facts move with it.</returns>
    public IReadOnlyCollection<string> Merge(string id, string? into, long sequence)
    {
        if (into is null)
            Merges.Unmerge(id);
        else
            Merges.Merge(id, into);
        var moved = Merges.MembersOf(id);
        foreach (var each in moved)
            Write(each, sequence);
        return moved;
    }

    public void Save(IDocumentOperations operations) => _rows.Save(operations);

    private void Write(string id, long sequence)
    {
        var row = JsonSerializer.SerializeToNode(columns(_entries[id]), VersionedRows.ColumnNames)!.AsObject();
        if (Merges.IntoOf(id) is { } into)
            (row["merged_into"], row["survivor"]) = (into, Merges.SurvivorOf(id));
        _rows.Close(id, sequence);
        _rows.Open(id, sequence, row);
    }
}
