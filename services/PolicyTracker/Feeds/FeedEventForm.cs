using System.Text.Json;

namespace PolicyTracker.Feeds;

/// <summary>An event as every channel sends it: CloudEvents 1.0 in JSON. Delivered at least once, in total order by <c>sequence</c>; know it again by <c>id</c>.</summary>
/// <param name="Sequence">The position in the feed, of 20 digits: in text order as in number order. It rises; some numbers are never given.</param>
/// <param name="Id">The same wherever and however often the event is delivered.</param>
/// <param name="Type"><c>policytracker.{wire name}.v1</c>.</param>
/// <param name="Subject">What it is about: the stream, such as <c>fact/{id}</c>.</param>
/// <param name="Time">The day from which it counts in the world; not in the order of the feed.</param>
/// <param name="Dataschema">A URI whose path is the route that answers with the schema of <c>data</c>.</param>
/// <param name="Storesequence">The store's sequence, as <c>PolicyTracker-Sequence</c> and <c>causedBy</c> tell it.</param>
/// <param name="Occurred">When it happened, as precisely as the source says, in EDTF.</param>
/// <param name="Recordedtime">When it was recorded.</param>
/// <param name="Partitionkey">What must stay in order goes together: the stream.</param>
/// <param name="Streamversion">The number of the event in its stream.</param>
/// <param name="Late">Whether it was published after events that were recorded after it.</param>
/// <param name="Cause">Why it changed, where the event has a cause.</param>
/// <param name="Traceparent">The trace of the request that recorded it, where there is one.</param>
public sealed record FeedEventForm(
    string Sequence, string Specversion, Guid Id, string Source, string Type, string Subject, DateTimeOffset Time, string Datacontenttype, string Dataschema, string Storesequence,
    string? Occurred, DateTimeOffset Recordedtime, string Partitionkey, int Streamversion, bool Late, Cause? Cause, string? Traceparent, JsonElement Data);
