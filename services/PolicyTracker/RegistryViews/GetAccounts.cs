using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Registry;
using PolicyTracker.Snapshots;

namespace PolicyTracker.RegistryViews;

/// <summary>Whether a provider lets a holder use its account.</summary>
public enum AccountStatus { Suspended, Reinstated }

/// <summary>An account of a holder in a country.</summary>
/// <param name="Provider">The provider's id.</param>
/// <param name="Since">The day of the newest report that says so.</param>
/// <param name="Reason">The reason that this report gives.</param>
/// <param name="Trigger">What made the provider act, by this report.</param>
/// <param name="Contested">Whether reports contradict each other, or one is disputed.</param>
/// <param name="Fact">This report.</param>
/// <param name="Facts">All reports on the account, the newest first.</param>
public sealed record AccountItem(
    string Country, string Provider, string Holder, AccountStatus Status, DateOnly Since, string? Reason, string? Trigger, bool Contested, string Fact, ItemList<AccountReport> Facts);

/// <summary><c>GET /v1/accounts</c>: the accounts that providers have closed or reopened, in the order of country, provider and holder.</summary>
public static class GetAccounts
{
    public static readonly IReadOnlyList<string> Parameters = ["status", "country", "provider", .. KnownParameters.OfPages];

    public static async Task<IResult> Get(HttpContext http)
    {
        var query = new Parameters(http);
        var (status, country, named, size, cursor) = (query.OneOf<AccountStatus>("status"), query.Country("country"), query.Text("provider"), query.PageSize(), Cursor.Of(http));
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var provider = named is null ? null : await FindProvider.IdAsync(snapshot, "provider", named);
        var accounts = (await Subjects.AccountsAsync(snapshot, country, provider)).Where(a => status is null || StatusOf(a) == status)
            .OrderBy(PositionOf, StringComparer.Ordinal).After(cursor, PositionOf).Take(size + 1).ToList();
        var items = await ItemsAsync(snapshot, accounts);
        return Results.Json(snapshot.PageOf(http, [.. accounts.Zip(items)], size, a => PositionOf(a.First), a => a.Second), Json.Options);
    }

    /// <summary>Accounts as reads show them.</summary>
    internal static async Task<IReadOnlyList<AccountItem>> ItemsAsync(Snapshot snapshot, IReadOnlyList<Subject> accounts)
    {
        var facts = await Subjects.FactsAsync(snapshot, accounts.SelectMany(a => a.Rows).Select(r => r.Claim.Origin));
        return [.. accounts.Select(account => ItemOf(account, facts, snapshot.Moment))];
    }

    internal static AccountStatus StatusOf(Subject account) => account.Winner is null ? AccountStatus.Reinstated : AccountStatus.Suspended;

    private static AccountItem ItemOf(Subject account, IReadOnlyDictionary<string, Fact> facts, Moment moment)
    {
        var newest = account.Newest.Claim;
        var (holder, reason, trigger) = facts[newest.Origin] switch
        {
            AccountSuspended a => (a.Holder, a.Reason, a.Trigger),
            AccountReinstated a => (a.Holder, a.Reason, a.Trigger),
            var other => throw new InvalidOperationException($"{FactTypes.NameOf(other)} speaks of no account."),
        };
        // By the name that identifies: in another spelling of it, which a report may have, there may be line breaks.
        var more = $"/v1/accounts/{GetReports.Below}?country={account.Country}&provider={Uri.EscapeDataString(account.Parts[1])}&holder={Uri.EscapeDataString(string.Join(Subjects.Between, account.Parts.Skip(2)))}";
        return new AccountItem(
            account.Country, account.Parts[1], holder, StatusOf(account), newest.Effective, reason, trigger, account.Contested, newest.Origin, ItemList.Of(GetReports.All(account, facts), more, moment));
    }

    private static string PositionOf(Subject account) => $"{account.Country} {account.Name}";
}
