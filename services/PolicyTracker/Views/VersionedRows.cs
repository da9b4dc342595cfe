using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;

namespace PolicyTracker.Views;

/// <summary>The rows of one table that a page of events opens and closes, written together at its end.</summary>
/// <param name="key">The column that names whose versions the rows are.</param>
internal sealed class VersionedRows(string table, string key)
{
    /// <summary>JSON whose members are the columns of a table.</summary>
    public static readonly JsonSerializerOptions ColumnNames = Columns();

    private readonly List<JsonObject> _opened = [];
    private readonly Dictionary<string, List<JsonObject>> _live = [];
    private readonly Dictionary<string, long> _closed = [];

    /// <summary>Opens a row, known from a sequence on; its members in snake_case are the columns.</summary>
    public void Open(string id, long sequence, object columns)
    {
        var row = JsonSerializer.SerializeToNode(columns, ColumnNames)!.AsObject();
        row[key] = id;
        row["known_from"] = sequence;
        _opened.Add(row);
        if (!_live.TryGetValue(id, out var rows))
            _live[id] = rows = [];
        rows.Add(row);
    }

    /// <summary>Closes the rows of one key that are still known: those that this page opened, and those that the pages before left.</summary>
    public void Close(string id, long sequence)
    {
        _closed.TryAdd(id, sequence);
        if (!_live.Remove(id, out var rows))
            return;
        foreach (var row in rows)
            row["known_to"] = sequence;
    }

    public void Save(IDocumentOperations operations)
    {
        if (_closed.Count > 0)
        {
            operations.QueueSqlCommand(
                $"update {Schema.Policy}.{table} t set known_to = c.value::bigint from jsonb_each_text(?::jsonb) c where t.{key} = c.key and t.known_to is null",
                JsonSerializer.Serialize(_closed));
        }

        if (_opened.Count > 0)
            Insert(operations, table, _opened);
    }

    /// <summary>Inserts rows whose members are the columns of the table.</summary>
    public static void Insert(IDocumentOperations operations, string table, IEnumerable<object> rows) =>
        operations.QueueSqlCommand(
            $"insert into {Schema.Policy}.{table} select * from jsonb_populate_recordset(null::{Schema.Policy}.{table}, ?::jsonb)",
            JsonSerializer.Serialize(rows, ColumnNames));

    private static JsonSerializerOptions Columns()
    {
        var options = new JsonSerializerOptions();
        Json.Configure(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        return options;
    }
}
