using System.Collections.Immutable;
using System.Text.Json;
using Marten;
using PolicyTracker.CountryViews;
using PolicyTracker.Facts;
using PolicyTracker.Measures;
using PolicyTracker.Recording;
using PolicyTracker.Registry;
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
        var query = new Parameters(http);
        var (asked, asOf) = (query.Country("target"), query.Day("asOf"));
        await using var snapshot = await Snapshot.OpenAsync(http);
        var events = await snapshot.EventsAsync(http.RequestServices.GetRequiredService<IDocumentStore>(), MeasureId.StreamId(id));
        var life = MeasureLife.Of(MeasureRecord.Of(events.Select(e => e.Data)));
        if (life.Count == 0)
            throw new Refused(Codes.NotFound, $"No measure {Echo.Of(id)} was known at sequence {snapshot.Moment.KnownAt.Sequence}.");
        var ahead = asOf is null ? life.FirstOrDefault(s => s.Stage == Stage.InForce && s.From > snapshot.Moment.AsOf)?.From : null;
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
        var ahead = new Parameters(http).Day("asOf") is null ? control.Effective : null;
        return Results.Json(await ReadAsync(http, snapshot, null, control.Issuer, control.Scope, control.Targets, ahead), Json.Options);
    }

    private static ImmutableArray<string> TargetsOf(MeasureDefinition definition, string? asked) => (asked, definition.Targets) switch
    {
        (null, { IsEmpty: true }) => throw new Refused([new Violation(Codes.MissingField, "target", "The measure is aimed at everyone: name a target.")]),
        (null, var targets) => targets,
        var (target, targets) when targets.IsEmpty || targets.Contains(target) => [target],
        var (target, targets) => throw new Refused([new Violation(Codes.UnknownValue, "target", $"The measure is not aimed at {target}.", targets)]),
    };

    private static async Task<ImpactView> ReadAsync(
        HttpContext http, Snapshot opened, string? measure, string issuer, Scope scope, IEnumerable<string> targets, DateOnly? effective)
    {
        var snapshot = effective is { } day ? await opened.AtAsync("effective", day.ToString("O")) : opened;
        var method = await PublishedMethod.AskedAsync(http, snapshot);
        var openModels = await OpenModelsAsync(snapshot);
        var impacts = new List<TargetImpact>();
        foreach (var target in targets)
        {
            var state = await CountryState.ReadAsync(snapshot, target, method);
            impacts.Add(ImpactOf.Control(method, state.ExactlyWith(issuer), scope, await StandingFactsAsync(snapshot, target, issuer), openModels));
        }

        var because = effective is null ? AsOfBecause.Asked : AsOfBecause.Effective;
        return new ImpactView(measure, issuer, scope, snapshot.Moment.AsOf, because, snapshot.Moment.KnownAt, method.Id, impacts);
    }

    /// <summary>The facts that say what holds on the pair's channels, the last word on each account, and the issuer's standing listings.</summary>
    private static async Task<IReadOnlyList<StandingFact>> StandingFactsAsync(Snapshot snapshot, string target, string issuer)
    {
        var named = (await ClaimsAsync(snapshot, target, issuer)).GroupBy(r => r.Key).SelectMany(subject => Standing(subject.Key, [.. subject], snapshot.Moment.AsOf)).ToList();
        var facts = await FactsAsync(snapshot, [.. named.Select(n => n.Row.Claim.Origin)]);
        return [.. named.Select(n => new StandingFact(n.Row.Claim.Origin, facts[n.Row.Claim.Origin], n.Channel, n.Row.Claim.Effective)).DistinctBy(f => (f.Id, f.Channel))];
    }

    /// <summary>The claims known at the snapshot's moment on the channels of a pair, on accounts and on listings.</summary>
    private static Task<IReadOnlyList<ClaimRow>> ClaimsAsync(Snapshot snapshot, string target, string issuer)
    {
        var command = snapshot.Command($"""
            select {ClaimRow.Columns} from {Schema.Policy}.claim c where dependent = $1 and supplier = any($2) and indicator = any($3) and {snapshot.Known("c")} and effective <= $4
            """);
        command.Parameters.AddWithValue(target);
        command.Parameters.AddWithValue(new[] { issuer, Claim.EveryPair });
        command.Parameters.AddWithValue(Channels.All.Append(Indicator.X2).Append(Indicator.X3).Select(i => i.ToString()).ToArray());
        command.Parameters.AddWithValue(snapshot.Moment.AsOf);
        return snapshot.ReadAsync(command, ClaimRow.Read);
    }

    private static IEnumerable<(ClaimRow Row, Indicator? Channel)> Standing(SubjectKey key, IReadOnlyList<ClaimRow> rows, DateOnly asOf)
    {
        if (key.Indicator == Indicator.X3 && ViewLists.IsAccount(key.Subject))
            return [(rows.MaxBy(r => (r.Claim.Effective, r.Told))!, null)];
        if (Views.Standing.Of(rows, asOf)?.State.Winner is not { Value: > 0 } winner)
            return [];
        if (key.Indicator == Indicator.X2 && ViewLists.IsListing(key.Subject))
            return rows.Where(r => PolicyTracker.Reliance.Reading.Of(r.Claim) == winner).Select(r => (r, (Indicator?)null));
        return Channels.All.Contains(key.Indicator) ? rows.Where(r => PolicyTracker.Reliance.Reading.Of(r.Claim) == winner).Select(r => (r, (Indicator?)key.Indicator)) : [];
    }

    private static async Task<IReadOnlyDictionary<string, Fact>> FactsAsync(Snapshot snapshot, string[] ids)
    {
        var (providers, technologies) = (await Merges.AtAsync(snapshot, RegistryKind.Provider), await Merges.AtAsync(snapshot, RegistryKind.Technology));
        var command = snapshot.Command($"select fact_id, fact from {Schema.Policy}.fact_version f where fact_id = any($1) and {snapshot.Known("f")}");
        command.Parameters.AddWithValue(ids);
        return (await snapshot.ReadAsync(command, row => (Id: row.GetString(0), Fact: JsonSerializer.Deserialize<Fact>(row.GetString(1), Json.Options)!)))
            .ToDictionary(f => f.Id, f => f.Fact.Resolved(providers, technologies));
    }

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
