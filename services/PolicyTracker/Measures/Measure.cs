using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Measures;

/// <summary>The id of a measure: 3 to 80 lower-case letters, digits and hyphens, at least one of them a hyphen, which no fact's id has; such as <c>us-closed-model-guardrails</c>.</summary>
public static class MeasureId
{
    private const int Longest = 80;

    public const string StreamPrefix = "measure/";

    public static string StreamId(string id) => $"{StreamPrefix}{id}";

    public static string IdOf(string stream) => stream[StreamPrefix.Length..];

    public static bool IsValid(string id) => id.Length is >= 3 and <= Longest && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && id.Contains('-');

    /// <summary>Issuer and title as one id, cut after a word; null when the title has no Latin letter or digit to make one of.</summary>
    public static string? Derive(string issuer, string title)
    {
        var latin = string.Concat(title.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' '));
        var prefix = issuer.ToLowerInvariant();
        var id = prefix;
        foreach (var word in latin.Split(' ', StringSplitOptions.RemoveEmptyEntries).TakeWhile(word => id.Length + 1 + word.Length <= Longest))
            id = $"{id}-{word}";
        return id == prefix ? null : id;
    }
}

/// <summary>One entry in a measure's life line.</summary>
public abstract record MeasureEntry
{
    /// <summary>When the transition happened, as precisely as the source says.</summary>
    public required WorldDate Occurred { get; init; }
    public required Source Source { get; init; }
    public required Tier Tier { get; init; }
    /// <summary>Whether somebody of ours has checked it against its source.</summary>
    public bool Reviewed { get; init; }
    [MaxLength(2000)] public string? Note { get; init; }
    /// <summary>What the measure is; on its first entry, and only there.</summary>
    public MeasureDefinition? Definition { get; init; }

    /// <summary>The first day on which the entry counts.</summary>
    public DateOnly EffectiveDay() => Occurred.EffectiveDay(Source.PublishedOn);

    /// <summary>What the entry does, in the words of the life cycle.</summary>
    public abstract Transition Does();
}

/// <summary>A measure is talked about, without a sign that its government means to take it.</summary>
[WireName("measure_reported")]
public sealed record MeasureReported : MeasureEntry
{
    public override Transition Does() => Transition.Report;
}

/// <summary>The issuer means to take the measure.</summary>
[WireName("measure_planned")]
public sealed record MeasurePlanned : MeasureEntry
{
    public override Transition Does() => Transition.Plan;
}

/// <summary>A draft is on the table.</summary>
[WireName("measure_proposed")]
public sealed record MeasureProposed : MeasureEntry
{
    public override Transition Does() => Transition.Propose;
}

/// <summary>The measure is decided. Without an effective date it is not in force until an amendment gives one.</summary>
[WireName("measure_adopted")]
public sealed record MeasureAdopted : MeasureEntry
{
    /// <summary>The first day on which the measure applies; the last possible one when the date is imprecise. May lie ahead.</summary>
    public WorldDate? Effective { get; init; }
    /// <summary>The last day on which the measure applies. May lie ahead.</summary>
    public WorldDate? Expires { get; init; }

    public override Transition Does() => Transition.Adopt;
}

/// <summary>The measure is first heard of when it already applies.</summary>
[WireName("measure_recorded_in_force")]
public sealed record MeasureRecordedInForce : MeasureEntry
{
    /// <summary>The last day on which the measure applies. May lie ahead.</summary>
    public WorldDate? Expires { get; init; }

    public override Transition Does() => Transition.RecordInForce;
}

/// <summary>
/// Definition or dates change from this entry's day on; what is left out stays.
/// It holds the changes alone, so that an amendment heard of late does not undo a later one.
/// </summary>
[WireName("measure_amended")]
public sealed record MeasureAmended : MeasureEntry
{
    public DefinitionChanges? Changes { get; init; }
    public WorldDate? Effective { get; init; }
    public WorldDate? Expires { get; init; }
    /// <summary>The new last day of the suspension under way.</summary>
    public WorldDate? Until { get; init; }

    public override Transition Does() => Transition.Amend;
}

/// <summary>The measure does not apply for a while. One that is first heard of suspended is taken to have applied before.</summary>
[WireName("measure_suspended")]
public sealed record MeasureSuspended : MeasureEntry
{
    /// <summary>The last day of the suspension; left out while nobody has said. May lie ahead.</summary>
    public WorldDate? Until { get; init; }

    public override Transition Does() => Transition.Suspend;
}

/// <summary>A suspension ends: the measure is in force again, or adopted where its effective day is still to come.</summary>
[WireName("measure_resumed")]
public sealed record MeasureResumed : MeasureEntry
{
    public override Transition Does() => Transition.Resume;
}

/// <summary>An adopted measure is taken back.</summary>
[WireName("measure_rescinded")]
public sealed record MeasureRescinded : MeasureEntry
{
    public override Transition Does() => Transition.Rescind;
}

/// <summary>A measure that never applied is given up.</summary>
[WireName("measure_abandoned")]
public sealed record MeasureAbandoned : MeasureEntry
{
    public override Transition Does() => Transition.Abandon;
}

/// <summary>A measure after one of its entries, with the dates that will move it on without a further entry.</summary>
public sealed record Measure
{
    public required MeasureDefinition Definition { get; init; }
    /// <summary>The stage as posted: reported, planned, proposed, adopted, suspended, rescinded or abandoned.</summary>
    public Stage Posted { get; private init; }
    /// <summary>The first day on which it applies.</summary>
    public DateOnly? Effective { get; private init; }
    /// <summary>The last day on which it applies.</summary>
    public DateOnly? Expires { get; private init; }
    /// <summary>The last day of its suspension.</summary>
    public DateOnly? Until { get; private init; }

    /// <summary>The measure after an entry; <paramref name="before"/> is null for the first one, which must define it.</summary>
    public static Measure Apply(Measure? before, MeasureEntry entry)
    {
        var measure = before ?? new() { Definition = entry.Definition ?? throw new InvalidOperationException("The first entry of a measure defines it.") };
        return entry switch
        {
            MeasureReported => measure with { Posted = Stage.Reported },
            MeasurePlanned => measure with { Posted = Stage.Planned },
            MeasureProposed => measure with { Posted = Stage.Proposed },
            MeasureAdopted adopted => measure with { Posted = Stage.Adopted, Effective = adopted.Effective?.LastDay, Expires = adopted.Expires?.LastDay },
            MeasureRecordedInForce inForce => measure with { Posted = Stage.Adopted, Effective = entry.EffectiveDay(), Expires = inForce.Expires?.LastDay },
            MeasureAmended amended => measure.Amend(amended),
            MeasureSuspended suspended => measure with
            {
                Posted = Stage.Suspended,
                Until = suspended.Until?.LastDay,
                Effective = before is null ? entry.EffectiveDay() : measure.Effective,
            },
            MeasureResumed => measure with { Posted = Stage.Adopted, Until = null },
            MeasureRescinded => measure with { Posted = Stage.Rescinded },
            MeasureAbandoned => measure with { Posted = Stage.Abandoned },
            _ => throw new ArgumentOutOfRangeException(nameof(entry), entry, "Not an entry of the life cycle."),
        };
    }

    private Measure Amend(MeasureAmended amended) => this with
    {
        Definition = amended.Changes is { } changes ? Definition.With(changes) : Definition,
        Effective = amended.Effective?.LastDay ?? Effective,
        Expires = amended.Expires?.LastDay ?? Expires,
        Until = amended.Until?.LastDay ?? Until,
    };

    /// <summary>The stage on a day, if no further entry comes before it.</summary>
    public Stage StageOn(DateOnly day) => Posted switch
    {
        Stage.Adopted or Stage.Suspended when Expires < day => Stage.Expired,
        Stage.Suspended when Until is null || day <= Until => Stage.Suspended,
        Stage.Adopted or Stage.Suspended => Effective <= day ? Stage.InForce : Stage.Adopted,
        _ => Posted,
    };

    /// <summary>Its dates while it is in a stage: the end of a suspension says nothing once that is over.</summary>
    internal MeasureDates DatesIn(Stage stage) => new(Effective, Expires, stage == Stage.Suspended ? Until : null);

    /// <summary>The days on which the stage may change by itself, in order.</summary>
    internal IEnumerable<DateOnly> Turns() =>
        new[] { Effective, DayAfter(Until), DayAfter(Expires) }.OfType<DateOnly>().Order();

    private static DateOnly? DayAfter(DateOnly? day) => day < DateOnly.MaxValue ? day.Value.AddDays(1) : null;
}
