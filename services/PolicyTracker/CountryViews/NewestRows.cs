using System.Globalization;
using Npgsql;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;

namespace PolicyTracker.CountryViews;

/// <summary>The newest rows behind a country's numbers at a snapshot's moment, found by index.</summary>
internal static class NewestRows
{
    /// <summary>The newest facts and measures of each of these numbers, each with what it says by then.</summary>
    /// <param name="most">How many of each number.</param>
    /// <param name="after">Where a page begins; null at the newest.</param>
    public static Task<IReadOnlyList<EvidenceRow>> EvidenceAsync(
        Snapshot snapshot, string country, IEnumerable<(string Supplier, Indicator Indicator)> numbers, int most = ItemList.Most, ListPosition? after = null)
    {
        const string columns = "supplier, indicator, origin, effective, told, kind, value, general, tier, publisher, type, occurred";
        // The order of the index, which leaves no ties: what an event tells of a number it tells of one fact or measure.
        const string newest = "order by effective desc, told desc limit";
        // Left out where it says nothing: a plan that is kept for it would expect few rows, read them all and sort them.
        var onPage = after is null ? "true" : """(effective, told, (origin || ' ' || supplier) collate "C") < ($5, $6, $7)""";
        // All that a fact says of a number it says from one day on, and its lead tells it: the newest are found by index. A measure, which has no type
        // here, says something else in each stage; those of a country are few, so that what each says last is found among all that they say.
        var command = snapshot.Command($"""
            with of_measures as materialized (
                select distinct on (supplier, indicator, origin) {columns} from {Schema.Policy}.claim c
                 where dependent = $1 and type = '' and {snapshot.Known("c")} and effective <= $2
                 order by supplier, indicator, origin, effective desc)
            select said.* from unnest($3::text[], $4::text[]) as asked(of_supplier, of_indicator),
                   lateral (select * from (
                       (select {columns} from {Schema.Policy}.claim c
                         where dependent = $1 and supplier = of_supplier and indicator = of_indicator and {snapshot.Known("c")} and lead and type <> ''
                           and effective <= $2 and {onPage} {newest} {most})
                       union all
                       select * from of_measures where supplier = of_supplier and indicator = of_indicator and {onPage}) both_kinds {newest} {most}) said
            """);
        var asked = numbers.ToList();
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(snapshot.Moment.AsOf);
        command.Parameters.AddWithValue(asked.Select(a => a.Supplier).ToArray());
        command.Parameters.AddWithValue(asked.Select(a => a.Indicator.ToString()).ToArray());
        after?.AddTo(command);
        return snapshot.ReadAsync(command, row => new EvidenceRow(row.GetString(0), Enum.Parse<Indicator>(row.GetString(1)), row.GetString(2), row.GetFieldValue<DateOnly>(3),
            row.GetInt64(4), Enum.Parse<ClaimKind>(row.GetString(5)), row.GetInt32(6), row.GetBoolean(7), Enum.Parse<Tier>(row.GetString(8)), row.GetString(9),
            row.GetString(10) is { Length: > 0 } type ? new FactSaying(type, row.GetString(11)) : null));
    }

    /// <summary>The newest of several numbers' evidence together.</summary>
    public static IReadOnlyList<EvidenceRow> Together(IEnumerable<EvidenceRow> rows, int most = ItemList.Most) =>
        [.. rows.OrderByDescending(e => e.Effective).ThenByDescending(e => e.Told).ThenByDescending(e => e.Position.Name, StringComparer.Ordinal).Take(most)];

    /// <summary>The newest subjects of each of these lists.</summary>
    /// <param name="most">How many of each list.</param>
    /// <param name="after">Where a page begins; null at the newest.</param>
    public static Task<IReadOnlyList<ListedRow>> ListedAsync(Snapshot snapshot, string country, IEnumerable<string> lists, int most = ItemList.Most, ListPosition? after = null)
    {
        var onPage = after is null ? "true" : """(since, told, subject collate "C") < ($4, $5, $6)""";
        // What a subject rests on is never younger than the first day on which it stands so: the index starts at the day, and goes on in its own order
        // to the last of those that one fact told, so that nothing else need be sorted.
        var command = snapshot.Command($"""
            select s.list, s.subject, s.origin, s.since, s.told, s.contested
              from unnest($3::text[]) as asked(list),
                   lateral (select * from (select * from {Schema.Policy}.standing s
                                            where dependent = $1 and list = asked.list and {snapshot.Known("s")} and since <= $2 and {PastState.StandingOn} and {onPage}
                                            order by since desc, told desc fetch first {most} rows with ties) newest
                             order by since desc, told desc, subject collate "C" desc limit {most}) s
            """);
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(snapshot.Moment.AsOf);
        command.Parameters.AddWithValue(lists.ToArray());
        after?.AddTo(command);
        return snapshot.ReadAsync(command, row => new ListedRow(row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateOnly>(3), row.GetInt64(4), row.GetBoolean(5)));
    }
}

/// <summary>What the items of a list are ordered by, downwards.</summary>
/// <param name="Day">From when it counts.</param>
/// <param name="Told">The sequence at which it was last told.</param>
/// <param name="Name">What tells those apart that share both.</param>
internal sealed record ListPosition(DateOnly Day, long Told, string Name)
{
    /// <summary>Where the page begins that a cursor asks for; null on a first page.</summary>
    /// <exception cref="Refused">The cursor tells none.</exception>
    public static ListPosition? Of(Cursor? cursor) => cursor is null ? null
        : cursor.After.Split('+', 3) is [var day, var told, var name]
            && DateOnly.TryParseExact(day, "O", out var on) && long.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                ? new ListPosition(on, at, name)
                : throw new Refused([new Violation(Codes.CursorInvalid, "next", "This cursor continues no page of this list.")]);

    public void AddTo(NpgsqlCommand command)
    {
        command.Parameters.AddWithValue(Day);
        command.Parameters.AddWithValue(Told);
        command.Parameters.AddWithValue(Name);
    }

    public override string ToString() => $"{Day:O}+{Told}+{Name}";
}

/// <summary>A fact or measure that speaks of an indicator.</summary>
/// <param name="Fact">What a fact tells of itself; null of a measure.</param>
internal sealed record EvidenceRow(
    string Supplier, Indicator Indicator, string Origin, DateOnly Effective, long Told, ClaimKind Kind, int Value, bool General, Tier Tier, string Publisher, FactSaying? Fact)
{
    // What one event tells of a measure may stand under every supplier and under one of them.
    public ListPosition Position => new(Effective, Told, $"{Origin} {Supplier}");
}

/// <param name="Type">The wire name of the fact.</param>
internal sealed record FactSaying(string Type, string Occurred);

/// <summary>A subject in one of the lists, and the fact that it rests on.</summary>
internal sealed record ListedRow(string List, string Subject, string Origin, DateOnly Since, long Told, bool Contested)
{
    public ListPosition Position => new(Since, Told, Subject);
}
