using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Measures;
using PolicyTracker.Registry;
using PolicyTracker.Reliance;
using PolicyTracker.Views;

namespace PolicyTracker.Feeds;

/// <summary>What an event says to a person, by its own fields alone.</summary>
public static class Sentence
{
    /// <param name="e">The data of a public event.</param>
    /// <param name="stream">The stream that it is of, such as <c>measure/us-closed-model-guardrails</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The event is not public.</exception>
    public static string Of(object e, string stream) => e switch
    {
        Fact fact => OfFact(fact),
        FactCorrected act => Act("Corrected", OfFact(act.Replacement), act.Why),
        FactRetracted act => Act("Retracted", OfFact(act.Fact), act.Why),
        FactReinstated act => Act("Reinstated", OfFact(act.Fact), act.Why),
        FactDisputed act => Act("Disputed", OfFact(act.Fact), act.Why),
        FactConfirmed act => Act("Confirmed", OfFact(act.Fact), act.Why),
        MeasureEntry entry => OfMeasure(entry, MeasureId.IdOf(stream)),
        MeasureEntryCorrected act => Act("Corrected", OfMeasure(act.Replacement, act.MeasureId), act.Why),
        MeasureEntryRetracted act => Act("Retracted", OfMeasure(act.Entry, act.MeasureId), act.Why),
        MeasureEntryReinstated act => Act("Reinstated", OfMeasure(act.Entry, act.MeasureId), act.Why),
        ProviderRegistered registered => $"The provider {registered.Entry.Name} entered the registry.",
        ProviderCorrected corrected => $"The registry's entry of the provider {corrected.Replacement.Name} was put right. {Because(corrected.Why)}",
        ProviderMerged merged => $"The provider {merged.ProviderId} turned out to be {merged.Into}. {Because(merged.Why)}",
        ProviderUnmerged unmerged => $"The provider {unmerged.ProviderId} stands for itself again, and no longer for {unmerged.From}. {Because(unmerged.Why)}",
        TechnologyRegistered registered => $"The model or service {registered.Entry.Name} entered the registry.",
        TechnologyCorrected corrected => $"The registry's entry of the model or service {corrected.Replacement.Name} was put right. {Because(corrected.Why)}",
        TechnologyMerged merged => $"The model or service {merged.TechnologyId} turned out to be {merged.Into}. {Because(merged.Why)}",
        TechnologyUnmerged unmerged => $"The model or service {unmerged.TechnologyId} stands for itself again, and no longer for {unmerged.From}. {Because(unmerged.Why)}",
        MethodAdopted adopted => $"From now on {adopted.Method} is the published method, in place of {adopted.Previous}.",
        RelianceChanged change => $"Reliance of {Countries.Name(change.Dependent)} on {Countries.Name(change.Supplier)}: {string.Join("; ", change.Changes.Select(OfChange))}.",
        SubscriptionFailing failing => $"Nothing could be delivered to the webhook {failing.Subscription} for {(failing.Hours == 1 ? "an hour" : "a day")}.",
        SubscriptionDisabled disabled => $"The webhook {disabled.Subscription} was disabled: {(disabled.Reason == "gone" ? "its receiver wants nothing more" : "nothing could be delivered for days")}.",
        _ => throw new ArgumentOutOfRangeException(nameof(e), e, "Not a public event."),
    };

    private static string OfFact(Fact fact) => $"{Countries.Name(fact.Country)}, {When(fact.Occurred)}: {Ended(fact switch
    {
        AccountReinstated f => $"{f.Provider} reopened the account of {f.Holder}",
        AccountSuspended f => $"{f.Provider} closed the account of {f.Holder}",
        ApprovalRevoked f => $"{f.Authority} withdrew its clearance of {f.Model} of {f.Provider}",
        ApprovalsCounted f => $"{Count(f.Domestic)} domestic and {Count(f.Foreign)} foreign models are approved",
        BenchmarkingReported f => $"local models are measured against those of {f.Provider}",
        CapabilityClaimed f => $"{f.Provider ?? f.Attribution} says that {f.Model ?? "its model"} is as good as {f.Comparator ?? "others"}",
        ComputeAccessReported f => $"{f.Product} of {f.Provider} is used {Cases(f.Extent)}, by {Words(f.Route)} routes",
        DerivationDenied f => $"{f.Model} of {f.Developer} is said not to be built on {f.BaseModel} of {f.BaseProvider}",
        DerivationReported f => $"{f.Model} of {f.Developer} is built on {f.BaseModel} of {f.BaseProvider} ({Words(f.Relation)})",
        EntityDelisted f => $"{f.Entity} was taken off {f.List}, a list of {Countries.Name(f.Issuer)}",
        EntityListed f => $"{f.Entity} was put on {f.List}, a list of {Countries.Name(f.Issuer)}",
        GovernmentUseRestricted f => $"{f.Authority} {Keeps(f.Extent)} {f.Service} of {f.Provider}",
        IndependenceClaimed f => $"{f.Provider ?? f.Attribution} says that {f.Model ?? "its model"} is its own{(f.Comparator is { } other ? $", compared with {other}" : "")}",
        IndicatorCoded f => $"an analyst coded {f.Indicator} toward {Countries.Name(f.Supplier)} as {f.Value}. {f.Rationale}",
        IntegrationReported f => $"local products are built on {f.Technology ?? "the technology"} of {f.Provider} {Cases(f.Extent)}, by {Words(f.Route)} routes",
        ModelApproved f => $"{f.Authority} cleared {f.Model} of {f.Provider} for public use",
        ModelReleased f => $"{f.Provider} released {f.Model} with {Words(f.Weights)} weights",
        NoEvidenceFound f => $"no evidence was found for {f.Indicator}{(f.Supplier is { } supplier ? $" toward {Countries.Name(supplier)}" : "")}",
        RelianceAssessed f => $"{f.Assessor} assessed the dependence{(f.BaseModel is { } model ? $" on {model}" : "")}. {f.Statement}",
        ServiceOffered f => $"{f.Provider} offers {f.Service} to {Whom(f.Audience)}, {(f.Route == ServiceRoute.Direct ? "directly" : $"through {f.Via ?? "a partner"}")}",
        ServiceWithheld f => $"{f.Provider} does not offer {f.Service}",
        StanceStated f => $"{f.Speaker} is {Words(f.Stance)} toward {f.Toward}. {f.Summary}",
        UnofficialAccessReported f => $"{f.Provider} is reached without its leave{(f.Means.IsEmpty ? "" : $" by {string.Join(", ", f.Means.Select(Words))}")}, as is {Words(f.Prevalence)}",
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, "Not a type of fact."),
    })}";

    private static string OfMeasure(MeasureEntry entry, string id) => $"{Named(entry.Definition, id)} {entry switch
    {
        MeasureReported => "is talked about",
        MeasurePlanned => "is planned",
        MeasureProposed => "is proposed",
        MeasureAdopted adopted => $"was adopted{Day(" and applies from", adopted.Effective)}",
        MeasureRecordedInForce inForce => $"is in force{Day(" until", inForce.Expires)}",
        MeasureAmended => "was amended",
        MeasureSuspended suspended => $"was suspended{Day(" until", suspended.Until)}",
        MeasureResumed => "applies again",
        MeasureRescinded => "was taken back",
        MeasureAbandoned => "was given up",
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry, "Not an entry of the life cycle."),
    }} ({When(entry.Occurred)}).";

    private static string Named(MeasureDefinition? definition, string id) =>
        definition is null ? $"The measure {id}" : $"{Countries.Name(definition.Issuer)}: the measure \"{definition.Title}\"";

    private static string OfChange(NumberChange change) => $"{change.Indicator?.ToString() ?? change.Index} {(change.Before.Value == change.After.Value
        ? $"is {Number(change.After)} as before, between {change.After.Low} and {change.After.High}"
        : $"went from {Number(change.Before)} to {Number(change.After)}")}";

    private static string Number(Numbers numbers) => numbers.Value?.ToString() ?? "unknown";

    private static string Act(string act, string what, string why) => $"{act} record. {what} {Because(why)}";

    private static string Because(string why) => $"Why: {Ended(why)}";

    private static string Ended(string text) => text.EndsWith('.') ? text : $"{text}.";

    private static string Day(string before, WorldDate? date) => date is null ? "" : $"{before} {When(date)}";

    private static string When(WorldDate date)
    {
        var day = date.Text.Trim('.', '/', '~', '?', '%');
        return (date.OpenStart ? $"by {day}" : date.OpenEnd ? $"since {day}" : date.Approximate ? $"about {day}" : day) + (date.Uncertain ? ", uncertain" : "");
    }

    private static string Count(CountBound count) => count.AtMost == count.AtLeast ? $"{count.AtLeast}" : count.AtMost is { } most ? $"{count.AtLeast} to {most}" : $"at least {count.AtLeast}";

    private static string Cases(Extent extent) => extent == Extent.None ? "in no case" : $"in {Words(extent)} cases";

    private static string Keeps(UseRestrictionExtent extent) => extent switch
    {
        UseRestrictionExtent.NoPlan => "has no plan that public bodies use",
        UseRestrictionExtent.Discouraged => "discourages public bodies from using",
        UseRestrictionExtent.Banned => "forbids public bodies to use",
        _ => throw new ArgumentOutOfRangeException(nameof(extent), extent, null),
    };

    private static string Whom(Audience audience) => audience switch
    {
        Audience.Public => "the public",
        Audience.Business => "businesses",
        Audience.Developer => "developers",
        _ => throw new ArgumentOutOfRangeException(nameof(audience), audience, null),
    };

    private static string Words<T>(T value) where T : struct, Enum => WireNames.Of(value).Replace('_', ' ');
}
