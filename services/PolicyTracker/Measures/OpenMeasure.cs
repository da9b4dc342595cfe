using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Measures;

/// <summary>The stages in which a measure may first be heard of.</summary>
public enum FirstState { Reported, Planned, Proposed, Adopted, InForce, Suspended }

/// <summary>A measure that is heard of for the first time.</summary>
public sealed record OpenMeasure : MeasureRequest
{
    /// <summary>3 to 80 lower-case letters, digits and hyphens; left out, it is made of issuer and title.</summary>
    [MaxLength(80)] public string? Id { get; init; }
    public required FirstState State { get; init; }
    public required MeasureKind Kind { get; init; }
    /// <summary>The country whose act it is.</summary>
    [CountryCode] public required string Issuer { get; init; }
    [MaxLength(200)] public string? Authority { get; init; }
    [MaxLength(300)] public required string Title { get; init; }
    /// <summary>The countries it is aimed at; empty means everyone.</summary>
    [CountryCode, MaxLength(250)] public ImmutableArray<string> Targets { get; init; } = [];
    /// <summary>Required for export_control and sanction_listing_rule.</summary>
    public Scope? Scope { get; init; }
    /// <summary>Required for self_reliance_directive.</summary>
    public Strength? Strength { get; init; }

    /// <summary>The id as given or derived; null when none was given and none can be derived.</summary>
    public string? ChosenId() => Id ?? MeasureId.Derive(Issuer, Title);

    internal MeasureDefinition Definition() => new()
    {
        Kind = Kind,
        Issuer = Issuer,
        Authority = Authority,
        Title = Title,
        Targets = Targets,
        Scope = Scope,
        Strength = Strength,
    };
}

public static partial class MeasureDecisions
{
    /// <summary>The first entry of a measure.</summary>
    /// <param name="record">The entries already under <see cref="OpenMeasure.ChosenId"/>; usually none.</param>
    /// <param name="today">The day in UTC: what is recorded has happened by then.</param>
    public static MeasureDecision Open(IReadOnlyList<RecordedEntry> record, OpenMeasure command, DateOnly today)
    {
        var transition = OpeningOf(command.State);
        var definition = command.Definition();
        Violation[] broken = [.. IdViolations(command), .. definition.Violations(), .. command.DateViolations(transition, today)];
        if (broken.Length > 0) return new Refusal(broken);

        var entry = command.Entry(transition, definition);
        if (record is [var first, ..])
            return first.HasSaid(entry) ? new AlreadyHolds(1) : new Refusal([Differs(command.ChosenId(), first.Entry, entry)]);
        return (MeasureDecision?)Check(record.After(entry), 1, "With this entry") ?? new Recorded(1, entry);
    }

    private static Transition OpeningOf(FirstState state) => state switch
    {
        FirstState.Reported => Transition.Report,
        FirstState.Planned => Transition.Plan,
        FirstState.Proposed => Transition.Propose,
        FirstState.Adopted => Transition.Adopt,
        FirstState.InForce => Transition.RecordInForce,
        FirstState.Suspended => Transition.Suspend,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a first state."),
    };

    private static IEnumerable<Violation> IdViolations(OpenMeasure command)
    {
        if (command.ChosenId() is not { } id)
            yield return new(Codes.MissingField, "id", "The title has no Latin letters to make an id of: give one.");
        else if (!MeasureId.IsValid(id))
            yield return new(Codes.MeasureIdNotValid, "id", $"'{id}' is not an id.", ["3 to 80 lower-case letters, digits and hyphens, at least one of them a hyphen"]);
    }

    private static Violation Differs(string? id, MeasureEntry recorded, MeasureEntry asked)
    {
        var fields = new[]
        {
            ("state", recorded.Does() == asked.Does()),
            ("definition", recorded.Definition == asked.Definition),
            ("occurred", recorded.Occurred == asked.Occurred),
            ("source", recorded.Source == asked.Source),
            ("tier", recorded.Tier == asked.Tier),
            ("reviewed", recorded.Reviewed == asked.Reviewed),
            ("note", recorded.Note == asked.Note),
        };
        var differing = fields.Where(field => !field.Item2).Select(field => field.Item1).DefaultIfEmpty("dates");
        return new(Codes.MeasureDiffers, "id", $"'{id}' is a measure recorded with another {string.Join(", ", differing)}. Move it on, or choose another id.");
    }
}
