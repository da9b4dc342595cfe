using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using PolicyTracker.Measures;

namespace PolicyTracker.Feeds;

/// <summary>
/// Publishes every public event, and the canaries, to the feed, in the transaction that keeps how far it is. At least once, in one order by position, nothing skipped:
/// what a second publisher, or the same one from further back, brings again is there already.
/// </summary>
public sealed class FeedPublisher : ISubscription
{
    public const string Name = "feed";

    public async Task<IChangeListener> ProcessEventsAsync(EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        await PublishAsync(operations, page.Events, late: false, cancellationToken);
        return NullChangeListener.Instance;
    }

    /// <summary>Writes events to the end of the feed when the operations are saved, but for those that it has already and those that are internal.</summary>
    /// <param name="late">Whether they come after events that were appended to the store after them.</param>
    public static async Task PublishAsync(IDocumentOperations operations, IEnumerable<IEvent> events, bool late, CancellationToken cancellation)
    {
        var published = events.Where(e => PublicEvents.Published.Contains(e.EventTypeName)).ToList();
        var measures = new Dictionary<string, IReadOnlyList<IEvent>>();
        foreach (var stream in published.Select(e => e.StreamKey!).Where(stream => stream.StartsWith(MeasureId.StreamPrefix, StringComparison.Ordinal)).Distinct())
            measures[stream] = await operations.Events.FetchStreamAsync(stream, token: cancellation);

        FeedRows.Append(operations, [.. published.Select(e => FeedRows.Row(e, PublicEvents.Speaks(new EventContext(e, RecordBefore(e))), late))]);

        IReadOnlyList<RecordedEntry> RecordBefore(IEvent e) =>
            MeasureRecord.Of(measures.GetValueOrDefault(e.StreamKey!, []).Where(other => other.Version < e.Version).Select(other => other.Data));
    }
}
