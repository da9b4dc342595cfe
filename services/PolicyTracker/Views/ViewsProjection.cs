using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Npgsql;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Views;

/// <summary>Projects every event into the views: rows that know since when they were known, and a current document for each country.</summary>
/// <remarks>
/// One shard writes all views, so that every answer stands at one sequence. It reads back only what a page touches; the pages of a shard run one
/// after the other, so what it reads is what the page before has committed.
/// </remarks>
public sealed class ViewsProjection(NpgsqlDataSource database) : IProjection
{
    public const string Name = "views";

    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await FreshPlans.UseAsync(connection, cancellation);
        var record = await RecordPage.LoadAsync(connection, events, cancellation);
        var changes = events.Select(record.Apply).ToList();
        var reliance = await ReliancePage.LoadAsync(connection, operations, changes, cancellation);
        foreach (var change in changes)
            await reliance.ApplyAsync(change, cancellation);

        record.Save(operations);
        reliance.Save(operations);
        PublishedMethod.Save(operations, changes);
        PassedOver.Save(operations, reliance.Reached, events);
        RecordPoints.Save(operations, events[^1].Sequence);
    }
}
