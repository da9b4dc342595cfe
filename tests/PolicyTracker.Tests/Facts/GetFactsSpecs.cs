using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Facts;

public sealed class GetFactsSpecs(Service service)
{
    private async Task<Reply> RecordAsync(params JsonObject[] facts) => (await service.PostAsync("/v1/facts/batch", new JsonArray([.. facts]))).Is(HttpStatusCode.OK);

    private static IEnumerable<string> Holders(Reply page) => page["items"].AsArray().Select(item => item!["holder"]!.GetValue<string>());

    private static JsonObject Dated(string country, string holder, string day) =>
        A.Suspension(country, "Dated", holder, day).With("source", A.Source().With("publishedOn", day));

    [Fact]
    public async Task an_item_is_the_fact_as_given_and_how_it_stands()
    {
        var given = A.Suspension("BM", "Item Provider", "a lab", "2024-04").With("note", "As reported.");
        var recorded = await RecordAsync((JsonObject)given.DeepClone());
        var page = (await service.GetAfterAsync(recorded, "/v1/facts?country=BM")).Is(HttpStatusCode.OK);
        var item = Assert.Single(page["items"].AsArray())!.AsObject();
        foreach (var (name, value) in given)
            Assert.True(JsonNode.DeepEquals(value, item[name]), $"{name} is {item[name]?.ToJsonString()}");
        Assert.Equal("item-provider", item["registryIds"]!["provider"]!.GetValue<string>());
        Assert.Equal(
            ("recorded", false, false, "2024-04-30"),
            (item["status"]!.GetValue<string>(), item["reviewed"]!.GetValue<bool>(), item["disputed"]!.GetValue<bool>(), item["effectiveDay"]!.GetValue<string>()));
        Assert.Equal(recorded.Sequence, item["recordedSequence"]!.GetValue<long>());
    }

    [Fact]
    public async Task the_newest_record_comes_first_and_filters_narrow()
    {
        var recorded = await RecordAsync(Dated("BN", "one", "2024-01-10"), Dated("BN", "two", "2024-02-10"), Dated("BN", "50%_off", "2024-03-10"));
        Assert.Equal(["50%_off", "two", "one"], Holders(await service.GetAfterAsync(recorded, "/v1/facts?country=BN")));
        Assert.Equal(["50%_off", "two"], Holders(await service.GetAsync("/v1/facts?country=BN&from=2024-02-10")));
        Assert.Equal(["two", "one"], Holders(await service.GetAsync("/v1/facts?country=BN&to=2024-02-10")));
        Assert.Equal(["one"], Holders(await service.GetAsync("/v1/facts?country=BN&asOf=2024-02-09")));
        Assert.Equal(["50%_off"], Holders(await service.GetAsync("/v1/facts?country=BN&text=50%25_OFF")));
        Assert.Empty(Holders(await service.GetAsync("/v1/facts?country=BN&text=5%25f")));
        Assert.Equal(3, Holders(await service.GetAsync("/v1/facts?country=BN&type=account_suspended&provider=dated")).Count());
        Assert.Equal(3, Holders(await service.GetAsync("/v1/facts?country=BN&provider=DATED")).Count());
        Assert.Empty(Holders(await service.GetAsync("/v1/facts?country=BN&type=model_released")));
    }

    [Fact]
    public async Task a_retracted_fact_is_listed_when_asked_for()
    {
        var recorded = (await service.PostAsync("/v1/facts", A.Suspension("BO", "Listed", "gone"))).Is(HttpStatusCode.Created);
        await RecordAsync(A.Suspension("BO", "Listed", "stays"));
        (await service.PostAsync($"{recorded.Location}/dispute", A.Why())).Is(HttpStatusCode.OK);
        var disputed = await service.PostAsync($"{recorded.Location}/confirm", A.Why());
        var retracted = await service.PostAsync($"{recorded.Location}/retract", A.Change());

        Assert.Equal(["stays"], Holders(await service.GetAfterAsync(retracted, "/v1/facts?country=BO")));
        Assert.Equal(["gone"], Holders(await service.GetAsync("/v1/facts?country=BO&status=retracted")));
        // By what it said while it held.
        Assert.Equal(["gone"], Holders(await service.GetAsync("/v1/facts?country=BO&status=retracted&indicator=X3")));
        Assert.Empty(Holders(await service.GetAsync("/v1/facts?country=BO&status=retracted&indicator=R1")));
        Assert.Empty(Holders(await service.GetAsync($"/v1/facts?country=BO&status=retracted&indicator=X3&knownAt={retracted.Sequence - 1}")));
        Assert.Equal(["gone"], Holders(await service.GetAsync($"/v1/facts?country=BO&status=confirmed&knownAt={disputed.Sequence}")));
        Assert.Equal(["stays", "gone"], Holders(await service.GetAsync($"/v1/facts?country=BO&knownAt={disputed.Sequence}")));
    }

    [Fact]
    public async Task pages_repeat_nothing_and_leave_out_nothing_whatever_is_recorded_meanwhile()
    {
        var recorded = await RecordAsync([.. Enumerable.Range(0, 7).Select(i => A.Suspension("BQ", "Paged", $"holder {i}"))]);
        var first = (await service.GetAfterAsync(recorded, "/v1/facts?country=BQ&limit=3")).Is(HttpStatusCode.OK);
        var met = Holders(first).ToList();

        var meanwhile = await RecordAsync(A.Suspension("BQ", "Paged", "newcomer"));
        var gone = await service.PostAsync($"/v1/facts/{recorded["rows"][0]!["id"]!.GetValue<string>()}/retract", A.Change());
        await service.GetAfterAsync(gone, "/v1/facts?country=BQ");
        for (var page = first; page.Body!["next"] is { } next;)
        {
            page = (await service.GetAsync($"/v1/facts?country=BQ&limit=3&next={next}")).Is(HttpStatusCode.OK);
            met.AddRange(Holders(page));
            Assert.Equal(first["knownAt"].ToJsonString(), page["knownAt"].ToJsonString());
        }

        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(i => $"holder {i}"), met);
        Assert.True(meanwhile.Sequence > first["knownAt"]["sequence"]!.GetValue<long>());
    }

    [Fact]
    public async Task a_page_that_ends_the_list_says_so()
    {
        var recorded = await RecordAsync(A.Suspension("BR", "Exact", "one"), A.Suspension("BR", "Exact", "two"));
        var page = (await service.GetAfterAsync(recorded, "/v1/facts?country=BR&limit=2")).Body!.AsObject();
        Assert.True(page.ContainsKey("next"));
        Assert.Null(page["next"]);
    }

    public static TheoryData<string, string, string> Broken => new()
    {
        { "contry=CN", Codes.UnknownParameter, "contry" },
        { "Country=CN", Codes.UnknownParameter, "Country" },
        { "country=CN&country=US", Codes.DuplicateField, "country" },
        { "country=UK", Codes.UnknownCountry, "country" },
        { "type=account_suspend", Codes.UnknownType, "type" },
        { "status=deleted", Codes.UnknownValue, "status" },
        { "from=2024", Codes.DateNotSupported, "from" },
        { "to=2024-02-30", Codes.DateNotSupported, "to" },
        { "from=2024-02-02&to=2024-02-01", Codes.FieldsDisagree, "from" },
        { "limit=0", Codes.OutOfRange, "limit" },
        { "limit=1001", Codes.OutOfRange, "limit" },
        { "limit=many", Codes.OutOfRange, "limit" },
        { "provider=Nobody%20Anywhere", Codes.UnknownProvider, "provider" },
        { "text=a%00b", Codes.NotText, "text" },
        { $"text={new string('x', 201)}", Codes.TooLong, "text" },
        { "asOf=yesterday", Codes.DateNotSupported, "asOf" },
        { "knownAt=yesterday", Codes.DateNotSupported, "knownAt" },
        { "atLeast=-1", Codes.OutOfRange, "atLeast" },
        { "next=rubbish", Codes.CursorInvalid, "next" },
        { "next=%25", Codes.CursorInvalid, "next" },
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task a_broken_parameter_is_named(string query, string code, string field) =>
        Assert.Equal(field, (await service.GetAsync($"/v1/facts?{query}")).IsProblem(code).Text("field"));

    [Fact]
    public async Task an_unknown_parameter_is_told_the_known_ones()
    {
        var refused = await service.GetAsync("/v1/facts?contry=CN");
        Assert.Equal(
            ["asOf", "atLeast", "country", "from", "indicator", "knownAt", "limit", "next", "provider", "status", "supplier", "text", "to", "type"],
            refused["allowed"].AsArray().Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal("country", refused["nearest"][0]!.GetValue<string>());
    }

    [Fact]
    public async Task a_cursor_goes_on_in_its_own_list_only()
    {
        var recorded = await RecordAsync(A.Suspension("BS", "Cursor", "one"), A.Suspension("BS", "Cursor", "two"));
        var next = (await service.GetAfterAsync(recorded, "/v1/facts?country=BS&limit=1")).Text("next");
        Assert.Equal(["one"], Holders(await service.GetAsync($"/v1/facts?country=BS&limit=5&next={next}")));
        (await service.GetAsync($"/v1/facts?country=BT&next={next}")).IsProblem(Codes.CursorInvalid);
        (await service.GetAsync($"/v1/facts?country=BS&knownAt=1&next={next}")).IsProblem(Codes.CursorInvalid);
        (await service.GetAsync($"/v1/facts?next={next}")).IsProblem(Codes.CursorInvalid);
        (await service.GetAsync($"/v1/measures?next={next}")).IsProblem(Codes.CursorInvalid);
    }

    [Fact]
    public async Task a_name_that_a_model_and_a_provider_share_is_told_apart()
    {
        var claim = new JsonObject
        {
            ["type"] = "capability_claimed",
            ["country"] = "BV",
            ["provider"] = "Claimant",
            ["comparator"] = "Shared Name",
            ["occurred"] = "2024-05-01",
            ["source"] = A.Source(),
            ["tier"] = "C",
        };
        var recorded = await RecordAsync(claim, A.Suspension("BV", "Shared Name"));
        var page = await service.GetAfterAsync(recorded, "/v1/facts?country=BV&provider=shared-name");
        Assert.Equal("account_suspended", Assert.Single(page["items"].AsArray())!["type"]!.GetValue<string>());
        Assert.Equal(1, (await service.GetAsync("/v1/providers/shared-name"))["facts"].GetValue<int>());
        Assert.Equal(1, (await service.GetAsync("/v1/models/shared-name"))["facts"].GetValue<int>());
    }

    [Fact]
    public async Task what_is_dated_by_this_year_is_listed_from_its_last_day_on()
    {
        var year = (await service.GetAsync("/v1/facts?limit=1")).Text("asOf")[..4];
        var recorded = await RecordAsync(A.Suspension("TO", "Later", "this year", year).With("source", A.Source().With("publishedOn", null)));
        Assert.Equal(["this year"], Holders(await service.GetAfterAsync(recorded, $"/v1/facts?country=TO&asOf={year}-12-31")));
        Assert.Empty(Holders(await service.GetAsync($"/v1/facts?country=TO&asOf={year}-12-30")));

        // Without a day it is asked for today, as the answer says.
        var today = await service.GetAsync("/v1/facts?country=TO");
        Assert.Equal(Holders(await service.GetAsync($"/v1/facts?country=TO&asOf={today.Text("asOf")}")), Holders(today));
    }

    [Fact]
    public async Task only_what_names_a_provider_without_a_home_cannot_be_attributed()
    {
        (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = "At Home", ["home"] = "US" })).Is(HttpStatusCode.Created);
        // A count stands for every pair.
        var counted = new JsonObject
        {
            ["type"] = "approvals_counted",
            ["country"] = "ID",
            ["domestic"] = new JsonObject { ["atLeast"] = 40 },
            ["foreign"] = new JsonObject { ["atLeast"] = 0, ["atMost"] = 0 },
            ["occurred"] = "2024-05-01",
            ["source"] = A.Source(),
            ["tier"] = "A",
        };
        var recorded = await RecordAsync(counted, A.Suspension("ID", "Homeless ID", "unattributed"), A.Suspension("ID", "At Home", "attributed"));

        Assert.Equal(["account_suspended unattributed"], Told(await service.GetAfterAsync(recorded, "/v1/facts?country=ID&supplier=%3F")));
        Assert.Equal(["account_suspended attributed", "approvals_counted "], Told(await service.GetAsync("/v1/facts?country=ID&supplier=US")));
        Assert.Equal(["approvals_counted "], Told(await service.GetAsync("/v1/facts?country=ID&supplier=FR")));

        static IEnumerable<string> Told(Reply page) => page["items"].AsArray().Select(item => $"{item!["type"]} {item["holder"]}");
    }
}
