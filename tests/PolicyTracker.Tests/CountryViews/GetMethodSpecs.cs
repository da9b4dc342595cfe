using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.CountryViews;

/// <summary>Versions of the method run side by side: every read that concludes takes the one it is asked for. The country is PL.</summary>
public sealed class GetMethodSpecs(Service service)
{
    [Fact]
    public async Task a_read_takes_the_version_that_it_is_asked_for()
    {
        var recorded = await ProposedAsync("us-on-pl-reads");

        // A proposed control on some layers is 100 * 0.5 / 3 by the first version and 100 * 1.5 / 4 by the second.
        foreach (var (method, code, score) in new[] { ("", 1, 16.67m), ("reliance/1.0.0", 1, 16.67m), ("reliance/2.0.0", 2, 37.5m) })
        {
            var country = await service.GetAfterAsync(recorded, $"/v1/countries/PL?supplier=US&method={method}");
            var x1 = country["suppliers"][0]!["indicators"]!.AsArray().Single(i => i!["id"]!.GetValue<string>() == "X1")!;
            Assert.Equal((method.Length == 0 ? "reliance/1.0.0" : method, code, score), (country.Text("method"), x1["value"]!.GetValue<int>(), x1["score"]!.GetValue<decimal>()));
            Assert.All(x1["evidence"]!["items"]!.AsArray(), e => Assert.Equal(code, e!["value"]!.GetValue<int>()));

            var line = (await service.GetAsync($"/v1/countries?supplier=US&method={method}"))["items"].AsArray().Single(l => l!["country"]!.GetValue<string>() == "PL")!;
            // One of four indicators is coded; of the others nothing is known.
            Assert.Equal(Math.Round(score / 4, 2, MidpointRounding.AwayFromZero), line["restriction"]!["low"]!.GetValue<decimal>());
        }
    }

    [Fact]
    public async Task the_difference_tells_what_is_defined_otherwise_and_which_numbers_differ()
    {
        var recorded = await ProposedAsync("us-on-pl-diff");

        var diff = (await service.GetAfterAsync(recorded, "/v1/method/diff?to=reliance/2.0.0")).Is(HttpStatusCode.OK);

        Assert.Equal(("reliance/1.0.0", "reliance/2.0.0"), (diff.Text("from"), diff.Text("to")));
        var indicator = Assert.Single(diff["indicators"].AsArray())!;
        Assert.Equal(("X1", 3, 4), (indicator["id"]!.GetValue<string>(), indicator["before"]!["top"]!.GetValue<int>(), indicator["after"]!["top"]!.GetValue<int>()));
        Assert.Equal(["export_control", "indicator_coded"], diff["codebook"].AsArray().Select(e => e!["says"]!.GetValue<string>()).Order());
        Assert.Equal((0, 1), (diff["rules"]["before"]!.AsArray().Count, diff["rules"]["after"]!.AsArray().Count));
        var changes = diff["pairs"].AsArray().Single(p => p!["dependent"]!.GetValue<string>() == "PL")!["changes"]!.AsArray();
        Assert.Equal(["restriction", "X1"], changes.Select(c => (c!["index"] ?? c["indicator"])!.GetValue<string>()));
        Assert.Equal((16.67m, 37.5m), (changes[1]!["before"]!["value"]!.GetValue<decimal>(), changes[1]!["after"]!["value"]!.GetValue<decimal>()));

        var before = await service.GetAsync($"/v1/method/diff?to=reliance/2.0.0&asOf=2024-04-30");
        Assert.DoesNotContain("PL", before["pairs"].AsArray().Select(p => p!["dependent"]!.GetValue<string>()));
        Assert.Empty((await service.GetAsync("/v1/method/diff?from=reliance/2.0.0&to=reliance/2.0.0"))["pairs"].AsArray());
    }

    [Fact]
    public async Task each_version_describes_itself_and_names_the_others()
    {
        var first = await service.GetAsync("/v1/method");
        var second = await service.GetAsync("/v1/method?method=reliance/2.0.0");

        Assert.Equal(("reliance/1.0.0", "reliance/2.0.0"), (first.Text("id"), second.Text("id")));
        Assert.Equal(first["versions"].ToJsonString(), second["versions"].ToJsonString());
        Assert.Equal(["reliance/1.0.0", "reliance/2.0.0"], first["versions"].AsArray().Select(v => v!.GetValue<string>()));
    }

    [Fact]
    public async Task a_method_tells_the_moment_that_it_is_given_for()
    {
        var recorded = await ProposedAsync("us-on-pl-moment");

        var method = await service.GetAfterAsync(recorded, $"/v1/method?asOf=2024-04-30&knownAt={recorded.Sequence}");

        Assert.Equal(("2024-04-30", recorded.Sequence), (method.Text("asOf"), method["knownAt"]["sequence"]!.GetValue<long>()));
    }

    [Theory]
    [InlineData("/v1/countries?method=2.0.0")]
    [InlineData("/v1/countries/PL?method=reliance/2")]
    [InlineData("/v1/method?method=reliance/9.0.0")]
    [InlineData("/v1/method/diff?from=oxcgrt&to=reliance/2.0.0")]
    public async Task a_version_that_does_not_exist_is_refused_with_those_that_do(string path)
    {
        var refused = (await service.GetAsync(path)).IsProblem(Codes.UnknownValue);

        Assert.Contains("reliance/1.0.0", refused.Body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_difference_needs_a_version_to_compare_with() =>
        (await service.GetAsync("/v1/method/diff")).IsProblem(Codes.MissingField);

    private async Task<Reply> ProposedAsync(string id) => (await service.PostAsync("/v1/measures", A.Measure(id, "US", "proposed")
        .With("kind", "export_control").With("targets", new JsonArray("PL")).With("scope", new JsonObject { ["layers"] = new JsonArray("closed_weights") }))).Is(HttpStatusCode.Created);
}
