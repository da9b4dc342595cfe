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
    public async Task more_leads_to_exactly_the_reports_on_the_account()
    {
        string[] spellings = ["Zhang San", "Zhang  San", "zhang san", "Zhang\nSan"];
        for (var i = 1; i <= 21; i++)
            await RecordAsync(Report(i, spellings[i % spellings.Length]));
        await RecordAsync(Report(22, "Zhang San Two"));
        await RecordAsync(Report(23, "Zhang San").With("provider", "Other Report Keeper"));
        await RecordAsync(Report(24, "Zhang San").With("occurred", "2024-05-08"));
        var last = await RecordAsync(Report(25, "Zhang\nSan").With("occurred", "2024-05-02"));
        var account = (await service.GetAfterAsync(last, "/v1/accounts?country=GH&provider=Report%20Keeper&asOf=2024-05-05"))["items"][0]!;
        Assert.Equal(("Zhang\nSan", 22), (account["holder"]!.GetValue<string>(), account["facts"]!["total"]!.GetValue<int>()));
        await service.GetAfterAsync(await RecordAsync(Report(26, "Zhang San")), "/v1/accounts");

        var all = (await service.AllAsync(account["facts"]!["more"]!.GetValue<string>())).Select(r => r.ToJsonString()).ToList();
        Assert.Equal((22, 22), (all.Count, all.Distinct().Count()));
        Assert.Equal(all.Take(20), account["facts"]!["items"]!.AsArray().Select(r => r!.ToJsonString()));

        static JsonObject Report(int i, string holder) => A.Suspension("GH", "Report Keeper", holder).With("source", A.Source($"Report {i}"));
    }

    [Theory]
    [InlineData("country=GH&provider=report-keeper", Codes.MissingField, "holder")]
    [InlineData("country=GH&holder=Zhang%20San", Codes.MissingField, "provider")]
    [InlineData("provider=report-keeper&holder=Zhang%20San", Codes.MissingField, "country")]
    public async Task reports_are_on_one_account(string query, string code, string field) =>
        Assert.Equal(field, (await service.GetAsync($"/v1/accounts/reports?{query}")).IsProblem(code).Text("field"));

    [Fact]
    public async Task each_account_has_a_place_of_its_own_in_the_pages()
    {
        await RecordAsync(A.Suspension("GI", "Place Keeper", "A > B"));
        var last = await RecordAsync(A.Suspension("GI", "Place Keeper", "A B"));
        await service.GetAfterAsync(last, "/v1/accounts");
        Assert.Equal(["A > B", "A B"], (await service.AllAsync("/v1/accounts?country=GI", limit: 1)).Select(a => a["holder"]!.GetValue<string>()));
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
