using System.Diagnostics;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using JasperFx.Events;

namespace PolicyTracker.Feeds;

/// <summary>The form of an event on every channel: CloudEvents 1.0, structured JSON.</summary>
public static class FeedEvent
{
    /// <summary>The media type of one event.</summary>
    public const string MediaType = "application/cloudevents+json";
    /// <summary>The media type of a list of them.</summary>
    public const string BatchMediaType = "application/cloudevents-batch+json";

    internal static readonly Uri Source = new("/policytracker", UriKind.Relative);

    private static readonly CloudEventAttribute Occurred = CloudEventAttribute.CreateExtension("occurred", CloudEventAttributeType.String);
    private static readonly CloudEventAttribute RecordedTime = CloudEventAttribute.CreateExtension("recordedtime", CloudEventAttributeType.Timestamp);
    private static readonly CloudEventAttribute Sequence = CloudEventAttribute.CreateExtension("sequence", CloudEventAttributeType.String);
    // A CloudEvents integer has 32 bits.
    private static readonly CloudEventAttribute StoreSequence = CloudEventAttribute.CreateExtension("storesequence", CloudEventAttributeType.String);
    private static readonly CloudEventAttribute PartitionKey = CloudEventAttribute.CreateExtension("partitionkey", CloudEventAttributeType.String);
    private static readonly CloudEventAttribute StreamVersion = CloudEventAttribute.CreateExtension("streamversion", CloudEventAttributeType.Integer);
    private static readonly CloudEventAttribute Late = CloudEventAttribute.CreateExtension("late", CloudEventAttributeType.Boolean);
    private static readonly CloudEventAttribute Cause = CloudEventAttribute.CreateExtension("cause", CloudEventAttributeType.String);
    private static readonly CloudEventAttribute TraceParent = CloudEventAttribute.CreateExtension("traceparent", CloudEventAttributeType.String);

    /// <summary>The attributes that our events have besides those of the specification; whoever reads an event with its library names them.</summary>
    public static IReadOnlyList<CloudEventAttribute> Extensions { get; } =
        [Sequence, StoreSequence, Occurred, RecordedTime, PartitionKey, StreamVersion, Late, Cause, TraceParent];

    private static readonly JsonEventFormatter Formatter = new(Json.Options, default);

    /// <summary>The CloudEvents type of a public event type.</summary>
    public static string TypeOf(string wireName) => $"policytracker.{wireName}.v1";

    /// <summary>The schema of its data: an absolute URI, as CloudEvents asks, which holds wherever the service is reached; its path is the route that answers with the schema.</summary>
    public static Uri SchemaOf(string wireName) => new($"policytracker:/v1/event-types/{wireName}");

    /// <summary>Reads an event as it was sent.</summary>
    public static CloudEvent Read(ReadOnlyMemory<byte> json) => Formatter.DecodeStructuredModeMessage(json, null, Extensions);

    /// <summary>The event as JSON, but for its <c>sequence</c>: its position is known only when it is written.</summary>
    internal static ReadOnlyMemory<byte> Write(IEvent e, Spoken spoken, bool late)
    {
        var cloudEvent = new CloudEvent(CloudEventsSpecVersion.V1_0, Extensions)
        {
            Id = e.Id.ToString(),
            Source = Source,
            Type = TypeOf(e.EventTypeName),
            Subject = e.StreamKey,
            Time = new DateTimeOffset(spoken.Effective, TimeOnly.MinValue, TimeSpan.Zero),
            DataContentType = "application/json",
            DataSchema = SchemaOf(e.EventTypeName),
            Data = JsonSerializer.SerializeToElement(e.Data, e.EventType, Json.Options),
            [StoreSequence] = e.Sequence.ToString(),
            [Occurred] = spoken.Occurred,
            [RecordedTime] = e.Timestamp,
            [PartitionKey] = e.StreamKey,
            [StreamVersion] = (int)e.Version,
            [Late] = late,
            [Cause] = spoken.Cause is { } cause ? WireNames.Of(cause) : null,
            [TraceParent] = ActivityContext.TryParse(e.CausationId, null, out _) ? e.CausationId : null,
        };
        return Formatter.EncodeStructuredModeMessage(cloudEvent, out _);
    }
}
