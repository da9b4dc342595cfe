using Weasel.Postgresql.Tables;

namespace PolicyTracker.Recording;

/// <summary>The tables of the writing side. They are reservations, not views: a rebuild leaves them alone.</summary>
public static class RecordingTables
{
    public static IEnumerable<Table> All() =>
    [
        Schema.Table("kept_answer", ["route", "key"],
                "route text", "key text", "body_hash bytea", "status integer", "content text", "location text?", "sequence bigint", "kept_until timestamptz")
            .Index("until", ["kept_until"]),
        // The natural key of every version of every fact, with hashes of the contents that the fact has had under it.
        Schema.Table("fact_key", ["key"], "key text", "fact_id text", "contents text[]"),
        // Every name and alias that an entry of the registry has or had, reduced to its letters and digits: taken for it, and for good.
        Schema.Table("registry_name", ["kind", "provider", "name"], "kind text", "provider text", "name text", "id text")
            .Index("by_name", ["kind", "name"]),
        // The rows of the seeds that the record was ever given: what became of them since is not undone by a start.
        Schema.Table("seed_row", ["hash"], "hash text"),
    ];
}
