using System.Collections.Immutable;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>The state at any moment, concluded anew from the claims that were known then.</summary>
internal static class PastState
{
    public static async Task<CountryState> ReadAsync(Snapshot snapshot, string country, MethodDefinition method)
    {
        var rows = await ClaimsAsync(snapshot, country);
        var asOf = snapshot.Moment.AsOf;
        var standing = Resolve(rows, asOf);
        return new CountryState(
            method,
            Conclude(country, asOf, rows, standing, method) with { LastChange = await LastChangeAsync(snapshot, country) },
            [.. Evidence(rows, asOf)],
            [.. Listed(standing)]);
    }

    /// <summary>The documents of all countries.</summary>
    public static async Task<IReadOnlyList<CountryReliance>> DocumentsAsync(Snapshot snapshot)
    {
        var method = await PublishedMethod.AtAsync(snapshot);
        return [.. (await ClaimsAsync(snapshot, null)).GroupBy(r => r.Claim.Dependent).Select(g => Conclude(g.Key, snapshot.Moment.AsOf, [.. g], method))];
    }

    /// <summary>The country document that these claims come to.</summary>
    public static CountryReliance Conclude(string country, DateOnly asOf, IReadOnlyList<ClaimRow> rows, MethodDefinition method) =>
        Conclude(country, asOf, rows, Resolve(rows, asOf), method);

    /// <summary>The claims known at the snapshot's moment, of one country or of all.</summary>
    public static Task<IReadOnlyList<ClaimRow>> ClaimsAsync(Snapshot snapshot, string? country)
    {
        var command = snapshot.Command($"select {ClaimRow.Columns} from {Schema.Policy}.claim c where ($1::text is null or dependent = $1) and {snapshot.Known("c")} and effective <= $2");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = (object?)country ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.AddWithValue(snapshot.Moment.AsOf);
        return snapshot.ReadAsync(command, ClaimRow.Read);
    }

    private static List<(SubjectKey Key, Standing Standing)> Resolve(IReadOnlyList<ClaimRow> rows, DateOnly asOf) =>
        [.. rows.GroupBy(r => r.Key).Select(g => (g.Key, Standing: Standing.Of([.. g], asOf))).Where(s => s.Standing is not null).Select(s => (s.Key, s.Standing!))];

    private static CountryReliance Conclude(string country, DateOnly asOf, IReadOnlyList<ClaimRow> rows, List<(SubjectKey Key, Standing Standing)> standing, MethodDefinition method)
    {
        var bySupplier = standing.ToLookup(s => s.Key.Supplier);
        var evidence = rows.Where(r => r.Lead).GroupBy(r => (r.Claim.Supplier, r.Claim.Indicator)).ToLookup(g => g.Key.Supplier, g => (g.Key.Indicator, Count: g.Count()));
        return new CountryReliance
        {
            Country = country,
            AsOf = asOf,
            Tallies = bySupplier.Select(s => s.Key).Union(evidence.Select(e => e.Key)).ToImmutableSortedDictionary(s => s, s => new PairTallies
            {
                ByIndicator = bySupplier[s].GroupBy(x => x.Key.Indicator)
                    .ToImmutableSortedDictionary(g => g.Key, g => g.Aggregate(Tally.Empty, (tally, x) => tally.Add(x.Standing.State))),
                Evidence = evidence[s].ToImmutableSortedDictionary(e => e.Indicator, e => e.Count),
            }, StringComparer.Ordinal),
            Lists = standing.Select(s => ViewLists.Of(s.Key, s.Standing)).OfType<string>().GroupBy(l => l).ToImmutableSortedDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
        }.Conclude(method);
    }

    private static IEnumerable<EvidenceRow> Evidence(IReadOnlyList<ClaimRow> rows, DateOnly asOf) => rows
        .Where(r => r.Lead && r.Claim.Effective <= asOf)
        .GroupBy(r => (r.Claim.Supplier, r.Claim.Indicator))
        .SelectMany(g => g.OrderByDescending(r => r.Claim.Effective).ThenByDescending(r => r.Told).ThenByDescending(r => r.Claim.Origin, StringComparer.Ordinal)
            .Take(CountryState.Newest))
        .Select(r => new EvidenceRow(r.Claim.Supplier, r.Claim.Indicator, r.Claim.Origin, r.Claim.Effective, r.Told, r.Claim.Kind, r.Claim.Value, r.Claim.General, r.Claim.Tier));

    private static IEnumerable<ListedRow> Listed(List<(SubjectKey Key, Standing Standing)> standing) => standing
        .Select(s => (s.Key, s.Standing, List: ViewLists.Of(s.Key, s.Standing)))
        .Where(s => s.List is not null)
        .GroupBy(s => s.List!)
        .SelectMany(g => g.OrderByDescending(s => s.Standing.Since).ThenByDescending(s => s.Standing.Told).ThenByDescending(s => s.Key.Subject, StringComparer.Ordinal)
            .Take(CountryState.Newest)
            .Select(s => new ListedRow(g.Key, s.Key.Subject, s.Standing.Origin, s.Standing.Since, s.Standing.State.Contested)));

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
}
