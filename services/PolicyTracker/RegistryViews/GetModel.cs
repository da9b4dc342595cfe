using System.Collections.Immutable;
using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Registry;
using PolicyTracker.Snapshots;

namespace PolicyTracker.RegistryViews;

/// <summary>A model's approval in one country.</summary>
/// <param name="Since">The day of the newest report of it.</param>
/// <param name="Fact">This report.</param>
public sealed record ApprovalItem(string Authority, DateOnly Since, bool Contested, string Fact);

/// <summary>Where a model or service stands in one country.</summary>
public sealed record ModelCountry(string Country, IReadOnlyList<ServiceItem> Services, IReadOnlyList<ApprovalItem> Approvals);

/// <summary>A model or service, where it is offered, withheld or approved, and what it is built on.</summary>
/// <param name="Provider">The id of its provider; left out when unknown.</param>
/// <param name="Facts">How many facts name it, or one that is merged into it: those that count by the answer's day and are not retracted.</param>
/// <param name="Merged">The ids that are merged into it.</param>
/// <param name="Countries">The countries in which something of this stands, in the order of their codes.</param>
/// <param name="Bases">The models that it is directly built on.</param>
/// <param name="Lineage">Where the whole lineage is read, as of the same moment.</param>
public sealed record ModelView(
    string Id, string Name, string? Provider, ImmutableArray<string> Aliases, bool Reviewed, long Facts, IReadOnlyList<string> Merged,
    IReadOnlyList<ModelCountry> Countries, IReadOnlyList<Derivation> Bases, string Lineage);

/// <summary><c>GET /v1/models/{id}</c>.</summary>
public static class GetModel
{
    public static async Task<IResult> Get(HttpContext http)
    {
        await using var snapshot = await Snapshot.OpenAsync(http);
        return await EntryKind.Technology.FindAsync<TechnologyEntry>(http, snapshot, EntryKind.IdOf(http), async found =>
            Results.Json(snapshot.Moment.With(await ViewAsync(snapshot, found)), Json.Options));
    }

    private static async Task<ModelView> ViewAsync(Snapshot snapshot, FoundEntry<TechnologyEntry> found)
    {
        var (id, entry) = (found.Id, found.Entry);
        var facts = await NamedInFacts.CountAsync(snapshot, RegistryKind.Technology, [id]);
        var provider = (await LineageModel.ReadAsync(snapshot, [id]))[id].Provider;
        IReadOnlyList<Derivation> bases = [.. (await Derivations.OfAsync(snapshot, [id])).Where(d => d.Model == id)];
        return new ModelView(
            id, entry.Name, provider, entry.Aliases, entry.Reviewed, facts.GetValueOrDefault(id), found.Merged, await CountriesAsync(snapshot, found), bases,
            snapshot.Moment.At(Technology.Location(id) + GetLineage.Below));
    }

    private static async Task<IReadOnlyList<ModelCountry>> CountriesAsync(Snapshot snapshot, FoundEntry<TechnologyEntry> model)
    {
        var subjects = (await Subjects.NamingAsync(snapshot, model.Ids, nameof(Indicator.R1), nameof(Indicator.S1), nameof(Indicator.X4)))
            .Where(s => s.Kind is "service" or "approval" && s.Parts[2] == model.Id).ToList();
        var services = await Services.ItemsAsync(snapshot, subjects);
        var approved = subjects.Where(s => s is { Kind: "approval", Winner: not null }).OrderByDescending(s => s.Newest.Claim.Effective).ToList();
        var facts = await Subjects.FactsAsync(snapshot, approved.Select(s => s.Newest.Claim.Origin));
        var approvals = approved.ToLookup(s => s.Country, s => ApprovalOf(s, facts));
        return
        [
            .. services.Select(s => s.Key).Union(approvals.Select(a => a.Key)).Order(StringComparer.Ordinal)
                .Select(country => new ModelCountry(country, [.. services[country]], [.. approvals[country]])),
        ];
    }

    private static ApprovalItem ApprovalOf(Subject approval, IReadOnlyDictionary<string, Fact> facts)
    {
        var newest = approval.Newest.Claim;
        return new ApprovalItem(((ModelApproved)facts[newest.Origin]).Authority, newest.Effective, approval.Contested, newest.Origin);
    }
}
