using PolicyTracker.Measures;
using Xunit;

namespace PolicyTracker.Tests.Measures;

/// <summary>Given entries of a measure, when it is moved on, then its life is this, or the move is refused.</summary>
internal sealed class MeasureSpec
{
    internal static readonly DateOnly Today = Day("2026-06-01");

    /// <summary>A control of US on CN; every field that a test does not name is the same everywhere.</summary>
    internal static readonly MeasureDefinition Control = new()
    {
        Kind = MeasureKind.ExportControl,
        Issuer = "US",
        Title = "Control on closed models",
        Targets = ["CN"],
        Scope = new() { Layers = [Layer.HostedClosedModels, Layer.ClosedWeights] },
    };

    private const string Id = "us-control";

    private MeasureDecision? _decision;

    internal IReadOnlyList<RecordedEntry> Entries { get; private set; } = [];

    internal static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd");

    internal static WorldDate Date(string text)
    {
        Assert.True(WorldDate.TryParse(text, out var date), text);
        return date!;
    }

    internal static Source Says(string publisher = "Federal Register") => new() { Publisher = publisher, Title = "Notice" };

    internal static OpenMeasure Opening(FirstState state, string occurred, MeasureDefinition? definition = null)
    {
        var measure = definition ?? Control;
        return new()
        {
            State = state,
            Kind = measure.Kind,
            Issuer = measure.Issuer,
            Authority = measure.Authority,
            Title = measure.Title,
            Targets = measure.Targets,
            Scope = measure.Scope,
            Strength = measure.Strength,
            Occurred = Date(occurred),
            Source = Says(),
            Tier = Tier.A,
        };
    }

    internal static MoveMeasure Moving(string occurred) => new() { Occurred = Date(occurred), Source = Says(), Tier = Tier.A };

    /// <summary>An entry put right; what it does, and its definition, are left to the test.</summary>
    internal static CorrectEntry Correcting(string occurred) =>
        new() { Occurred = Date(occurred), Source = Says(), Tier = Tier.A, Cause = Cause.OurError, Why = "Misread." };

    internal static MeasureSpec Given(OpenMeasure opening) => new MeasureSpec().Keep(MeasureDecisions.Open([], opening, Today));

    internal static MeasureSpec Given(FirstState state, string occurred) => Given(Opening(state, occurred));

    internal MeasureSpec And(Transition transition, MoveMeasure move) => Keep(MeasureDecisions.Move(Entries, transition, move, Today));

    internal MeasureSpec And(Transition transition, string occurred) => And(transition, Moving(occurred));

    internal MeasureSpec When(Transition transition, MoveMeasure move)
    {
        _decision = MeasureDecisions.Move(Entries, transition, move, Today);
        return this;
    }

    internal MeasureSpec When(Transition transition, string occurred) => When(transition, Moving(occurred));

    internal MeasureSpec WhenCorrected(int number, CorrectEntry correction)
    {
        _decision = MeasureDecisions.Correct(Id, Entries, number, correction, Today);
        return this;
    }

    internal MeasureSpec WhenRetracted(int number)
    {
        _decision = MeasureDecisions.Retract(Id, Entries, number, Cause.OurError, "Misread.");
        return this;
    }

    internal MeasureSpec WhenReinstated(int number)
    {
        _decision = MeasureDecisions.Reinstate(Id, Entries, number, Cause.OurError, "Read well.");
        return this;
    }

    internal MeasureSpec AndCorrected(int number, CorrectEntry correction) => WhenCorrected(number, correction).Keep();

    internal MeasureSpec AndRetracted(int number) => WhenRetracted(number).Keep();

    internal MeasureSpec AndReinstated(int number) => WhenReinstated(number).Keep();

    internal MeasureSpec When(OpenMeasure opening)
    {
        _decision = MeasureDecisions.Open(Entries, opening, Today);
        return this;
    }

    /// <summary>The move is recorded, and the measure's life is these stages from these days on.</summary>
    internal void Then(params (string From, Stage Stage)[] life)
    {
        if (_decision is not null) Keep(_decision);
        Assert.Equal(life.Select(state => (Day(state.From), state.Stage)), Life().Select(state => (state.From, state.Stage)));
    }

    internal void ThenNothingChanges(int entry) => Assert.Equal(new AlreadyHolds(entry), _decision);

    /// <summary>The act is refused, because the life cycle would not allow an entry.</summary>
    internal void ThenForbidden(int entry, Stage? meets, string detail)
    {
        var refusal = Assert.IsType<Refusal>(_decision);
        Assert.Equal((Codes.MeasureTransitionNotAllowed, entry, meets, detail), (refusal.Violations[0].Code, refusal.Entry, refusal.Meets, refusal.Violations[0].Detail));
    }

    internal Violation ThenRefused(string code, string field)
    {
        var violation = Assert.Single(Assert.IsType<Refusal>(_decision).Violations);
        Assert.Equal((code, field), (violation.Code, violation.Field));
        return violation;
    }

    internal IReadOnlyList<MeasureState> Life() => MeasureLife.Of(Entries);

    internal MeasureState? On(string day) => MeasureLife.StateAt(Life(), Day(day));

    private MeasureSpec Keep()
    {
        var decision = _decision!;
        _decision = null;
        return Keep(decision);
    }

    private MeasureSpec Keep(MeasureDecision decision)
    {
        Entries = Entries.After(Assert.IsType<Recorded>(decision).Event);
        return this;
    }
}
