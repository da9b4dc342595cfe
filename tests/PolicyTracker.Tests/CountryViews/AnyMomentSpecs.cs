using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PolicyTracker.CountryViews;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Tests.Support;
using PolicyTracker.Tests.Views;
using PolicyTracker.Views;
using Xunit;

namespace PolicyTracker.Tests.CountryViews;

/// <summary>What the database tallies for a moment is what the method makes of all claims that were known then: on a random record, at random moments.</summary>
public sealed class AnyMomentSpecs(TestDatabase database)
{
    private const string Country = "PT";
    private const int Scripts = 3, Moments = 150;
    private static readonly DateOnly FirstDay = new(2023, 10, 1);

    [Fact]
    public async Task the_rows_of_a_moment_come_to_what_all_its_claims_come_to()
    {
        var connection = await database.CreateDatabaseAsync();
        await using var service = await RunningService.StartAsync(connection, ("PolicyTracker__Seeds", "false"));
        var sequences = await RecordAsync(service);
        await service.FollowedAsync(sequences.Max());
        await using var source = NpgsqlDataSource.Create(connection);
        await using var services = new ServiceCollection().AddSingleton(source).AddSingleton(TimeProvider.System).BuildServiceProvider();
        var claims = await ClaimsAsync(source);
        var longest = 0;

        await Gen.Select(Gen.OneOf([.. sequences.Distinct().Select(Gen.Const)]), Gen.Int[0, 1100].Select(FirstDay.AddDays)).SampleAsync(CheckAsync, iter: Moments, threads: 1, seed: "0000AnyMoment001");
        // When all is known, a list holds more than it shows.
        await CheckAsync(sequences.Max(), FirstDay.AddYears(1));
        Assert.Equal(ItemList.Most, longest);

        async Task CheckAsync(long known, DateOnly day)
        {
            var http = new DefaultHttpContext { RequestServices = services };
            http.Request.QueryString = new QueryString($"?asOf={day:O}&knownAt={known}");
            await using var snapshot = await Snapshot.OpenAsync(http);
            var told = await CountryState.ReadAsync(snapshot, Country, Methods.First);
            var rows = claims.Where(c => c.KnownFrom <= known && !(c.KnownTo <= known) && c.Row.Claim.Effective <= day).Select(c => c.Row).ToList();
            AssertTallied(rows, day, told.Country);
            longest = Math.Max(longest, await AssertNewestAsync(snapshot, rows, told.Country));
        }
    }

    private static async Task<IReadOnlyList<long>> RecordAsync(RunningService service)
    {
        await Script.PrepareAsync(service, Country);
        var (ids, sequences) = (new List<string>(), new List<long>());
        await Script.Steps.SampleAsync(async steps =>
        {
            foreach (var step in steps)
                sequences.Add((await Script.RunAsync(service, Country, step, ids)).Sequence);
        }, iter: Scripts, threads: 1, seed: "0000AnyMoment000");
        // More than a list shows.
        var accounts = Enumerable.Range(1, 30).Select(i => A.Suspension(Country, $"Alpha {Country}", $"one of many {i}", $"2024-04-{i:00}"));
        sequences.Add((await service.PostAsync("/v1/facts/batch", new JsonArray([.. accounts]))).Is(HttpStatusCode.OK).Sequence);
        return [.. sequences.Where(s => s > 0)];
    }

    private static void AssertTallied(IReadOnlyList<ClaimRow> rows, DateOnly day, CountryReliance told)
    {
        var bySupplier = rows.GroupBy(r => r.Claim.Supplier).ToDictionary(g => g.Key, g => Conclusions.Tallied(g.Select(r => r.Claim), day).Where(t => !t.Value.Groups.IsEmpty));
        Assert.Equal(
            bySupplier.SelectMany(s => s.Value.Select(t => (s.Key, t.Key, t.Value))).OrderBy(t => t.Item1, StringComparer.Ordinal),
            told.Tallies.SelectMany(s => s.Value.ByIndicator.Select(t => (s.Key, t.Key, t.Value))));
        Assert.Equal(
            Evidence(rows).GroupBy(r => (r.Claim.Supplier, r.Claim.Indicator)).Select(g => (g.Key, g.Count())).Order(),
            told.Tallies.SelectMany(s => s.Value.Evidence.Select(e => ((s.Key, e.Key), e.Value))).Order());
        Assert.Equal(Conclusions.ConcludeAll(Methods.First, Country, rows.Select(r => r.Claim), day).Select(p => p.Rounded()), told.Pairs);
    }

    /// <summary>
    /// What each fact and measure says last of each number, the first of what it says at once. A fact that cannot be attributed speaks of no number: it is listed once.
    /// </summary>
    private static IEnumerable<ClaimRow> Evidence(IEnumerable<ClaimRow> rows) => rows
        .GroupBy(r => (r.Claim.Origin, r.Claim.Supplier, r.Claim.Supplier == Claim.Unattributed ? null : (Indicator?)r.Claim.Indicator))
        .Select(said => said.OrderByDescending(r => r.Claim.Effective).ThenBy(r => r.Ordinal).First());

    /// <returns>How many items the longest list holds.</returns>
    private static async Task<int> AssertNewestAsync(Snapshot snapshot, IReadOnlyList<ClaimRow> rows, CountryReliance told)
    {
        var evidence = Evidence(rows).GroupBy(r => (r.Claim.Supplier, r.Claim.Indicator)).SelectMany(g => g
            .OrderByDescending(r => r.Claim.Effective).ThenByDescending(r => r.Told).ThenByDescending(r => r.Claim.Origin, StringComparer.Ordinal).Take(ItemList.Most));
        var shown = await NewestRows.EvidenceAsync(snapshot, Country, told.Tallies.Keys.SelectMany(s => Enum.GetValues<Indicator>().Select(i => (s, i))));
        Assert.Equal(
            evidence.Select(r => (r.Claim.Supplier, r.Claim.Indicator, r.Claim.Origin, r.Claim.Effective, r.Claim.Kind, r.Claim.Value)).Order(),
            shown.Select(r => (r.Supplier, r.Indicator, r.Origin, r.Effective, r.Kind, r.Value)).Order());
        var facts = snapshot.Command($"select fact_id, type, occurred, publisher from policy.fact_version f where {snapshot.Known("f")} and fact_id = any($1)");
        facts.Parameters.AddWithValue(shown.Select(r => r.Origin).Distinct().ToArray());
        Assert.Equal(
            (await snapshot.ReadAsync(facts, row => (row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)))).Order(),
            shown.Where(r => r.Fact is not null).Select(r => (r.Origin, r.Fact!.Type, r.Fact.Occurred, r.Publisher)).Distinct().Order());

        var lists = rows.GroupBy(r => r.Key).Select(g => (g.Key, Standing: Standing.Of([.. g], snapshot.Moment.AsOf)))
            .Select(s => (List: ViewLists.Of(s.Key, s.Standing), s.Key.Subject, Standing: s.Standing!)).Where(s => s.List is not null).ToLookup(s => s.List!);
        Assert.Equal(lists.Select(l => KeyValuePair.Create(l.Key, l.Count())).OrderBy(l => l.Key, StringComparer.Ordinal), told.Lists);
        var listed = await NewestRows.ListedAsync(snapshot, Country, ViewLists.All);
        Assert.All(lists, list => Assert.Equal(
            list.OrderByDescending(s => s.Standing.Since).ThenByDescending(s => s.Standing.Told).ThenByDescending(s => s.Subject, StringComparer.Ordinal).Take(ItemList.Most)
                .Select(s => new ListedRow(list.Key, s.Subject, s.Standing.Origin, s.Standing.Since, s.Standing.Told, s.Standing.State.Contested)),
            listed.Where(l => l.List == list.Key)));
        return listed.CountBy(l => l.List).Select(l => l.Value).DefaultIfEmpty().Max();
    }

    private static async Task<IReadOnlyList<(ClaimRow Row, long KnownFrom, long? KnownTo)>> ClaimsAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand($"select {ClaimRow.Columns}, known_from, known_to from policy.claim where dependent = '{Country}'");
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var claims = new List<(ClaimRow, long, long?)>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            claims.Add((ClaimRow.Read(rows), rows.GetInt64(18), rows.IsDBNull(19) ? null : rows.GetInt64(19)));
        return claims;
    }
}
