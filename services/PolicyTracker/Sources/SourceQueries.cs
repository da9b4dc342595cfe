using PolicyTracker.Facts;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.Sources;

/// <summary>What the views tell of publishers at a snapshot's moment.</summary>
internal static class SourceQueries
{
    /// <summary>The publishers whose names hold a text, in the order of their keys.</summary>
    public static Task<IReadOnlyList<SourceRow>> ReadAsync(Snapshot snapshot, string? text)
    {
        var command = snapshot.Command($"""
            with {Changes(snapshot)},
                 versions as (
                select {KeyOf("f.publisher")} as key, f.fact_id, f.publisher, f.tier, f.known_from,
                       f.disputed and f.status <> '{WireNames.Of(FactStatus.Retracted)}' and {snapshot.Known("f")} as disputed,
                       {Last(snapshot, "array[(f.fact -> 'source' ->> 'publishedOn')::date]")} as published,
                       {Last(snapshot, "f.confirmed_on || (f.fact -> 'source' ->> 'retrievedOn')::date")} as checked
                  from {Schema.Policy}.fact_version f where f.known_from <= {snapshot.Moment.KnownAt.Sequence} and {Counts(snapshot, "f")}),
                 entries as (
                select {KeyOf("e.publisher")} as key, e.measure_id, e.number, e.publisher, e.known_from,
                       {Last(snapshot, "array[(e.entry -> 'source' ->> 'publishedOn')::date]")} as published,
                       {Last(snapshot, "array[(e.entry -> 'source' ->> 'retrievedOn')::date]")} as checked
                  from {Schema.Policy}.measure_entry e where e.known_from <= {snapshot.Moment.KnownAt.Sequence} and {Counts(snapshot, "e")}),
                 facts as (
                select key, count(*) as facts, count(*) filter (where tier = 'A') as a, count(*) filter (where tier = 'B') as b, count(*) filter (where tier = 'C') as c,
                       count(*) filter (where disputed) as disputed
                  from (select distinct on (key, fact_id) * from versions order by key, fact_id, known_from desc) latest group by key),
                 corrected as (
                select key, count(distinct (fact, measure, entry)) as corrected, {string.Join(", ", Causes.Select(c => $"count(*) filter (where cause = '{c}') as {c}"))} from changes group by key),
                 told as (select key, publisher, published, checked, known_from from versions union all select key, publisher, published, checked, known_from from entries
                          union all select key, null, null, null, sequence from changes)
            select t.key, min(t.publisher collate "C"), coalesce(f.facts, 0), coalesce(f.a, 0), coalesce(f.b, 0), coalesce(f.c, 0), (select count(distinct (e.measure_id, e.number)) from entries e where e.key = t.key),
                   coalesce(c.corrected, 0), {string.Join(", ", Causes.Select(c => $"coalesce(c.{c}, 0)"))}, coalesce(f.disputed, 0),
                   min(t.published), max(t.published), max(t.checked), max(t.known_from)
              from told t left join facts f using (key) left join corrected c using (key)
             where strpos(t.key, $1) > 0 group by t.key, f.facts, f.a, f.b, f.c, f.disputed, c.corrected, {string.Join(", ", Causes.Select(c => $"c.{c}"))} order by t.key collate "C"
            """);
        command.Parameters.AddWithValue(text?.ToLowerInvariant() ?? "");
        return snapshot.ReadAsync(command, SourceRow.Read);
    }

    /// <summary>The newest changes of our record of these publishers, by their keys.</summary>
    /// <param name="publishers">Their names, in whatever case and spacing.</param>
    /// <param name="most">How many of each.</param>
    /// <param name="after">The sequence of the last of the page before; null at the newest.</param>
    public static async Task<ILookup<string, SourceChange>> ChangesAsync(Snapshot snapshot, string[] publishers, int most, long? after = null)
    {
        var command = snapshot.Command($"""
            with {Changes(snapshot)}
            select key, sequence, type, fact, measure, entry, cause, why from (
                select *, row_number() over (partition by key order by sequence desc) as place
                  from changes where key in (select {KeyOf("p")} from unnest($1) p) and sequence < $2) c
             where place <= {most} order by sequence desc
            """);
        command.Parameters.AddWithValue(publishers);
        command.Parameters.AddWithValue(after ?? long.MaxValue);
        return (await snapshot.ReadAsync(command, row => (Key: row.GetString(0), Change: new SourceChange(
            row.GetInt64(1), row.GetString(2), CountryEvents.Text(row, 3), CountryEvents.Text(row, 4), row.IsDBNull(5) ? null : row.GetInt32(5),
            WireNames.TryParse<Cause>(row.GetString(6), out var cause) ? cause : throw new InvalidOperationException($"No cause: {row.GetString(6)}."), row.GetString(7)))))
            .ToLookup(c => c.Key, c => c.Change);
    }

    private static readonly string[] Causes = [.. FactDecisions.Causes.Select(c => WireNames.Of(c))];

    // Told by the source that the changed version had, not by the one that replaced it; a retraction that was undone is none. A mend of one entry writes
    // all rows of its measure anew: the one that it mended is not written as it was.
    private static string Changes(Snapshot snapshot) => $"""
        changes as (
            select distinct on (e.sequence) {KeyOf("v.publisher")} as key, e.sequence, e.type, e.fact, null as measure, null::integer as entry, e.cause, e.why
              from {Schema.Policy}.country_event e join {Schema.Policy}.fact_version v on v.fact_id = e.fact and v.known_to = e.sequence
             where e.type in ('fact_corrected', 'fact_retracted') and e.sequence <= {snapshot.Moment.KnownAt.Sequence} and {Counts(snapshot, "v")}
               and not (e.type = 'fact_retracted' and exists (select 1 from {Schema.Policy}.fact_version u where u.fact_id = e.fact and u.known_from > e.sequence
                        and u.known_from <= {snapshot.Moment.KnownAt.Sequence} and u.status <> '{WireNames.Of(FactStatus.Retracted)}'))
            union all
            select distinct on (e.sequence) {KeyOf("v.publisher")}, e.sequence, e.type, null, e.measure, v.number, e.cause, e.why
              from {Schema.Policy}.country_event e join {Schema.Policy}.measure_entry v on v.measure_id = e.measure and v.known_to = e.sequence
             where e.type in ('measure_entry_corrected', 'measure_entry_retracted') and e.sequence <= {snapshot.Moment.KnownAt.Sequence} and {Counts(snapshot, "v")}
               and not exists (select 1 from {Schema.Policy}.measure_entry u where u.measure_id = v.measure_id and u.number = v.number
                        and (u.known_from = e.sequence and u.entry = v.entry
                             or e.type = 'measure_entry_retracted' and u.known_from > e.sequence and u.known_from <= {snapshot.Moment.KnownAt.Sequence})))
        """;

    // What would count from a later day only is not told for an earlier one.
    private static string Counts(Snapshot snapshot, string version) => $"{version}.effective <= '{snapshot.Moment.AsOf:O}'";

    /// <summary>The last of some days that was not after the answer's.</summary>
    private static string Last(Snapshot snapshot, string days) => $"(select max(d) from unnest({days}) d where d <= '{snapshot.Moment.AsOf:O}')";

    // As the method tells independent publishers apart.
    private static string KeyOf(string publisher) => $@"lower(regexp_replace(btrim({publisher}), '\s+', ' ', 'g'))";
}
