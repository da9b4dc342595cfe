using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.RegistryViews;

public sealed class GetAccountsSpecs(Service service)
{
    private async Task<Reply> RecordAsync(JsonObject fact) => (await service.PostAsync("/v1/facts", fact)).Is(HttpStatusCode.Created);

    private static JsonObject Reinstatement(string country, string provider, string holder, string occurred) =>
        A.Suspension(country, provider, holder, occurred).With("type", "account_reinstated");

    private static IEnumerable<string> Told(Reply page) => page["items"].AsArray().Select(a => $"{a!["holder"]} {a["status"]} {a["since"]}{(a["contested"]!.GetValue<bool>() ? " contested" : "")}");

    [Fact]
    public async Task an_account_is_suspended_then_reinstated_at_the_day_asked_for()
    {
        await RecordAsync(A.Suspension("MA", "Account Keeper", "First Lab", "2024-01-10").With("reason", "Terms broken").With("trigger", "A report"));
        await RecordAsync(Reinstatement("MA", "Account Keeper", "First Lab", "2024-03-01"));
        var last = await RecordAsync(A.Suspension("MA", "Account Keeper", "Second Lab", "2024-02-01"));

        Assert.Equal(["First Lab reinstated 2024-03-01", "Second Lab suspended 2024-02-01"], Told(await service.GetAfterAsync(last, "/v1/accounts?country=MA")));
        Assert.Equal(["First Lab suspended 2024-01-10", "Second Lab suspended 2024-02-01"], Told(await service.GetAsync("/v1/accounts?country=MA&asOf=2024-02-28")));
        Assert.Equal(["First Lab suspended 2024-01-10"], Told(await service.GetAsync("/v1/accounts?country=MA&asOf=2024-01-31&provider=account-keeper")));
        Assert.Equal(["First Lab reinstated 2024-03-01"], Told(await service.GetAsync($"/v1/accounts?country=MA&knownAt={last.Sequence - 1}")));
        Assert.Equal(["Second Lab suspended 2024-02-01"], Told(await service.GetAsync("/v1/accounts?country=MA&status=suspended&provider=Account%20Keeper")));

        var first = (await service.GetAsync("/v1/accounts?country=MA&asOf=2024-02-28"))["items"][0]!;
        Assert.Equal(("Terms broken", "A report", "account-keeper"), (first["reason"]!.GetValue<string>(), first["trigger"]!.GetValue<string>(), first["provider"]!.GetValue<string>()));
        (await service.GetAsync("/v1/accounts?status=closed")).IsProblem(Codes.UnknownValue);
        (await service.GetAsync("/v1/accounts?provider=nobody-keeps-this")).IsProblem(Codes.UnknownProvider);
    }

    [Fact]
    public async Task a_page_goes_on_where_the_one_before_ended()
    {
        var last = 0L;
        foreach (var holder in new[] { "Lab C", "Lab A", "Lab B" })
            last = (await RecordAsync(A.Suspension("MC", "Page Keeper", holder))).Sequence;
        var first = await service.GetAsync($"/v1/accounts?country=MC&limit=2&atLeast={last}");
        Assert.Equal(["Lab A suspended 2024-05-01", "Lab B suspended 2024-05-01"], Told(first));
        Assert.Equal(["Lab C suspended 2024-05-01"], Told(await service.GetAsync($"/v1/accounts?country=MC&limit=2&next={first.Text("next")}")));
    }

    [Fact]
    public async Task what_is_suspended_is_what_the_country_view_lists()
    {
        // A disputed suspension, one that only a rumour ends, one that is ended, and one of a provider without a home.
        var disputed = await RecordAsync(A.Suspension("MD", "Agreeing", "Disputed Lab"));
        (await service.PostAsync($"{disputed.Location}/dispute", A.Why())).Is(HttpStatusCode.OK);
        (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = "Agreeing", ["home"] = "US" })).Is(HttpStatusCode.OK);
        await RecordAsync(A.Suspension("MD", "Agreeing", "Rumoured Lab"));
        await RecordAsync(Reinstatement("MD", "Agreeing", "Rumoured Lab", "2024-05-03").With("tier", "C"));
        await RecordAsync(A.Suspension("MD", "Agreeing", "Open Lab"));
        await RecordAsync(Reinstatement("MD", "Agreeing", "Open Lab", "2024-05-03"));
        var last = await RecordAsync(A.Suspension("MD", "Agreeing Homeless", "Far Lab"));

        var country = await service.GetAfterAsync(last, "/v1/countries/MD");
        var listed = country["accounts"]["items"]!.AsArray().Select(a => $"{a!["fact"]} {a["effective"]} {a["contested"]}");
        var accounts = (await service.GetAsync("/v1/accounts?country=MD&status=suspended"))["items"].AsArray();
        Assert.Equal(3, accounts.Count);
        Assert.Equal(listed.Order(), accounts.Select(a => $"{a!["fact"]} {a["since"]} {a["contested"]}").Order());
        Assert.Equal(["Disputed Lab", "Rumoured Lab"], accounts.Where(a => a!["contested"]!.GetValue<bool>()).Select(a => a!["holder"]!.GetValue<string>()).Order());
    }
}
