using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marten;

namespace PolicyTracker.Views;

/// <summary>The subjects as they stand over both times, as rows: what lists are read from, and the tallies of any moment. Those that a page opens and closes are written together at its end.</summary>
internal sealed class StandingRows
{
    private readonly List<Row> _opened = [];
    private readonly Dictionary<(SubjectKey Key, DateOnly From), Row> _live = [];
    private readonly List<object> _closed = [];

    /// <summary>A group's name as a column that an index can hold, however long the names in it are.</summary>
    public static string Alike(string group) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(group))[..16]);

    /// <summary>Replaces spans of a subject from a sequence on; those that stay the same stay open.</summary>
    public void Replace(SubjectKey key, long sequence, IReadOnlyList<StandingSpan> before, IReadOnlyList<StandingSpan> after)
    {
        foreach (var span in before.Except(after))
            Close(key, span.From, sequence);
        foreach (var span in after.Except(before))
            _opened.Add(_live[(key, span.From)] = new Row(key, span, sequence));
    }

    public void Save(IDocumentOperations operations)
    {
        if (_closed.Count > 0)
        {
            operations.QueueSqlCommand($"""
                update {Schema.Policy}.standing s set known_to = k.known_to
                  from jsonb_to_recordset(?::jsonb) as k(dependent text, supplier text, indicator text, subject text, from_day date, known_to bigint)
                 where (s.dependent, s.supplier, s.indicator, s.subject, s.from_day) = (k.dependent, k.supplier, k.indicator, k.subject, k.from_day) and s.known_to is null
                """, JsonSerializer.Serialize(_closed, VersionedRows.ColumnNames));
        }

        if (_opened.Count > 0)
            VersionedRows.Insert(operations, "standing", _opened);
    }

    private void Close(SubjectKey key, DateOnly from, long sequence)
    {
        if (_live.Remove((key, from), out var row))
            row.KnownTo = sequence;
        else
            _closed.Add(new { key.Dependent, key.Supplier, Indicator = key.Indicator.ToString(), key.Subject, FromDay = from, KnownTo = sequence });
    }

    private sealed class Row(SubjectKey key, StandingSpan span, long sequence)
    {
        public string Dependent => key.Dependent;
        public string Supplier => key.Supplier;
        public string Indicator => key.Indicator.ToString();
        public string Subject => key.Subject;
        public DateOnly FromDay => span.From;
        public DateOnly? ToDay => span.To;
        public long KnownFrom => sequence;
        public long? KnownTo { get; set; }
        public string State { get; } = span.Standing.State.Group();
        public string Alike => StandingRows.Alike(State);
        public DateOnly Newest => span.Standing.State.Newest;
        public string? List => ViewLists.Of(key, span.Standing);
        public string Origin => span.Standing.Origin;
        public DateOnly Since => span.Standing.Since;
        public long Told => span.Standing.Told;
        public bool Contested => span.Standing.State.Contested;
    }
}
