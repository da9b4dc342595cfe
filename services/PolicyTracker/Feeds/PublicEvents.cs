using System.Collections.Frozen;
using JasperFx.Events;
using PolicyTracker.Days;
using PolicyTracker.Facts;
using PolicyTracker.Measures;
using PolicyTracker.Recording;
using PolicyTracker.Registry;
using PolicyTracker.Reliance;
using PolicyTracker.Views;

namespace PolicyTracker.Feeds;

/// <summary>The catalogue of what the feed publishes. Every event type of the service is public or internal; whoever adds one says here which.</summary>
public static class PublicEvents
{
    /// <summary>What stays inside, and why.</summary>
    public static readonly IReadOnlyList<Type> Internal =
    [
        // The projections' clock says nothing about the world; what a day changes is told as reliance_changed.
        typeof(DayBegan),
        // Nor does this; the feed has it, for those alone who ask for it.
        typeof(Canary),
    ];

    private static readonly Family[] Families =
    [
        Of<Fact>((fact, _) => Spoken.OfFacts(Cause.WorldChanged, fact)),
        Of<FactCorrected>((e, _) => Spoken.OfFacts(e.Cause, e.Replacement, e.Previous)),
        Of<FactRetracted>((e, _) => Spoken.OfFacts(e.Cause, e.Fact)),
        Of<FactReinstated>((e, _) => Spoken.OfFacts(e.Cause, e.Fact)),
        Of<FactDisputed>((e, _) => Spoken.OfFacts(null, e.Fact)),
        Of<FactConfirmed>((e, _) => Spoken.OfFacts(null, e.Fact)),
        Of<MeasureEntry>((entry, context) => Spoken.OfMeasure(Cause.WorldChanged, entry, context)),
        Of<MeasureEntryCorrected>((e, context) => Spoken.OfMeasure(e.Cause, e.Replacement, context)),
        Of<MeasureEntryRetracted>((e, context) => Spoken.OfMeasure(e.Cause, e.Entry, context)),
        Of<MeasureEntryReinstated>((e, context) => Spoken.OfMeasure(e.Cause, e.Entry, context)),
        Of<ProviderRegistered>((e, context) => Spoken.OfPipeline(context, [e.ProviderId])),
        Of<ProviderCorrected>((e, context) => Spoken.OfPipeline(context, [e.ProviderId], e.Countries)),
        Of<ProviderMerged>((e, context) => Spoken.OfPipeline(context, [e.ProviderId, e.Into], e.Countries)),
        Of<ProviderUnmerged>((e, context) => Spoken.OfPipeline(context, [e.ProviderId, e.From], e.Countries)),
        Of<TechnologyRegistered>((e, context) => Spoken.OfPipeline(context, [e.Entry.Provider])),
        Of<TechnologyCorrected>((e, context) => Spoken.OfPipeline(context, [e.Replacement.Provider])),
        Of<TechnologyMerged>((e, context) => Spoken.OfPipeline(context, [], e.Countries)),
        Of<TechnologyUnmerged>((e, context) => Spoken.OfPipeline(context, [], e.Countries)),
        Of<MethodAdopted>((_, context) => Spoken.OfPipeline(context, [])),
        Of<RelianceChanged>((e, _) => Spoken.OfChange(e)),
        Of<SubscriptionFailing>((_, context) => Spoken.OfService(context)),
        Of<SubscriptionDisabled>((_, context) => Spoken.OfService(context)),
    ];

    /// <summary>The public types by wire name.</summary>
    public static FrozenDictionary<string, Type> ByName { get; } =
        WireNames.Under(typeof(object)).Where(type => Families.Any(family => family.Has(type.Value))).ToFrozenDictionary();

    /// <summary>The wire names of the public types, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The wire names of what the feed has: the public types, and the canary.</summary>
    internal static FrozenSet<string> Published { get; } = [.. Names, FeedEntry.Canary];

    /// <summary>What a published event speaks of.</summary>
    internal static Spoken Speaks(EventContext context) => context.Event.Data is Canary ? Spoken.OfService(context) : Families.First(family => family.Has(context.Event.EventType)).Speaks(context.Event.Data, context);

    private static Family Of<T>(Func<T, EventContext, Spoken> speaks) => new(typeof(T), (data, context) => speaks((T)data, context));

    private sealed record Family(Type Base, Func<object, EventContext, Spoken> Speaks)
    {
        public bool Has(Type type) => type.IsAssignableTo(Base);
    }
}

/// <summary>An event, and what alone it does not tell.</summary>
/// <param name="Before">The record of the measure that it is of, up to it; empty for any other event.</param>
internal sealed record EventContext(IEvent Event, IReadOnlyList<RecordedEntry> Before);
