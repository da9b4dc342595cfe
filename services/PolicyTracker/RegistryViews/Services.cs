using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Registry;
using PolicyTracker.Snapshots;

namespace PolicyTracker.RegistryViews;

/// <summary>Whether a service is to be had.</summary>
public enum ServiceStatus { Offered, Withheld }

/// <summary>A service in one country, on one route.</summary>
/// <param name="Service">The id of the model or service.</param>
/// <param name="Audience">To whom it is offered; left out when it is withheld.</param>
/// <param name="Since">The day of the newest report that says so.</param>
/// <param name="Contested">Whether reports contradict each other, or one is disputed.</param>
/// <param name="Fact">This report.</param>
public sealed record ServiceItem(string Country, string Service, string Name, ServiceStatus Status, ServiceRoute Route, Audience? Audience, DateOnly Since, bool Contested, string Fact);

internal static class Services
{
    /// <summary>The services among some subjects as they stand, by country, the newest first.</summary>
    public static async Task<ILookup<string, ServiceItem>> ItemsAsync(Snapshot snapshot, IEnumerable<Subject> subjects)
    {
        var standing = subjects.Where(s => s is { Kind: "service", Winner: not null, Parts.Count: 4 }).ToList();
        var facts = await Subjects.FactsAsync(snapshot, standing.Select(s => s.Newest.Claim.Origin));
        var names = await Subjects.NamesAsync(snapshot, RegistryKind.Technology, standing.Select(s => s.Parts[2]));
        return standing.OrderByDescending(s => s.Newest.Claim.Effective).ThenByDescending(s => s.Newest.Told).ThenBy(s => s.Parts[3], StringComparer.Ordinal)
            .ToLookup(s => s.Country, s => ItemOf(s, facts[s.Newest.Claim.Origin], names));
    }

    private static ServiceItem ItemOf(Subject service, Fact fact, IReadOnlyDictionary<string, string> names)
    {
        var (id, newest) = (service.Parts[2], service.Newest.Claim);
        return new ServiceItem(
            service.Country, id, names.GetValueOrDefault(id, id), fact is ServiceWithheld ? ServiceStatus.Withheld : ServiceStatus.Offered,
            WireNames.TryParse<ServiceRoute>(service.Parts[3], out var route) ? route : throw new InvalidOperationException($"{service.Parts[3]} is no route."),
            (fact as ServiceOffered)?.Audience, newest.Effective, service.Contested, newest.Origin);
    }
}
