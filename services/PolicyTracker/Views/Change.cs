using JasperFx.Events;
using PolicyTracker.Recording;

namespace PolicyTracker.Views;

/// <summary>What one event does to the record, before the method looks at it.</summary>
internal sealed record Change
{
    public required IEvent Event { get; init; }
    /// <summary>Whether the write that the event belongs to ends with it.</summary>
    public bool IsLastOfWrite => Event.GetHeader(Draft.RemainingHeader) is not { } remaining || remaining.ToString() == "0";
    /// <summary>The claims that are no longer made.</summary>
    public IReadOnlyList<ClaimRow> Closed { get; init; } = [];
    /// <summary>The claims that are made from now on.</summary>
    public IReadOnlyList<ClaimRow> Opened { get; init; } = [];
    /// <summary>The countries that hear of it, whether or not it moves a number.</summary>
    public IReadOnlyCollection<string> Countries { get; init; } = [];
    public Cause Cause { get; init; } = Cause.WorldChanged;
    public string? Fact { get; init; }
    public string? Measure { get; init; }
    public string? Provider { get; init; }
    /// <summary>When it happened in the world, in the source's words.</summary>
    public string? Occurred { get; init; }
    public DateOnly Effective { get; init; }
    public string? Publisher { get; init; }
    public string? Why { get; init; }

    public CausingEvent AsCause() => new(Event.Sequence, Event.EventTypeName, Fact, Measure, Provider);
}
