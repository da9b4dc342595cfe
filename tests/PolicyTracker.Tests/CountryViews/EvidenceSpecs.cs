using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.CountryViews;

/// <summary>What is shown behind a number is what makes it on that day. A measure says something else in each of its stages.</summary>
public sealed class EvidenceSpecs(Service service)
{
    [Fact]
    public async Task a_control_is_shown_as_what_it_is_on_the_day()
    {
        await OpenAsync(Control("us-on-vn", "VN", "closed_weights", "2024-01-01").With("tier", "B"));
        var adopted = await MoveAsync("us-on-vn", "adopt", "2024-03-01", move => move.With("effective", "2024-07-01"));

        Assert.Equal((1, "measure_planned planned 1 2024-01-01 B Example Wire"), await OnAsync("2024-02-29"));
        Assert.Equal((2, "measure_adopted adopted 2 2024-03-01 A Official Journal"), await OnAsync("2024-06-30"));
        Assert.Equal((3, "measure_adopted in_force 3 2024-07-01 A Official Journal"), await OnAsync("2024-08-01"));
        var planned = await EvidenceAsync($"/v1/countries/VN?supplier=US&asOf=2024-08-01&knownAt={adopted.Sequence - 1}", "X1");
        Assert.Equal("measure_planned planned 1 2024-01-01 B Example Wire", Told(Assert.Single(planned.Items)));

        async Task<(int? Value, string Evidence)> OnAsync(string day)
        {
            var x1 = await EvidenceAsync($"/v1/countries/VN?supplier=US&asOf={day}", "X1");
            Assert.Equal(1, x1.Total);
            return (x1.Value, Told(Assert.Single(x1.Items)));
        }
    }

    [Fact]
    public async Task guidance_that_was_rescinded_is_shown_as_ended()
    {
        await service.PostAsync("/v1/providers", new JsonObject { ["name"] = "Evidence MY", ["home"] = "US" });
        (await service.PostAsync("/v1/facts", A.Suspension("MY", "Evidence MY"))).Is(HttpStatusCode.Created);
        await OpenAsync(A.Measure("my-guidance", "MY", "in_force", "2024-03-01"));
        await MoveAsync("my-guidance", "rescind", "2024-06-01");

        var x4 = await EvidenceAsync("/v1/countries/MY?supplier=US&asOf=2024-07-01", "X4");
        Assert.Equal((null, 1), (x4.Value, x4.Total));
        var item = Assert.Single(x4.Items);
        Assert.Equal("measure_rescinded rescinded  2024-06-01 A Official Journal", Told(item));
        Assert.Equal(("my-guidance", "end", null), (item["measure"]!.GetValue<string>(), item["says"]!.GetValue<string>(), item["flag"]));
    }

    [Fact]
    public async Task a_measure_stands_among_facts_by_the_day_of_what_it_says_now()
    {
        await OpenAsync(Control("us-on-sg", "SG", "compute", "2024-01-01"));
        (await service.PostAsync("/v1/facts/batch", new JsonArray([.. Enumerable.Range(1, 22).Select(i => Listing(i))]))).Is(HttpStatusCode.OK);
        await MoveAsync("us-on-sg", "adopt", "2024-06-01", move => move.With("effective", "2024-06-01"));

        string[] listings = [.. Enumerable.Range(1, 22).Reverse().Select(i => $"2024-03-{i:00}")];
        Assert.Equal(["2024-06-01", .. listings[..19]], await DaysAsync("2024-07-01"));
        Assert.Equal(listings[..20], await DaysAsync("2024-05-01"));

        async Task<IEnumerable<string>> DaysAsync(string day)
        {
            var x2 = await EvidenceAsync($"/v1/countries/SG?supplier=US&asOf={day}", "X2");
            Assert.Equal(23, x2.Total);
            return x2.Items.Select(item => item["effective"]!.GetValue<string>());
        }

        static JsonObject Listing(int day) => new()
        {
            ["type"] = "entity_listed",
            ["country"] = "SG",
            ["list"] = "A list",
            ["entity"] = $"entity {day}",
            ["issuer"] = "US",
            ["occurred"] = $"2024-03-{day:00}",
            ["source"] = A.Source(),
            ["tier"] = "A",
        };
    }

    [Fact]
    public async Task a_measure_that_speaks_of_all_suppliers_and_of_one_is_told_as_both_on_whatever_page()
    {
        await service.PostAsync("/v1/providers", new JsonObject { ["name"] = "Evidence UZ", ["home"] = "US" });
        (await service.PostAsync("/v1/facts", A.Suspension("UZ", "Evidence UZ"))).Is(HttpStatusCode.Created);
        await OpenAsync(A.Measure("uz-guidance", "UZ", "in_force", "2024-03-01"));
        // Until then it was guidance on everyone's technology: that ends on the day on which it becomes guidance on one country's.
        await MoveAsync("uz-guidance", "amend", "2024-06-01", move => move.With("changes", new JsonObject { ["targets"] = new JsonArray("US") }));

        var x4 = await EvidenceAsync("/v1/countries/UZ?supplier=US&asOf=2024-07-01", "X4");
        Assert.Equal(["uz-guidance code 2024-06-01", "uz-guidance end 2024-06-01"], x4.Items.Select(Said).Order());
        var pages = await service.AllAsync("/v1/countries/UZ/evidence?supplier=US&indicator=X4&asOf=2024-07-01", limit: 1);
        Assert.Equal(x4.Items.Select(Said), pages.Select(Said));

        static string Said(JsonNode item) => $"{item["measure"]} {item["says"]} {item["effective"]}";
    }

    private static JsonObject Control(string id, string target, string layer, string occurred) => A.Measure(id, "US", "planned", occurred)
        .With("kind", "export_control").With("targets", new JsonArray(target)).With("scope", new JsonObject { ["layers"] = new JsonArray(layer) });

    private async Task OpenAsync(JsonObject measure) => (await service.PostAsync("/v1/measures", measure)).Is(HttpStatusCode.Created);

    private async Task<Reply> MoveAsync(string id, string transition, string occurred, Func<JsonObject, JsonObject>? also = null)
    {
        var move = A.Move(occurred).With("source", A.Source().With("publisher", "Official Journal").With("publishedOn", null));
        var moved = (await service.PostAsync($"/v1/measures/{id}/{transition}", also is null ? move : also(move))).Is(HttpStatusCode.Created);
        await (await service.RunningAsync()).FollowedAsync(moved.Sequence);
        return moved;
    }

    private async Task<(int? Value, int Total, IReadOnlyList<JsonNode> Items)> EvidenceAsync(string path, string indicator)
    {
        var found = (await service.GetAsync(path)).Is(HttpStatusCode.OK)["suppliers"][0]!["indicators"]!.AsArray().Single(i => i!["id"]!.GetValue<string>() == indicator)!;
        return (found["value"]?.GetValue<int>(), found["evidence"]!["total"]!.GetValue<int>(), [.. found["evidence"]!["items"]!.AsArray().Select(item => item!)]);
    }

    private static string Told(JsonNode item) => $"{item["type"]} {item["stage"]} {item["value"]} {item["effective"]} {item["tier"]} {item["publisher"]}";
}
