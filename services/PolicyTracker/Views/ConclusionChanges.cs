using System.Collections.Immutable;
using System.Text.Json;
using Marten;
using Npgsql;
using PolicyTracker.Reliance;

namespace PolicyTracker.Views;

/// <summary>Finds what differs between two conclusions on one pair.</summary>
public static class ConclusionChanges
{
    /// <summary>The numbers that differ, indices first.</summary>
    public static ImmutableArray<NumberChange> Between(PairConclusion before, PairConclusion after) =>
    [
        .. new[]
        {
            Of("reliance", before.Reliance, after.Reliance),
            Of("restriction", before.Restriction, after.Restriction),
            Of("substitution", before.Substitution, after.Substitution),
        }.Concat(before.Indicators.Zip(after.Indicators, Of)).Where(c => c.Before != c.After),
    ];

    /// <summary>What is published of an index (<c>reliance</c>, <c>restriction</c>, <c>substitution</c>) or of an indicator.</summary>
    public static Numbers NumberOf(PairConclusion pair, string number) => number switch
    {
        "reliance" => NumberOf(pair.Reliance),
        "restriction" => NumberOf(pair.Restriction),
        "substitution" => NumberOf(pair.Substitution),
        _ => NumberOf(pair.Of(Enum.Parse<Indicator>(number))),
    };

    /// <summary>What is published of an indicator.</summary>
    public static Numbers NumberOf(IndicatorConclusion i) => new(i.Score, i.Low, i.High, i.Value, i.Flag, i.Contested, i.Stale);

    /// <summary>What is published of an index.</summary>
    public static Numbers NumberOf(IndexConclusion i) => new(i.Value, i.Low, i.High);

    private static NumberChange Of(string index, IndexConclusion before, IndexConclusion after) => new(index, null, NumberOf(before), NumberOf(after));

    private static NumberChange Of(IndicatorConclusion before, IndicatorConclusion after) => new(null, before.Id, NumberOf(before), NumberOf(after));
}

/// <summary>The changes that the projection found, in the transaction of its page, and what was last published of each pair.</summary>
internal static class ConclusionChangeRows
{
    /// <summary>The sequence of what a rebuild concludes otherwise, as long as no later event of the pair is known: it lies after every moment that is asked for.</summary>
    public const long NotAnnounced = long.MaxValue;

    /// <param name="sequence">The last event of the change, or <see cref="NotAnnounced"/>.</param>
    public static object Row(RelianceChanged change, PairConclusion conclusion, long sequence) => new
    {
        change.Dependent,
        change.Supplier,
        Sequence = sequence,
        Cause = WireNames.Of(change.Cause),
        Change = JsonSerializer.SerializeToElement(change, Json.Options),
        Conclusion = JsonSerializer.SerializeToElement(conclusion, Json.Options),
        Announced = false,
    };

    /// <summary>What was last published of every pair.</summary>
    public static async Task<IReadOnlyDictionary<(string Dependent, string Supplier), PairConclusion>> PublishedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select distinct on (dependent, supplier) dependent, supplier, conclusion from {Schema.Policy}.conclusion_change order by dependent, supplier, number desc", connection);
        var published = new Dictionary<(string, string), PairConclusion>();
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            published[(rows.GetString(0), rows.GetString(1))] = JsonSerializer.Deserialize<PairConclusion>(rows.GetString(2), Json.Options)!;
        return published;
    }

    /// <summary>What a rebuild concluded otherwise is known from the event on that announces it: answers for the moments before stand.</summary>
    public static void Announced(IDocumentOperations operations, RelianceChanged change, long sequence) => operations.QueueSqlCommand($"""
        update {Schema.Policy}.conclusion_change set sequence = ? where number =
               (select min(number) from {Schema.Policy}.conclusion_change where dependent = ? and supplier = ? and sequence = {NotAnnounced} and change = ?::jsonb)
        """, sequence, change.Dependent, change.Supplier, JsonSerializer.Serialize(change, Json.Options));

    public static void Save(IDocumentOperations operations, IReadOnlyList<object> rows)
    {
        if (rows.Count == 0)
            return;
        operations.QueueSqlCommand($"""
            with told as materialized (select pg_notify('{Announcer.Channel}', ''))
            insert into {Schema.Policy}.conclusion_change (number, dependent, supplier, sequence, cause, change, conclusion, announced)
            select coalesce((select max(number) from {Schema.Policy}.conclusion_change), 0) + e.ordinality, r.dependent, r.supplier, r.sequence, r.cause, r.change, r.conclusion, r.announced
              from jsonb_array_elements(?::jsonb) with ordinality e, lateral jsonb_populate_record(null::{Schema.Policy}.conclusion_change, e.value) r, told
            """, JsonSerializer.Serialize(rows, VersionedRows.ColumnNames));
        // What a write moves it moves from what a rebuild concluded, also where that is not announced yet: the two are known together.
        operations.QueueSqlCommand($"""
            update {Schema.Policy}.conclusion_change c set sequence = next.sequence
              from (select w.number, min(l.sequence) as sequence from {Schema.Policy}.conclusion_change w join {Schema.Policy}.conclusion_change l using (dependent, supplier)
                     where w.sequence = {NotAnnounced} and l.number > w.number and l.sequence < {NotAnnounced} group by w.number) next
             where c.number = next.number
            """);
    }
}
