using System.Text.Json.Nodes;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary><c>GET /v1/countries/{code}</c>: how reliant a country is on its suppliers, at any moment, with the evidence.</summary>
public static class GetCountry
{
    /// <exception cref="Refused">The code, or the supplier asked for, is no country.</exception>
    public static async Task<IResult> Get(HttpContext http, string code)
    {
        RefuseUnknown("code", code);
        var supplier = http.Request.Query["supplier"].ToString() is { Length: > 0 } asked ? asked : null;
        if (supplier is not null)
            RefuseUnknown("supplier", supplier);

        await using var snapshot = await Snapshot.OpenAsync(http);
        var state = await CountryState.ReadAsync(snapshot, code, await PublishedMethod.AskedAsync(http, snapshot));
        return Results.Json(await ViewAsync(snapshot, state, supplier), Json.Options);
    }

    internal static async Task<CountryView> ViewAsync(Snapshot snapshot, CountryState state, string? supplier)
    {
        var country = state.Country;
        var pairs = supplier is null ? [.. country.Pairs] : new[] { state.PairWith(supplier) };
        var evidenceRows = await NewestRows.EvidenceAsync(snapshot, country.Country, state.Evidenced([.. pairs.Select(p => p.Supplier), Claim.EveryPair, Claim.Unattributed]));
        var listed = await NewestRows.ListedAsync(snapshot, country.Country, country.Lists.Keys);
        var items = await Items.LoadAsync(snapshot, country.Country, state.Method, evidenceRows, listed);
        var (domestic, foreign) = Summaries.Approvals(state);
        var approvals = Listed(ViewLists.Approvals);
        var unattributed = evidenceRows.Where(e => e.Supplier == Claim.Unattributed).ToList();
        return new CountryView(
            country.Country,
            Countries.Name(country.Country),
            country.AsOf,
            snapshot.Moment.KnownAt,
            snapshot.Moment.KnownAt.Sequence,
            state.Method.Id,
            [.. pairs.Select(Supplier)],
            Listed(ViewLists.Services),
            Listed(ViewLists.Accounts),
            new ApprovalsView(domestic, foreign, approvals.Items, approvals.Total, approvals.More),
            Listed(ViewLists.Derivations),
            items.Measures(snapshot.Moment),
            [.. pairs.Select(p => Summaries.Channels(state, p.Supplier))],
            Evidence(NewestRows.Together(unattributed), country.Tallies.GetValueOrDefault(Claim.Unattributed, PairTallies.Empty).Evidence.Values.Sum(),
                $"{GetLists.OfUnattributed}?method={state.Method.Id}"),
            country.LastChange);

        SupplierView Supplier(PairConclusion pair) =>
            new(pair.Supplier, pair.Reliance, pair.Restriction, pair.Substitution, [.. pair.Indicators.Select(i => IndicatorOf(pair.Supplier, i))]);

        IndicatorView IndicatorOf(string of, IndicatorConclusion i)
        {
            var rows = NewestRows.Together(evidenceRows.Where(e => e.Indicator == i.Id && (e.Supplier == of || e.Supplier == Claim.EveryPair)));
            var isOpen = country.Pairs.Any(p => p.Supplier == of);
            var evidence = isOpen
                ? Evidence(rows, state.EvidenceTotal(of, i.Id), $"{GetLists.OfEvidence}?supplier={of}&indicator={i.Id}&method={state.Method.Id}")
                : new ItemList<EvidenceItem>([], 0, null);
            return new IndicatorView(i.Id, i.Value, i.Flag, i.Score, i.Low, i.High, i.Contested, i.Stale, i.Confidence, evidence);
        }

        ItemList<EvidenceItem> Evidence(IEnumerable<EvidenceRow> rows, int total, string more) => ItemList.Of([.. rows.Select(items.Of)], total, Below(more), snapshot.Moment);

        ItemList<JsonObject> Listed(string list) =>
            ItemList.Of([.. listed.Where(l => l.List == list).Select(items.Of)], country.Lists.GetValueOrDefault(list), Below(list), snapshot.Moment);

        string Below(string read) => $"/v1/countries/{country.Country}/{read}";
    }

    internal static void RefuseUnknown(string field, string code)
    {
        if (!Countries.IsKnown(code))
            throw new Refused([new Violation(Codes.UnknownCountry, field, $"'{Echo.Of(code)}' is no country of ISO 3166-1 alpha-2, nor EU.", Nearest: Countries.Nearest(code))]);
    }
}
