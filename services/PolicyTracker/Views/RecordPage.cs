using System.Text.Json;
using JasperFx.Events;
using Marten;
using Npgsql;
using PolicyTracker.Days;
using PolicyTracker.Facts;
using PolicyTracker.Measures;
using PolicyTracker.Recording;
using PolicyTracker.Registry;
using PolicyTracker.Reliance;

namespace PolicyTracker.Views;

/// <summary>A page of events, applied to the facts, measures and registry entries that they touch. It yields the claims that come and go with each event.</summary>
internal sealed class RecordPage
{
    private readonly VersionedRows _factRows = new("fact_version", "fact_id");
    private readonly VersionedRows _claimRows = new("claim", "origin");
    private readonly VersionedRows _entryRows = new("measure_entry", "measure_id");

    private readonly Dictionary<string, FactRow> _facts;
    private readonly Dictionary<string, IReadOnlyList<RecordedEntry>> _measures;
    private readonly RegistryPage _registry;
    private readonly Dictionary<string, IReadOnlyList<ClaimRow>> _claims;

    private RecordPage(
        Dictionary<string, FactRow> facts, Dictionary<string, IReadOnlyList<RecordedEntry>> measures, RegistryPage registry, Dictionary<string, IReadOnlyList<ClaimRow>> claims) =>
        (_facts, _measures, _registry, _claims) = (facts, measures, registry, claims);

    /// <summary>Reads what the events may touch, as the pages before left it.</summary>
    public static async Task<RecordPage> LoadAsync(NpgsqlConnection connection, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var registry = await RegistryPage.LoadAsync(connection, events, cancellation);
        var acted = events.Where(e => e.StreamKey!.StartsWith("fact/", StringComparison.Ordinal) && e.Data is not Fact).Select(e => FactLife.IdOf(e.StreamKey!)).ToArray();
        var facts = (await ViewQueries.LiveFactsAsync(connection, acted, registry.Moving, cancellation)).ToDictionary(f => f.Life.Id);
        var measureIds = events.Select(e => e.StreamKey!).Where(s => s.StartsWith(MeasureId.StreamPrefix, StringComparison.Ordinal)).Select(MeasureId.IdOf).Distinct().ToArray();
        var measures = await ViewQueries.EntriesAsync(connection, measureIds, cancellation);
        await registry.LoadEntriesAsync(connection, facts.Values.Select(f => f.Life.Fact).Concat(events.SelectMany(e => FactsIn(e.Data))), cancellation);
        var claims = await ViewQueries.LiveClaimsOfAsync(connection, [.. facts.Keys, .. measureIds], cancellation);
        return new RecordPage(facts, measures, registry, claims);
    }

    public Change Apply(IEvent e) => e.Data switch
    {
        Fact fact => Recorded(e, fact),
        FactCorrected c => Acted(e, c.FactId, c.Cause, c.Why, c.Previous.Country, c.Replacement.Country),
        FactRetracted r => Acted(e, r.FactId, r.Cause, r.Why, r.Fact.Country),
        FactReinstated r => Acted(e, r.FactId, r.Cause, r.Why, r.Fact.Country),
        FactDisputed d => Acted(e, d.FactId, Cause.WorldChanged, d.Why, d.Fact.Country),
        FactConfirmed c => Acted(e, c.FactId, Cause.WorldChanged, c.Why, c.Fact.Country),
        MeasureEntry entry => Moved(e, entry, Cause.WorldChanged),
        MeasureEntryCorrected c => Moved(e, c.Replacement, c.Cause, c.Why),
        MeasureEntryRetracted r => Moved(e, r.Entry, r.Cause, r.Why),
        MeasureEntryReinstated r => Moved(e, r.Entry, r.Cause, r.Why),
        ProviderRegistered registered => Led(e, null, registered.ProviderId),
        ProviderCorrected corrected => Led(e, corrected.Why, corrected.ProviderId),
        ProviderMerged merged => Led(e, merged.Why, merged.ProviderId),
        ProviderUnmerged unmerged => Led(e, unmerged.Why, unmerged.ProviderId),
        TechnologyRegistered => Led(e, null, null),
        TechnologyCorrected corrected => Led(e, corrected.Why, null),
        TechnologyMerged merged => Led(e, merged.Why, null),
        TechnologyUnmerged unmerged => Led(e, unmerged.Why, null),
        RelianceChanged or ServiceEvent => new Change { Event = e },
        MethodAdopted adopted => Adopted(e, adopted),
        DayBegan day => new Change { Event = e, Occurred = day.Date.ToString("O"), Effective = day.Date },
        _ => throw new InvalidOperationException($"The views do not know the event {e.EventTypeName}."),
    };

    public void Save(IDocumentOperations operations)
    {
        foreach (var rows in (VersionedRows[])[_factRows, _claimRows, _entryRows])
            rows.Save(operations);
        _registry.Save(operations);
    }

    private Change Recorded(IEvent e, Fact fact)
    {
        var life = new FactLife { Id = FactLife.IdOf(e.StreamKey!), Fact = fact };
        Describe(e.Sequence, new FactRow(life, e.Sequence, e.Sequence));
        return ChangeOf(e, life) with { Opened = Open(life.Id, e.Sequence, e.Sequence, ClaimsOf(life)), Countries = [fact.Country] };
    }

    private Change Acted(IEvent e, string id, Cause cause, string why, params string[] countries)
    {
        var row = _facts[id];
        var (closed, opened) = Restand(e.Sequence, row with { Life = row.Life.Apply(e.Data), KnownFrom = e.Sequence });
        return ChangeOf(e, _facts[id].Life) with { Closed = closed, Opened = opened, Countries = countries, Cause = cause, Why = why };
    }

    private Change Moved(IEvent e, MeasureEntry entry, Cause cause, string? why = null)
    {
        var id = MeasureId.IdOf(e.StreamKey!);
        var before = _measures.GetValueOrDefault(id, []);
        var record = _measures[id] = before.After(e.Data);
        // Each row tells whom the whole measure concerns, and a mend may change that: it writes them all anew.
        var isNew = e.Data is MeasureEntry;
        if (!isNew)
            _entryRows.Close(id, e.Sequence);
        foreach (var standing in isNew ? record.TakeLast(1) : record.Standing())
            Describe(id, e.Sequence, standing, record);
        var (closed, opened) = Replace(id, e.Sequence, e.Sequence, Codebook.Claims(id, MeasureLife.Of(record)));
        return new Change
        {
            Event = e,
            Closed = closed,
            Opened = opened,
            Countries = [.. before.Countries().Union(record.Countries())],
            Cause = cause,
            Measure = id,
            Occurred = entry.Occurred.Text,
            Effective = entry.EffectiveDay(),
            Publisher = entry.Source.Publisher,
            Why = why,
        };
    }

    private void Describe(string measure, long sequence, RecordedEntry recorded, IReadOnlyList<RecordedEntry> record)
    {
        var entry = recorded.Entry;
        _entryRows.Open(measure, sequence, new
        {
            recorded.Number,
            Type = WireNames.Of(entry.GetType()),
            Occurred = entry.Occurred.Text,
            Effective = entry.EffectiveDay(),
            record[0].Entry.Definition!.Issuer,
            Countries = record.Countries(),
            entry.Source.Publisher,
            Entry = JsonSerializer.SerializeToElement(entry, Json.Options),
        });
    }

    /// <summary>An event of the registry leads names elsewhere: the facts stay as they are, and their claims are made anew.</summary>
    private Change Led(IEvent e, string? why, string? provider)
    {
        var moves = _registry.Apply(e.Data, e.Sequence);
        var moved = _facts.Values.Where(f => moves(f.Life.Fact)).OrderBy(f => f.Recorded)
            .Select(f => (f.Life.Fact.Country, Claims: Replace(f.Life.Id, e.Sequence, f.KnownFrom, ClaimsOf(f.Life)))).ToArray();
        return new Change
        {
            Event = e,
            Closed = [.. moved.SelectMany(m => m.Claims.Closed)],
            Opened = [.. moved.SelectMany(m => m.Claims.Opened)],
            Countries = [.. moved.Select(m => m.Country).Distinct()],
            Cause = Cause.PipelineChange,
            Provider = provider,
            Effective = DateOnly.FromDateTime(e.Timestamp.UtcDateTime),
            Why = why,
        };
    }

    private static Change Adopted(IEvent e, MethodAdopted adopted) => new()
    {
        Event = e,
        Cause = Cause.PipelineChange,
        Effective = DateOnly.FromDateTime(e.Timestamp.UtcDateTime),
        Why = adopted.Why(),
    };

    private (IReadOnlyList<ClaimRow> Closed, IReadOnlyList<ClaimRow> Opened) Restand(long sequence, FactRow row)
    {
        _factRows.Close(row.Life.Id, sequence);
        Describe(sequence, row);
        return Replace(row.Life.Id, sequence, sequence, ClaimsOf(row.Life));
    }

    private void Describe(long sequence, FactRow row)
    {
        var (life, fact) = (row.Life, row.Life.Fact);
        _facts[life.Id] = row;
        _factRows.Open(life.Id, sequence, new
        {
            row.Recorded,
            Type = FactTypes.NameOf(fact),
            fact.Country,
            Ids = fact.RegistryIds.Values.Distinct(),
            Occurred = fact.Occurred.Text,
            Effective = fact.EffectiveDay(),
            fact.Source.Publisher,
            Tier = fact.Tier.ToString(),
            life.Status,
            life.Reviewed,
            life.Disputed,
            life.ConfirmedOn,
            Search = FactRow.SearchText(fact),
            Fact = JsonSerializer.SerializeToElement(fact, Json.Options),
        });
    }

    private (IReadOnlyList<ClaimRow> Closed, IReadOnlyList<ClaimRow> Opened) Replace(string origin, long sequence, long told, IReadOnlyList<Claim> claims)
    {
        var closed = _claims.GetValueOrDefault(origin, []);
        _claimRows.Close(origin, sequence);
        return (closed, Open(origin, sequence, told, claims));
    }

    private IReadOnlyList<ClaimRow> Open(string origin, long sequence, long told, IReadOnlyList<Claim> claims)
    {
        var opened = ClaimRow.Of(claims, told);
        _claims[origin] = opened;
        var fact = _facts.GetValueOrDefault(origin)?.Life.Fact;
        foreach (var row in opened)
        {
            var claim = row.Claim;
            _claimRows.Open(origin, sequence, new
            {
                row.Ordinal,
                row.Told,
                claim.Dependent,
                claim.Supplier,
                Indicator = claim.Indicator.ToString(),
                claim.Subject,
                Kind = claim.Kind.ToString(),
                claim.Value,
                claim.General,
                claim.Counted,
                claim.Effective,
                Tier = claim.Tier.ToString(),
                claim.Reviewed,
                claim.Publisher,
                claim.Disputed,
                claim.ConfirmedOn,
                row.Lead,
                Type = fact is null ? "" : FactTypes.NameOf(fact),
                Occurred = fact?.Occurred.Text ?? "",
            });
        }

        return opened;
    }

    private IReadOnlyList<Claim> ClaimsOf(FactLife life) => life.Retracted
        ? []
        : Codebook.Claims(life.Id, _registry.Resolved(life.Fact), _registry.HomeOf, new FactStanding(life.Reviewed, life.Disputed, life.ConfirmedOn));

    private static Change ChangeOf(IEvent e, FactLife life) => new()
    {
        Event = e,
        Fact = life.Id,
        Occurred = life.Fact.Occurred.Text,
        Effective = life.Fact.EffectiveDay(),
        Publisher = life.Fact.Source.Publisher,
    };

    private static IEnumerable<Fact> FactsIn(object data) => data switch
    {
        Fact fact => [fact],
        FactCorrected corrected => [corrected.Replacement],
        _ => [],
    };
}
