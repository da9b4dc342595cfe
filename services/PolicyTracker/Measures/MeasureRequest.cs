using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Measures;

/// <summary>What every request that adds an entry to a measure's life line carries.</summary>
public abstract record MeasureRequest
{
    /// <summary>When it happened, as precisely as the source says.</summary>
    public required WorldDate Occurred { get; init; }
    public required Source Source { get; init; }
    public required Tier Tier { get; init; }
    /// <summary>Whether somebody of ours has checked it against its source.</summary>
    public bool Reviewed { get; init; }
    [MaxLength(2000)] public string? Note { get; init; }
    /// <summary>The first day on which the measure applies; with adopt and amend. May lie ahead.</summary>
    public WorldDate? Effective { get; init; }
    /// <summary>The last day on which the measure applies; with adopt, amend and a first state in_force. May lie ahead.</summary>
    public WorldDate? Expires { get; init; }
    /// <summary>The last day of a suspension; with suspend, and with amend to move it. May lie ahead.</summary>
    public WorldDate? Until { get; init; }

    /// <summary>The entry that the request asks for; its definition is for a first entry, its changes are for an amendment.</summary>
    internal MeasureEntry Entry(Transition transition, MeasureDefinition? definition = null, DefinitionChanges? changes = null)
    {
        MeasureEntry entry = transition switch
        {
            Transition.Report => new MeasureReported { Occurred = Occurred, Source = Source, Tier = Tier },
            Transition.Plan => new MeasurePlanned { Occurred = Occurred, Source = Source, Tier = Tier },
            Transition.Propose => new MeasureProposed { Occurred = Occurred, Source = Source, Tier = Tier },
            Transition.Adopt => new MeasureAdopted { Occurred = Occurred, Source = Source, Tier = Tier, Effective = Effective, Expires = Expires },
            Transition.RecordInForce => new MeasureRecordedInForce { Occurred = Occurred, Source = Source, Tier = Tier, Expires = Expires },
            Transition.Amend => Amendment(changes),
            Transition.Suspend => new MeasureSuspended { Occurred = Occurred, Source = Source, Tier = Tier, Until = Until },
            Transition.Resume => new MeasureResumed { Occurred = Occurred, Source = Source, Tier = Tier },
            Transition.Rescind => new MeasureRescinded { Occurred = Occurred, Source = Source, Tier = Tier },
            Transition.Abandon => new MeasureAbandoned { Occurred = Occurred, Source = Source, Tier = Tier },
            _ => throw new ArgumentOutOfRangeException(nameof(transition), transition, "Not a transition of the life cycle."),
        };
        return entry with { Reviewed = Reviewed, Note = Note, Definition = definition };
    }

    private MeasureAmended Amendment(DefinitionChanges? changes) => new()
    {
        Occurred = Occurred,
        Source = Source,
        Tier = Tier,
        Changes = changes,
        Effective = Effective,
        Expires = Expires,
        Until = Until,
    };

    /// <summary>The rules on dates that need no knowledge of the measure's life so far.</summary>
    internal IEnumerable<Violation> DateViolations(Transition transition, DateOnly today)
    {
        if (Occurred.FirstDay > today)
            yield return new(Codes.DateInFuture, "occurred", $"What is recorded has happened: {Occurred.Text} begins after {today:O}.");
        foreach (var (field, date, takers) in new[]
        {
            ("effective", Effective, new[] { Transition.Adopt, Transition.Amend }),
            ("expires", Expires, [Transition.Adopt, Transition.Amend, Transition.RecordInForce]),
            ("until", Until, [Transition.Suspend, Transition.Amend]),
        })
        {
            if (date is not null && !takers.Contains(transition))
                yield return new(Codes.FieldNotAllowed, field, $"{LifeCycle.NameOf(transition)} takes no {field}.", [.. takers.Select(LifeCycle.NameOf)]);
        }
        if (Until?.LastDay <= Occurred.EffectiveDay(Source.PublishedOn))
            yield return new(Codes.UntilNotAfterStart, "until", $"The suspension would end on {Until.Text}, not after the day from which this entry counts.");
    }
}
