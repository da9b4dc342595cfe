using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>The country documents of any moment, tallied by the database from the rows that were known then: as many rows come back as there are ways to stand, however many the subjects.</summary>
internal static class PastState
{
    public static async Task<CountryReliance> DocumentAsync(Snapshot snapshot, string country, MethodDefinition method)
    {
        var document = (await DocumentsAsync(snapshot, [country], method)).Single();
        return document with { LastChange = await LastChangeAsync(snapshot, country) };
    }

    /// <summary>The documents of all countries.</summary>
    public static async Task<IReadOnlyList<CountryReliance>> DocumentsAsync(Snapshot snapshot) =>
        await DocumentsAsync(snapshot, null, await PublishedMethod.AtAsync(snapshot));

    /// <summary>The documents of several countries.</summary>
    /// <param name="countries">Which ones; null for all of which anything was said.</param>
    public static async Task<IReadOnlyList<CountryReliance>> DocumentsAsync(Snapshot snapshot, IReadOnlyCollection<string>? countries, MethodDefinition method)
    {
        var (standing, evidence) = ((await StandingAsync(snapshot, countries)).ToLookup(s => s.Dependent), (await EvidenceAsync(snapshot, countries)).ToLookup(e => e.Dependent));
        return [.. (countries ?? standing.Select(s => s.Key).Union(evidence.Select(e => e.Key))).Select(name => Conclude(name, snapshot.Moment.AsOf, [.. standing[name]], [.. evidence[name]], method))];
    }

    private static CountryReliance Conclude(string country, DateOnly asOf, IReadOnlyList<AlikeSubjects> standing, IReadOnlyList<EvidenceCount> evidence, MethodDefinition method)
    {
        var (bySupplier, evidenceOf) = (standing.ToLookup(s => s.Supplier), evidence.ToLookup(e => e.Supplier));
        return new CountryReliance
        {
            Country = country,
            AsOf = asOf,
            Tallies = bySupplier.Select(s => s.Key).Union(evidenceOf.Select(e => e.Key)).ToImmutableSortedDictionary(s => s, s => new PairTallies
            {
                ByIndicator = bySupplier[s].GroupBy(x => x.Indicator)
                    .ToImmutableSortedDictionary(g => g.Key, g => Tally.Of(g.Select(x => (x.Group, new TallyGroup(x.State, x.Count))))),
                Evidence = evidenceOf[s].ToImmutableSortedDictionary(e => e.Indicator, e => e.Count),
            }, StringComparer.Ordinal),
            Lists = standing.Where(s => s.List is not null).GroupBy(s => s.List!).ToImmutableSortedDictionary(g => g.Key, g => g.Sum(s => s.Count), StringComparer.Ordinal),
        }.Conclude(method);
    }

    private static Task<IReadOnlyList<AlikeSubjects>> StandingAsync(Snapshot snapshot, IReadOnlyCollection<string>? countries) => snapshot.ReadAsync(Command(snapshot, countries, $"""
        select dependent, supplier, indicator, list, state, max(newest), count(*)::int from {Schema.Policy}.standing s
         where {Of(countries)} and {snapshot.Known("s")} and {StandingOn} group by dependent, supplier, indicator, list, state
        """), row => new AlikeSubjects(
            row.GetString(0), row.GetString(1), Enum.Parse<Indicator>(row.GetString(2)), row.IsDBNull(3) ? null : row.GetString(3),
            row.GetString(4), SubjectState.OfGroup(row.GetString(4), row.GetFieldValue<DateOnly>(5)), row.GetInt32(6)));

    private static Task<IReadOnlyList<EvidenceCount>> EvidenceAsync(Snapshot snapshot, IReadOnlyCollection<string>? countries) => snapshot.ReadAsync(Command(snapshot, countries, $"""
        select dependent, supplier, indicator, count(*)::int from {Schema.Policy}.claim c
         where {Of(countries)} and lead and {snapshot.Known("c")} and effective <= $2 group by dependent, supplier, indicator
        """), row => new EvidenceCount(row.GetString(0), row.GetString(1), Enum.Parse<Indicator>(row.GetString(2)), row.GetInt32(3)));

    // Two texts: a plan that is kept for all countries would read them all for one.
    private static string Of(IReadOnlyCollection<string>? countries) => countries is null ? "true" : "dependent = any($1)";

    private static NpgsqlCommand Command(Snapshot snapshot, IReadOnlyCollection<string>? countries, string sql)
    {
        var command = snapshot.Command(sql);
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Text, (object?)countries?.ToArray() ?? DBNull.Value);
        command.Parameters.AddWithValue(snapshot.Moment.AsOf);
        return command;
    }

    /// <summary>The condition on rows of subjects that they stand so on a day, the second value of the command.</summary>
    internal const string StandingOn = "from_day <= $2 and (to_day is null or to_day > $2)";

    private static async Task<LastChange?> LastChangeAsync(Snapshot snapshot, string country)
    {
        var command = snapshot.Command($"""
            select {CountryEvents.LastChangeColumns} from {Schema.Policy}.country_event
             where country = $1 and sequence <= $2 order by sequence desc limit 1
            """);
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(snapshot.Moment.KnownAt.Sequence);
        return (await snapshot.ReadAsync(command, CountryEvents.ReadLastChange)).SingleOrDefault();
    }

    /// <summary>Subjects that stand alike, in one list or in none.</summary>
    /// <param name="State">Their common state, with the newest day of them all.</param>
    private sealed record AlikeSubjects(string Dependent, string Supplier, Indicator Indicator, string? List, string Group, SubjectState State, int Count);

    /// <summary>How many facts and measures speak of an indicator.</summary>
    private sealed record EvidenceCount(string Dependent, string Supplier, Indicator Indicator, int Count);
}
