using JasperFx.Events;
using Marten;
using Npgsql;
using PolicyTracker.Recording;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Views;

/// <summary>The events that the views lack because the daemon passed over them.</summary>
/// <param name="Events">How many there are.</param>
/// <param name="First">The sequence of the first; 0 when there is none.</param>
/// <remarks>
/// The projection notes every stretch of sequences that it was not given. Nearly all are of writes that were rolled back; one in which there is an event
/// after all was passed over. A rebuild forgets the stretches, is given the event, and notes those that are left.
/// </remarks>
public sealed record PassedOver(long Events, long First)
{
    private static readonly IReadOnlyList<string> ChangingNothing = [WireNames.Of(typeof(RelianceChanged)), .. WireNames.Under(typeof(ServiceEvent)).Keys];

    public static readonly string Query = $"""
        select count(*), coalesce(min(e.seq_id), 0)
          from (select first, last from {Schema.Policy}.passed_over
                union all
                select (select coalesce(max(sequence), 0) + 1 from {Schema.Policy}.record_point), last_seq_id
                  from {Schema.Events}.mt_event_progression where name = '{ShardLag.NameOf(ViewsProjection.Name)}') stretch
          join {Schema.Events}.mt_events e on e.seq_id between stretch.first and stretch.last
         where e.type not in ('{string.Join("', '", ChangingNothing)}')
        """;

    public static PassedOver Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt64(1));

    public static async Task<PassedOver> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return Read(row);
    }

    /// <summary>Notes the stretches before and between the events of a page.</summary>
    /// <param name="reached">The sequence of the last event that the projection was given before.</param>
    internal static void Save(IDocumentOperations operations, long reached, IEnumerable<IEvent> events)
    {
        var stretches = new List<object>();
        foreach (var e in events)
        {
            if (e.Sequence > reached + 1)
                stretches.Add(new { First = reached + 1, Last = e.Sequence - 1 });
            reached = e.Sequence;
        }

        if (stretches.Count > 0)
            VersionedRows.Insert(operations, "passed_over", stretches);
    }
}
