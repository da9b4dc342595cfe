using Npgsql;
using PolicyTracker.Reliance;

namespace PolicyTracker.Views;

/// <summary>A claim as it is kept.</summary>
/// <param name="Told">The sequence of the last event in which its fact or measure told it. What the registry makes of the names in it leaves no trace here.</param>
/// <param name="Lead">Whether it stands for its fact or measure in the evidence of its indicator: one claim of each origin does.</param>
public sealed record ClaimRow(Claim Claim, long Told, int Ordinal, bool Lead)
{
    public const string Columns =
        "origin, told, ordinal, lead, dependent, supplier, indicator, subject, kind, value, general, counted, effective, tier, reviewed, publisher, disputed, confirmed_on";

    public SubjectKey Key => new(Claim.Dependent, Claim.Supplier, Claim.Indicator, Claim.Subject);

    /// <summary>The rows of one origin's claims.</summary>
    public static IReadOnlyList<ClaimRow> Of(IReadOnlyList<Claim> claims, long told)
    {
        var leads = claims.GroupBy(EvidenceOf).Select(g => g.MinBy(c => c.Effective)!).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. claims.Select((claim, i) => new ClaimRow(claim, told, i, leads.Contains(claim)))];
    }

    public static ClaimRow Read(NpgsqlDataReader row) => new(
        new Claim
        {
            Origin = row.GetString(0),
            Dependent = row.GetString(4),
            Supplier = row.GetString(5),
            Indicator = Enum.Parse<Indicator>(row.GetString(6)),
            Subject = row.GetString(7),
            Kind = Enum.Parse<ClaimKind>(row.GetString(8)),
            Value = row.GetInt32(9),
            General = row.GetBoolean(10),
            Counted = row.IsDBNull(11) ? null : row.GetString(11),
            Effective = row.GetFieldValue<DateOnly>(12),
            Tier = Enum.Parse<Tier>(row.GetString(13)),
            Reviewed = row.GetBoolean(14),
            Publisher = row.GetString(15),
            Disputed = row.GetBoolean(16),
            ConfirmedOn = row.GetFieldValue<DateOnly[]>(17),
        },
        row.GetInt64(1), row.GetInt32(2), row.GetBoolean(3));

    // What cannot be attributed speaks of no indicator: its fact is listed once.
    private static (string, string, Indicator?) EvidenceOf(Claim claim) =>
        (claim.Dependent, claim.Supplier, claim.Supplier == Claim.Unattributed ? null : claim.Indicator);
}

/// <summary>One subject of one indicator of a pair.</summary>
public readonly record struct SubjectKey(string Dependent, string Supplier, Indicator Indicator, string Subject);
