using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.CountryViews;

/// <summary>A list of a country that shows its newest items tells where all of them are read: there they are, each once, and as many as it says.</summary>
public sealed class ListsSpecs(Service service)
{
    private const int Many = 25;

    [Fact]
    public async Task more_leads_to_the_whole_of_every_list()
    {
        var last = await RecordAsync();
        await (await service.RunningAsync()).FollowedAsync(last.Sequence);
        var country = (await service.GetAsync("/v1/countries/TH?supplier=US&asOf=2024-05-03")).Is(HttpStatusCode.OK);
        var lists = Lists(country.Body!).ToDictionary(list => list.Name, list => list.List);

        // What has ended, and a second report, is evidence and no item of a list. Whoever offers a service speaks of X3 too: it is no longer withheld.
        var expected = new Dictionary<string, int>
        {
            ["services"] = Many,
            ["accounts"] = Many - 1 + Many,
            ["approvals"] = Many + Many - 1,
            ["derivations"] = Many,
            ["measures"] = Many,
            ["unattributed"] = Many,
            ["R1"] = Many + 1,
            ["R3"] = Many,
            ["X1"] = Many + 1,
            ["X2"] = Many + 1,
            ["X3"] = Many + 1 + Many + 1,
            ["X4"] = Many + 1,
            ["S1"] = Many,
        };
        Assert.Equal(
            expected.OrderBy(list => list.Key, StringComparer.Ordinal),
            lists.Where(list => list.Value["more"] is not null).Select(list => KeyValuePair.Create(list.Key, list.Value["total"]!.GetValue<int>())).OrderBy(list => list.Key, StringComparer.Ordinal));
        // Where they lead is the list as it was told, whatever was recorded since, and whatever counts from a later day only.
        await RecordMoreAsync();
        foreach (var (name, total) in expected)
        {
            var (shown, all) = (Ids(lists[name]["items"]!.AsArray()!), Ids(await service.AllAsync(lists[name]["more"]!.GetValue<string>())));
            Assert.True(shown.Count == 20 && total == all.Count && total == all.Distinct().Count(), $"{name}: {shown.Count} are shown of {total}; all are {string.Join(' ', all)}");
            // Measures are read in the order of their ids, all others in that of the list.
            Assert.Equal(shown, name == "measures" ? shown.Intersect(all) : all.Take(shown.Count));
        }
    }

    [Theory]
    [InlineData("supplier=US", Codes.MissingField, "indicator")]
    [InlineData("indicator=X1", Codes.MissingField, "supplier")]
    [InlineData("supplier=UK&indicator=X1", Codes.UnknownCountry, "supplier")]
    [InlineData("supplier=US&indicator=X9", Codes.UnknownValue, "indicator")]
    [InlineData("supplier=US&indicator=X1&next=rubbish", Codes.CursorInvalid, "next")]
    public async Task evidence_is_of_one_number(string query, string code, string field) =>
        Assert.Equal(field, (await service.GetAsync($"/v1/countries/TH/evidence?{query}")).IsProblem(code).Text("field"));

    [Theory]
    [InlineData("services")]
    [InlineData("unattributed")]
    [InlineData("evidence")]
    public async Task a_list_is_of_a_country(string list) =>
        (await service.GetAsync($"/v1/countries/UK/{list}?{(list == "evidence" ? "supplier=US&indicator=X1" : "")}")).IsProblem(Codes.UnknownCountry);

    [Fact]
    public async Task a_cursor_of_another_list_goes_on_in_none()
    {
        var last = (await service.PostAsync("/v1/facts/batch", new JsonArray(A.Suspension("TN", "Nobody TN", "one"), A.Suspension("TN", "Nobody TN", "two")))).Is(HttpStatusCode.OK);
        var next = (await service.GetAfterAsync(last, "/v1/countries/TN/accounts?limit=1")).Text("next");
        Assert.Equal(["one"], (await service.GetAsync($"/v1/countries/TN/accounts?limit=1&next={next}"))["items"].AsArray().Select(item => item!["holder"]!.GetValue<string>()));
        (await service.GetAsync($"/v1/countries/TN/unattributed?next={next}")).IsProblem(Codes.CursorInvalid);
    }

    [Fact]
    public async Task the_first_day_there_is_is_a_day_like_others()
    {
        var facts = new JsonArray(A.Suspension("VU", "Nobody VU", "one", "0001-01-01"), A.Suspension("VU", "Nobody VU", "two", "0001-01-01"));
        var last = (await service.PostAsync("/v1/facts/batch", facts)).Is(HttpStatusCode.OK);
        Assert.Equal(2, (await service.GetAfterAsync(last, "/v1/countries/VU?asOf=0001-01-01"))["accounts"]["total"]!.GetValue<int>());
        var first = (await service.GetAsync("/v1/countries/VU/accounts?asOf=0001-01-01&limit=1")).Is(HttpStatusCode.OK);
        var second = (await service.GetAsync($"/v1/countries/VU/accounts?asOf=0001-01-01&limit=1&next={first.Text("next")}")).Is(HttpStatusCode.OK);
        Assert.Equal(["two", "one"], new[] { first, second }.Select(page => Assert.Single(page["items"].AsArray())!["holder"]!.GetValue<string>()));
        Assert.Null(second.Body!["next"]);
    }

    private async Task<Reply> RecordAsync()
    {
        foreach (var (name, home) in new[] { ("Lister TH", "US"), ("Local TH", "TH") })
            (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = name, ["home"] = home })).Is(HttpStatusCode.Created);
        IEnumerable<JsonObject> facts =
        [
            .. Enumerable.Range(1, Many).SelectMany(Facts),
            Offer(1).With("source", A.Source("Another report")),
            A.Suspension("TH", "Lister TH", "holder 1", "2024-05-02").With("type", "account_reinstated"),
            Approval("approval_revoked", "Lister TH", 1).With("occurred", "2024-05-02"),
            .. Facts(Many + 1).Select(fact => fact.With("occurred", "2024-05-04")),
        ];
        (await service.PostAsync("/v1/facts/batch", new JsonArray([.. facts]))).Is(HttpStatusCode.OK);
        for (var i = 0; i <= Many; i++)
            await OpenAsync(Control($"us-on-th-{i}"));
        await OpenAsync(Control("us-on-th-later").With("occurred", "2024-05-04"));
        return (await service.PostAsync("/v1/measures/us-on-th-0/rescind", A.Move())).Is(HttpStatusCode.Created);
    }

    /// <summary>One more in every list.</summary>
    private async Task RecordMoreAsync()
    {
        (await service.PostAsync("/v1/facts/batch", new JsonArray([.. Facts(Many + 2)]))).Is(HttpStatusCode.OK);
        await (await service.RunningAsync()).FollowedAsync((await OpenAsync(Control("us-on-th-since"))).Sequence);
    }

    private async Task<Reply> OpenAsync(JsonObject measure) => (await service.PostAsync("/v1/measures", measure)).Is(HttpStatusCode.Created);

    private static JsonObject Control(string id) => A.Measure(id, "US", "adopted").With("kind", "export_control").With("targets", new JsonArray("TH"))
        .With("scope", new JsonObject { ["layers"] = new JsonArray("closed_weights", "compute") });

    /// <summary>One fact for each list of facts.</summary>
    private static JsonObject[] Facts(int i) =>
    [
        Offer(i),
        A.Suspension("TH", "Lister TH", $"holder {i}"),
        A.Suspension("TH", "Nobody TH", $"holder {i}"),
        Approval("model_approved", "Lister TH", i),
        Approval("model_approved", "Local TH", i),
        Fact("derivation_reported", "2024-04-03", ("model", $"built {i}"), ("baseModel", "Base"), ("developer", "Local TH"), ("baseProvider", "Lister TH"), ("relation", "fine_tuned")),
    ];

    private static JsonObject Offer(int i) =>
        Fact("service_offered", "2024-04-01", ("provider", "Lister TH"), ("service", $"service {i}"), ("route", "direct"), ("audience", "public"));

    private static JsonObject Approval(string type, string provider, int i) => Fact(type, "2024-04-02", ("authority", "The authority"), ("provider", provider), ("model", $"model {i}"));

    private static JsonObject Fact(string type, string occurred, params (string Name, string Value)[] says)
    {
        var fact = new JsonObject { ["type"] = type, ["country"] = "TH", ["occurred"] = occurred, ["source"] = A.Source(), ["tier"] = "B" };
        foreach (var (name, value) in says)
            fact[name] = value;
        return fact;
    }

    /// <summary>Every list of an answer, however deep, by its member's name; evidence by its indicator.</summary>
    private static IEnumerable<(string Name, JsonNode List)> Lists(JsonNode? answer, string name = "") => answer switch
    {
        JsonObject list when list.ContainsKey("items") && list.ContainsKey("total") => [(name, list)],
        JsonObject indicator when indicator.ContainsKey("evidence") => Lists(indicator["evidence"], indicator["id"]!.GetValue<string>()),
        JsonObject members => members.SelectMany(member => Lists(member.Value, member.Key)),
        JsonArray items => items.SelectMany(item => Lists(item, name)),
        _ => [],
    };

    private static List<string> Ids(IEnumerable<JsonNode> items) => [.. items.Select(item => (item["id"] ?? item["measure"])!.GetValue<string>())];
}
