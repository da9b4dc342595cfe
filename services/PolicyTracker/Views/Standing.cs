using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marten;
using PolicyTracker.Reliance;

namespace PolicyTracker.Views;

/// <summary>How one subject stands on a day, and which fact or measure it rests on.</summary>
/// <param name="Origin">The newest of those that say what holds.</param>
/// <param name="Since">The day from which that one counts.</param>
/// <param name="Told">The sequence of the event in which that one told it.</param>
internal sealed record Standing(SubjectState State, string Origin, DateOnly Since, long Told)
{
    public static Standing? Of(IReadOnlyCollection<ClaimRow> rows, DateOnly asOf)
    {
        if (SubjectState.Resolve(rows.Select(r => r.Claim), asOf) is not { } state)
            return null;
        var newest = rows.Where(r => r.Claim.Effective <= asOf && (state.Winner is null || Reading.Of(r.Claim) == state.Winner))
            .MaxBy(r => (r.Claim.Effective, r.Told, r.Claim.Origin))!;
        return new Standing(state, newest.Claim.Origin, newest.Claim.Effective, newest.Told);
    }
}

/// <summary>The subjects as they stand now, as rows: what current lists are read from.</summary>
internal static class StandingRows
{
    /// <summary>A group's name as a column that an index can hold, however long the names in it are.</summary>
    public static string Alike(string group) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(group))[..16]);

    public static void Save(IDocumentOperations operations, IReadOnlyDictionary<SubjectKey, Standing?> standing)
    {
        if (standing.Count == 0)
            return;
        operations.QueueSqlCommand($"""
            delete from {Schema.Policy}.standing s using jsonb_to_recordset(?::jsonb) as k(dependent text, supplier text, indicator text, subject text)
             where (s.dependent, s.supplier, s.indicator, s.subject) = (k.dependent, k.supplier, k.indicator, k.subject)
            """, JsonSerializer.Serialize(standing.Keys.Select(k => new { dependent = k.Dependent, supplier = k.Supplier, indicator = k.Indicator.ToString(), subject = k.Subject })));
        VersionedRows.Insert(operations, "standing", standing.Where(s => s.Value is not null).Select(s => new
        {
            s.Key.Dependent,
            s.Key.Supplier,
            Indicator = s.Key.Indicator.ToString(),
            s.Key.Subject,
            Alike = Alike(s.Value!.State.Group()),
            s.Value.State.Newest,
            List = ViewLists.Of(s.Key, s.Value),
            s.Value.Origin,
            s.Value.Since,
            s.Value.Told,
            s.Value.State.Contested,
        }));
    }
}
