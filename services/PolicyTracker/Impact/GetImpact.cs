using System.Collections.Immutable;
using Marten;
using PolicyTracker.CountryViews;
using PolicyTracker.Facts;
using PolicyTracker.Measures;
using PolicyTracker.Recording;
using PolicyTracker.Registry;
using PolicyTracker.RegistryViews;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.Impact;

/// <summary><c>GET /v1/measures/{id}/impact</c> and <c>POST /v1/impact</c>: what would a control cut, and what would it leave?</summary>
public static class GetImpact
{
    public static readonly string[] Parameters = ["target", PublishedMethod.Parameter];

    /// <exception cref="Refused">There is no such measure, it is no control, or it is not aimed at the target.</exception>
    public static async Task<IResult> OfMeasure(HttpContext http, string id)
    {
        var asked = new Parameters(http).Country("target");
        await using var snapshot = await Snapshot.OpenAsync(http);
        var events = await snapshot.EventsAsync(http.RequestServices.GetRequiredService<IDocumentStore>(), MeasureId.StreamId(id));
        var life = MeasureLife.Of(MeasureRecord.Of(events.Select(e => e.Data)));
        if (life.Count == 0)
            throw new Refused(Codes.NotFound, $"No measure {Echo.Of(id)} was known at sequence {snapshot.Moment.KnownAt.Sequence}.");
        var ahead = Ahead(http, snapshot, EffectiveDay(life, snapshot.Moment.AsOf));
        var definition = (MeasureLife.StateAt(life, ahead ?? snapshot.Moment.AsOf) ?? life[0]).Definition;
        var scope = definition.Scope
            ?? throw new Refused([new Violation(Codes.ScopeRequired, "id", $"The measure is {WireNames.Of(definition.Kind)} and reaches no layer: only a control has an impact.", ["export_control", "sanction_listing_rule"])]);
        return Results.Json(await ReadAsync(http, snapshot, id, definition.Issuer, scope, TargetsOf(definition, asked), ahead), Json.Options);
    }

    /// <exception cref="Refused">The control breaks a rule.</exception>
    public static async Task<IResult> OfControl(HttpContext http)
    {
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        var body = Write.ParseJson(await http.ReadJsonAsync(Write.MostBytes));
        var control = Input.Read<Control>(body, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)).OrRefuse();
        await using var snapshot = await Snapshot.OpenAsync(http);
        return Results.Json(await ReadAsync(http, snapshot, null, control.Issuer, control.Scope, control.Targets, Ahead(http, snapshot, control.Effective)), Json.Options);
    }

    /// <summary>The day for which the impact is told where no other is asked for: the one from which the control applies, as long as that lies ahead.</summary>
    private static DateOnly? Ahead(HttpContext http, Snapshot snapshot, DateOnly? effective) =>
        new Parameters(http).Day("asOf") is null && effective > snapshot.Moment.AsOf ? effective : null;

    /// <summary>The first day on which the measure applies; null where it applies already, or never will.</summary>
    private static DateOnly? EffectiveDay(IReadOnlyList<MeasureState> life, DateOnly asOf) =>
        MeasureLife.StateAt(life, asOf)?.Stage == Stage.InForce ? null : life.FirstOrDefault(s => s.Stage == Stage.InForce && s.From > asOf)?.From;

    private static ImmutableArray<string> TargetsOf(MeasureDefinition definition, string? asked) => (asked, definition.Targets) switch
    {
        (null, { IsEmpty: true }) => throw new Refused([new Violation(Codes.MissingField, "target", "The measure is aimed at everyone: name a target.")]),
        (null, var targets) => targets,
        var (target, _) when target == definition.Issuer => throw new Refused([new Violation(Codes.TargetIsIssuer, "target", $"{target} issues the measure and cannot be its target.")]),
        var (target, targets) when targets.IsEmpty || targets.Contains(target) => [target],
        var (target, targets) => throw new Refused([new Violation(Codes.UnknownValue, "target", $"The measure is not aimed at {target}.", targets)]),
    };

    private static async Task<ImpactView> ReadAsync(
        HttpContext http, Snapshot opened, string? measure, string issuer, Scope scope, ImmutableArray<string> targets, DateOnly? ahead)
    {
        var snapshot = ahead is { } day ? await opened.AtAsync("effective", day.ToString("O")) : opened;
        var method = await PublishedMethod.AskedAsync(http, snapshot);
        var states = await CountryState.ReadAsync(snapshot, targets, method);
        var facts = (await StandingFactsAsync(snapshot, targets, issuer)).ToLookup(f => f.Fact.Country);
        var entries = await EntriesAsync(snapshot, facts.SelectMany(f => f).Select(f => f.Fact).ToList());
        return new ImpactView(
            measure, issuer, scope, snapshot.Moment.AsOf, ahead is null ? AsOfBecause.Asked : AsOfBecause.Effective, snapshot.Moment.KnownAt, method.Id,
            [.. states.Select(state => ImpactOf.Control(method, state.ExactlyWith(issuer), scope, [.. facts[state.Country.Country]], entries))]);
    }

    /// <summary>The facts that say what holds on the channels between the targets and the issuer, the last word on each account, and the issuer's standing listings.</summary>
    private static async Task<IReadOnlyList<StandingFact>> StandingFactsAsync(Snapshot snapshot, ImmutableArray<string> targets, string issuer)
    {
        var subjects = await Subjects.OfPairsAsync(snapshot, targets, issuer, [.. Channels.All, Indicator.X2, Indicator.X3]);
        var named = subjects.SelectMany(subject => Speaking(subject).Select(row => (row.Claim.Origin, row.Claim.Effective, Channel: ChannelOf(subject)))).ToList();
        var facts = await Subjects.FactsAsync(snapshot, named.Select(n => n.Origin));
        var (providers, technologies) = (await Merges.AtAsync(snapshot, RegistryKind.Provider), await Merges.AtAsync(snapshot, RegistryKind.Technology));
        return [.. named.Select(n => new StandingFact(n.Origin, facts[n.Origin].Resolved(providers, technologies), n.Channel, n.Effective)).DistinctBy(f => (f.Id, f.Channel))];
    }

    private static Indicator? ChannelOf(Subject subject) => Channels.All.Contains(subject.Indicator) ? subject.Indicator : null;

    /// <summary>The claims of a subject whose facts the impact tells.</summary>
    private static IEnumerable<ClaimRow> Speaking(Subject subject) => subject switch
    {
        { Indicator: Indicator.X3 } => subject.Kind == "account" ? [subject.Newest] : [],
        { Indicator: Indicator.X2, Kind: not "listing" } => [],
        { Winner: { Value: > 0 } winner } => subject.Rows.Where(r => Reading.Of(r.Claim) == winner),
        _ => [],
    };

    private static async Task<KnownEntries> EntriesAsync(Snapshot snapshot, IReadOnlyCollection<Fact> facts) => new(
        await OpenModelsAsync(snapshot),
        await Subjects.NamesAsync(snapshot, RegistryKind.Provider, facts.SelectMany(f => f.Ids(RegistryKind.Provider))),
        await Subjects.NamesAsync(snapshot, RegistryKind.Technology, facts.SelectMany(f => f.Ids(RegistryKind.Technology))));

    private static async Task<IReadOnlySet<string>> OpenModelsAsync(Snapshot snapshot)
    {
        var command = snapshot.Command($"""
            select coalesce({EntrySql.Survivor(snapshot, RegistryKind.Technology, "(fact -> 'registryIds' ->> 'model')")}, lower(fact ->> 'model')) from {Schema.Policy}.fact_version f
             where type = 'model_released' and fact ->> 'weights' = 'open' and status <> '{WireNames.Of(FactStatus.Retracted)}' and effective <= $1 and {snapshot.Known("f")}
            """);
        command.Parameters.AddWithValue(snapshot.Moment.AsOf);
        return (await snapshot.ReadAsync(command, row => row.GetString(0))).ToHashSet();
    }
}
