using Marten;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Views;

/// <summary>Which version of the method was published when, and which one a read asks for.</summary>
public static class PublishedMethod
{
    /// <summary>The query parameter that names a version.</summary>
    public const string Parameter = "method";

    /// <summary>The version that the request names, or the one that was published at the snapshot's moment: an answer of the past keeps its method.</summary>
    /// <exception cref="Refused">No version has this id.</exception>
    public static async Task<MethodDefinition> AskedAsync(HttpContext http, Snapshot snapshot, string parameter = Parameter) =>
        new Parameters(http).OneOf(parameter, Methods.Ids) is { } asked ? Methods.Of(asked) : await AtAsync(snapshot);

    /// <summary>The version that was published at the snapshot's moment.</summary>
    public static async Task<MethodDefinition> AtAsync(Snapshot snapshot)
    {
        var command = snapshot.Command($"select method from {Schema.Policy}.method_adopted where sequence <= $1 order by sequence desc limit 1");
        command.Parameters.AddWithValue(snapshot.Moment.KnownAt.Sequence);
        return (await snapshot.ReadAsync(command, row => row.GetString(0))).SingleOrDefault() is { } adopted ? Methods.Of(adopted) : Methods.First;
    }

    internal static void Save(IDocumentOperations operations, IEnumerable<Change> changes)
    {
        var adopted = changes.Where(c => c.Event.Data is MethodAdopted).Select(c => new { c.Event.Sequence, ((MethodAdopted)c.Event.Data).Method }).ToList();
        if (adopted.Count > 0)
            VersionedRows.Insert(operations, "method_adopted", adopted);
    }
}
