using System.Collections.Frozen;
using JasperFx.Events;
using PolicyTracker.Days;
using PolicyTracker.Facts;
using PolicyTracker.Measures;
using PolicyTracker.Registry;
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
    ];

    private static readonly Family[] Families =
    [
        Of<Fact>((fact, _) => Spoken.OfFacts(Cause.WorldChanged, fact)),
        Of<FactCorrected>((e, _) => Spoken.OfFacts(e.Cause, e.Replacement, e.Previous)),
        Of<FactRetracted>((e, _) => Spoken.OfFacts(e.Cause, e.Fact)),
        Of<FactReinstated>((e, _) => Spoken.OfFacts(e.Cause, e.Fact)),
        Of<FactDisputed>((e, _) => Spoken.OfFacts(null, e.Fact)),
        Of<FactConfirmed>((e, _) => Spoken.OfFacts(null, e.Fact)),
        Of<MeasureEntry>((entry, context) => Spoken.OfMeasure(context.Event.StreamKey!, context.Measure, entry)),
        Of<ProviderRegistered>((e, context) => Spoken.OfRegistry(context.Event, e.ProviderId)),
        Of<ProviderCorrected>((e, context) => Spoken.OfRegistry(context.Event, e.ProviderId, [.. e.Countries])),
        Of<TechnologyRegistered>((e, context) => Spoken.OfRegistry(context.Event, e.Entry.Provider)),
        Of<TechnologyCorrected>((e, context) => Spoken.OfRegistry(context.Event, e.Replacement.Provider)),
        Of<RelianceChanged>((e, _) => Spoken.OfChange(e)),
    ];

    /// <summary>The public types by wire name.</summary>
    public static FrozenDictionary<string, Type> ByName { get; } =
        WireNames.Under(typeof(object)).Where(type => Families.Any(family => family.Has(type.Value))).ToFrozenDictionary();

    /// <summary>The wire names of the public types, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What a public event speaks of.</summary>
    /// <param name="measure">The entries of the measure that the event is of, up to its own.</param>
    internal static Spoken Speaks(IEvent e, IReadOnlyList<MeasureEntry> measure) =>
        Families.First(family => family.Has(e.EventType)).Speaks(e.Data, new Context(e, measure));

    private static Family Of<T>(Func<T, Context, Spoken> speaks) => new(typeof(T), (data, context) => speaks((T)data, context));

    private sealed record Context(IEvent Event, IReadOnlyList<MeasureEntry> Measure);

    private sealed record Family(Type Base, Func<object, Context, Spoken> Speaks)
    {
        public bool Has(Type type) => type.IsAssignableTo(Base);
    }
}
