using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Snapshots;

public sealed class SnapshotSpecs(Service service)
{
    [Theory]
    [InlineData("1.5")]
    [InlineData("12:00")]
    [InlineData("5/9/2024")]
    [InlineData("2024-05-09T12:00:00")]
    public async Task a_time_that_a_reader_would_have_to_guess_is_refused(string knownAt) =>
        (await service.GetAsync($"/v1/countries/BW?knownAt={knownAt}")).IsProblem(Codes.DateNotSupported);

    [Theory]
    [InlineData("2024-05-09T12:00:00Z")]
    [InlineData("2024-05-09T12:00:00.123456Z")]
    [InlineData("2024-05-09T12:00:00.5%2B02:00")]
    [InlineData("2024-05-09T12:00:00.5+02:00")]
    public async Task a_time_as_answers_write_it_is_read(string knownAt) =>
        (await service.GetAsync($"/v1/countries/BW?knownAt={knownAt}")).Is(HttpStatusCode.OK);

    [Theory]
    [InlineData("asOf=0001-01-01")]
    [InlineData("asOf=9999-12-31")]
    [InlineData("knownAt=0")]
    [InlineData("knownAt=9223372036854775807")]
    [InlineData("knownAt=0001-01-01T00:00:00Z")]
    [InlineData("knownAt=9999-12-31T23:59:59Z")]
    public async Task the_ends_of_time_are_moments_like_others(string moment)
    {
        (await service.PostAsync("/v1/providers", new JsonObject { ["name"] = "End Of Time AI", ["home"] = "US" })).Is(HttpStatusCode.Created, HttpStatusCode.OK);
        var fact = (await service.PostAsync("/v1/facts", A.Suspension("BW", "End Of Time AI"))).Is(HttpStatusCode.Created, HttpStatusCode.OK);
        (await service.GetAfterAsync(fact, $"/v1/countries/BW?{moment}")).Is(HttpStatusCode.OK);
        (await service.GetAsync($"/v1/countries?{moment}")).Is(HttpStatusCode.OK);
        (await service.GetAsync($"/v1/facts?{moment}")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task an_answer_s_echo_asks_for_the_same_answer_again()
    {
        // What is dated by this year counts from its last day: today, it is known and does not count yet.
        var year = (await service.GetAsync("/v1/facts?limit=1")).Text("asOf")[..4];
        var undated = A.Source().With("publishedOn", null);
        foreach (var occurred in new[] { "2024", year })
        {
            (await service.PostAsync("/v1/facts", A.Suspension("SA", "Echo AI", $"in {occurred}", occurred).With("source", undated.DeepClone()))).Is(HttpStatusCode.Created);
            (await service.PostAsync("/v1/measures", A.Measure($"sa-in-{occurred}", "SA", "planned", occurred).With("source", undated.DeepClone()))).Is(HttpStatusCode.Created);
        }

        var last = (await service.PostAsync("/v1/facts", A.Suspension("SA", "Echo AI"))).Is(HttpStatusCode.Created);
        foreach (var path in (string[])["/v1/facts?country=SA", "/v1/measures?issuer=SA", "/v1/countries/SA/timeline?limit=100", "/v1/countries/SA?supplier=US"])
        {
            var answer = (await service.GetAfterAsync(last, path)).Is(HttpStatusCode.OK);
            foreach (var knownAt in new[] { answer["knownAt"]["sequence"], answer["knownAt"]["at"] })
            {
                var again = await service.GetAsync($"{path}&asOf={answer.Text("asOf")}&knownAt={knownAt}");
                Assert.Equal(answer.Body!.ToJsonString(), again.Body!.ToJsonString());
            }

            Assert.Contains("2024", answer.Body!.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task what_was_known_before_anything_was_recorded_is_asked_for_again_by_its_echo()
    {
        var answer = (await service.GetAsync("/v1/facts?knownAt=2000-01-01T00:00:00Z")).Is(HttpStatusCode.OK);
        Assert.Equal(0, answer["knownAt"]["sequence"]!.GetValue<long>());
        Assert.Equal(answer.Body!.ToJsonString(), (await service.GetAsync("/v1/facts?knownAt=0")).Body!.ToJsonString());
    }
}
