using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Measures;
using PolicyTracker.Registry;
using PolicyTracker.Views;

namespace PolicyTracker.Feeds;

/// <summary>What an event speaks of, by its own words alone: what the filters of the feed look at. A field that its type lacks is empty.</summary>
/// <param name="Suppliers">Whom it names as the country relied on; of a listing and of an export control that is the issuer.</param>
/// <param name="Occurred">When it happened in the world, in the source's words.</param>
/// <param name="Effective">The day from which it counts; of an act of our own, the day on which we recorded it.</param>
internal sealed record Spoken(
    string[] Countries, string[] Suppliers, string[] Providers, string[] Indicators, string? Measure, Cause? Cause, string? Occurred, DateOnly Effective)
{
    /// <param name="fact">The fact as it stands, and before it those that it stood as.</param>
    public static Spoken OfFacts(Cause? cause, Fact fact, params Fact[] before)
    {
        Fact[] all = [fact, .. before];
        return new Spoken(
            Each(all.Select(f => f.Country)), Each(all.Select(SupplierOf)), Each(all.SelectMany(ProvidersOf)), Each(all.Select(IndicatorOf)),
            null, cause, fact.Occurred.Text, fact.EffectiveDay());
    }

    /// <summary>A measure is of whom the whole of it concerns, and of whom it concerned before the event.</summary>
    public static Spoken OfMeasure(Cause cause, MeasureEntry entry, EventContext context)
    {
        var record = context.Before.After(context.Event.Data);
        var definition = record[0].Entry.Definition!;
        return new Spoken(
            Each(context.Before.Countries().Concat(record.Countries())), definition.Kind == MeasureKind.ExportControl ? [definition.Issuer] : [], [], [],
            MeasureId.IdOf(context.Event.StreamKey!), cause, entry.Occurred.Text, entry.EffectiveDay());
    }

    /// <summary>What we did to our registry or our method.</summary>
    public static Spoken OfPipeline(EventContext context, IEnumerable<string?> providers, params IEnumerable<string> countries) =>
        new(Each(countries), [], Each(providers), [], null, PolicyTracker.Cause.PipelineChange, null, DateOnly.FromDateTime(context.Event.Timestamp.UtcDateTime));

    /// <summary>What befell the service itself.</summary>
    public static Spoken OfService(EventContext context) => new([], [], [], [], null, null, null, DateOnly.FromDateTime(context.Event.Timestamp.UtcDateTime));

    public static Spoken OfChange(RelianceChanged change) => new(
        [change.Dependent], [change.Supplier], [], Each(change.Changes.Select(c => c.Indicator?.ToString())), null, change.Cause, null, change.AsOf);

    private static string? SupplierOf(Fact fact) => fact switch
    {
        IndicatorCoded coded => coded.Supplier,
        NoEvidenceFound none => none.Supplier,
        EntityListed listed => listed.Issuer,
        EntityDelisted listed => listed.Issuer,
        _ => null,
    };

    private static string? IndicatorOf(Fact fact) => fact switch
    {
        IndicatorCoded coded => coded.Indicator.ToString(),
        NoEvidenceFound none => none.Indicator.ToString(),
        _ => null,
    };

    private static IEnumerable<string?> ProvidersOf(Fact fact) => NamedFields.Of(fact.GetType()).Providers.Select(field => fact.RegistryIds.GetValueOrDefault(field.Name));

    private static string[] Each(IEnumerable<string?> values) => [.. values.OfType<string>().Distinct()];
}
