using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary>The newest rows behind a country's numbers at a snapshot's moment, found by index.</summary>
internal static class NewestRows
{
    /// <summary>How many items a list carries; the rest is told by its total.</summary>
    public const int Newest = 20;

    /// <summary>The newest claims, one of each fact or measure, of every indicator of which these suppliers have any.</summary>
    public static Task<IReadOnlyList<EvidenceRow>> EvidenceAsync(Snapshot snapshot, CountryReliance country, IEnumerable<string> suppliers)
    {
        var command = snapshot.Command($"""
            select c.supplier, c.indicator, c.origin, c.effective, c.told, c.kind, c.value, c.general, c.tier, c.publisher, c.type, c.occurred
              from unnest($3::text[], $4::text[]) as asked(supplier, indicator),
                   lateral (select * from {Schema.Policy}.claim c
                             where dependent = $1 and supplier = asked.supplier and indicator = asked.indicator and {snapshot.Known("c")} and lead and effective <= $2
                             order by effective desc, told desc, origin collate "C" desc limit {Newest}) c
            """);
        var asked = suppliers.SelectMany(s => country.Tallies.GetValueOrDefault(s, PairTallies.Empty).Evidence.Keys.Select(i => (Supplier: s, Indicator: i.ToString()))).ToArray();
        command.Parameters.AddWithValue(country.Country);
        command.Parameters.AddWithValue(country.AsOf);
        command.Parameters.AddWithValue(asked.Select(a => a.Supplier).ToArray());
        command.Parameters.AddWithValue(asked.Select(a => a.Indicator).ToArray());
        return snapshot.ReadAsync(command, row => new EvidenceRow(row.GetString(0), Enum.Parse<Indicator>(row.GetString(1)), row.GetString(2), row.GetFieldValue<DateOnly>(3),
            row.GetInt64(4), Enum.Parse<ClaimKind>(row.GetString(5)), row.GetInt32(6), row.GetBoolean(7), Enum.Parse<Tier>(row.GetString(8)), row.GetString(9),
            row.GetString(10) is { Length: > 0 } type ? new FactSaying(type, row.GetString(11)) : null));
    }

    /// <summary>The newest subjects of each list that holds any.</summary>
    public static Task<IReadOnlyList<ListedRow>> ListedAsync(Snapshot snapshot, CountryReliance country)
    {
        // What a subject rests on is never younger than the first day on which it stands so: the index starts at the day.
        var command = snapshot.Command($"""
            select s.list, s.subject, s.origin, s.since, s.contested
              from unnest($3::text[]) as asked(list),
                   lateral (select * from {Schema.Policy}.standing s
                             where dependent = $1 and list = asked.list and {snapshot.Known("s")} and since <= $2 and {PastState.StandingOn}
                             order by since desc, told desc, subject collate "C" desc limit {Newest}) s
            """);
        command.Parameters.AddWithValue(country.Country);
        command.Parameters.AddWithValue(country.AsOf);
        command.Parameters.AddWithValue(country.Lists.Keys.ToArray());
        return snapshot.ReadAsync(command, row => new ListedRow(row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateOnly>(3), row.GetBoolean(4)));
    }
}

/// <summary>A fact or measure that speaks of an indicator.</summary>
/// <param name="Fact">What a fact tells of itself; null of a measure.</param>
internal sealed record EvidenceRow(
    string Supplier, Indicator Indicator, string Origin, DateOnly Effective, long Told, ClaimKind Kind, int Value, bool General, Tier Tier, string Publisher, FactSaying? Fact);

/// <param name="Type">The wire name of the fact.</param>
internal sealed record FactSaying(string Type, string Occurred);

/// <summary>A subject in one of the lists, and the fact that it rests on.</summary>
internal sealed record ListedRow(string List, string Subject, string Origin, DateOnly Since, bool Contested);
