using JasperFx.Events;
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

    /// <param name="entries">All that was said of the measure so far: an entry alone does not tell whose it is.</param>
    public static Spoken OfMeasure(string stream, IReadOnlyList<MeasureEntry> entries, MeasureEntry entry)
    {
        var definition = entries[0].Definition!;
        var targets = entries.OfType<MeasureAmended>().SelectMany(amended => amended.Changes?.Targets ?? []);
        return new Spoken(
            Each([definition.Issuer, .. definition.Targets, .. targets]), definition.Kind == MeasureKind.ExportControl ? [definition.Issuer] : [], [], [],
            stream["measure/".Length..], PolicyTracker.Cause.WorldChanged, entry.Occurred.Text, entry.EffectiveDay());
    }

    public static Spoken OfRegistry(IEvent e, string? provider, params string[] countries) =>
        new(countries, [], Each([provider]), [], null, PolicyTracker.Cause.PipelineChange, null, DateOnly.FromDateTime(e.Timestamp.UtcDateTime));

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
