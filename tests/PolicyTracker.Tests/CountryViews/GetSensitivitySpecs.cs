using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.CountryViews;

/// <summary>The to-do list of the founding case, as it follows by hand from the golden table.</summary>
public sealed class GetSensitivitySpecs(FoundingCase seeds, Service service) : IClassFixture<FoundingCase>
{
    private readonly RunningService _service = seeds.Service;

    [Fact]
    public async Task of_China_only_controls_on_compute_and_compute_are_left_to_find_out()
    {
        // X2 of 4 and R5 of 5 are all that is uncoded, so each removes the whole width: X [41.67, 66.67], R [35, 55]. Both indices have a value already.
        Assert.Equal(
            ["X X2 uncoded 25 of 25, unlocks false, needs 0, 41.67 to 66.67", "R R5 uncoded 20 of 20, unlocks false, needs 0, 35 to 55"],
            await OpenAsync("CN", "asOf=2024-05-09"));
    }

    [Fact]
    public async Task of_Hong_Kong_one_more_code_gives_restriction_a_value_and_none_alone_gives_reliance_one()
    {
        // R has 1 of the 3 codes that it needs, X 2 of 3: X3 83.33 and X4 16.67 come to 33.33 with a 0 and to 66.67 with a 100.
        Assert.Equal(
            [
                .. new[] { "S1", "S2" }.Select(i => $"S {i} uncoded 50 of 100, unlocks false, needs 1, - to -"),
                .. new[] { "X1", "X2" }.Select(i => $"X {i} uncoded 25 of 50, unlocks true, needs 0, 33.33 to 66.67"),
                .. new[] { "R2", "R3", "R4", "R5" }.Select(i => $"R {i} uncoded 20 of 80, unlocks false, needs 1, - to -"),
            ],
            await OpenAsync("HK", "asOf=2024-05-09"));
    }

    [Fact]
    public async Task a_year_later_what_is_coded_is_stale_and_stands_at_the_end()
    {
        var open = await OpenAsync("CN", "asOf=2025-05-10");

        Assert.Equal(["X X2 uncoded", "R R5 uncoded"], open.Take(2).Select(Head));
        Assert.Equal(
            ["R R1 stale", "R R2 stale", "R R3 stale", "R R4 stale", "X X1 stale", "X X3 stale", "X X4 stale", "S S1 stale", "S S2 stale"], open.Skip(2).Select(Head));
        Assert.Equal("R R1 stale 0 of 20, unlocks false, needs 0, 43.75 to 43.75", open[2]);
    }

    [Fact]
    public async Task before_the_seeds_were_known_everything_was_open() => Assert.Equal(11, (await OpenAsync("CN", "asOf=2024-05-09&knownAt=1")).Count);

    [Fact]
    public async Task without_a_supplier_every_open_pair_is_told()
    {
        var answer = await _service.ReadAsync("/v1/countries/RU/sensitivity?asOf=2024-05-09");

        Assert.Equal(("RU", "2024-05-09", "reliance/1.0.0"), (answer.GetProperty("country").GetString(), answer.GetProperty("asOf").GetString(), answer.GetProperty("method").GetString()));
        Assert.Equal("US", Assert.Single(answer.GetProperty("suppliers").EnumerateArray()).GetProperty("supplier").GetString());
        Assert.Equal(answer.GetProperty("sequence").GetInt64(), answer.GetProperty("knownAt").GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task the_document_of_today_and_the_claims_of_a_moment_say_the_same()
    {
        var today = (await _service.GetAfterAsync(await _service.LastSequenceAsync(), "/v1/countries/CN/sensitivity")).Is(HttpStatusCode.OK);
        var then = await _service.GetAsync($"/v1/countries/CN/sensitivity?asOf={today["asOf"]}&knownAt={today["sequence"]}");

        Assert.Equal(today.Body!.ToJsonString(), then.Body!.ToJsonString());
    }

    [Theory]
    [InlineData("/v1/countries/XX/sensitivity", Codes.UnknownCountry)]
    [InlineData("/v1/countries/CN/sensitivity?supplier=usa", Codes.UnknownCountry)]
    [InlineData("/v1/countries/CN/sensitivity?sort=width", Codes.UnknownParameter)]
    public async Task a_broken_question_is_refused(string path, string code) => (await service.GetAsync(path)).IsProblem(code);

    private async Task<IReadOnlyList<string>> OpenAsync(string country, string query)
    {
        var answer = await _service.ReadAsync($"/v1/countries/{country}/sensitivity?supplier=US&{query}");
        return [.. JsonNode.Parse(answer.GetRawText())!["suppliers"]![0]!["indicators"]!.AsArray().Select(o =>
            $"{o!["index"]} {o["indicator"]} {o["because"]} {Text(o["removes"])} of {Text(o["width"])}, unlocks {o["unlocks"]!.ToJsonString()}, needs {o["stillNeeded"]}, {Text(o["least"])} to {Text(o["greatest"])}")];
    }

    private static string Text(JsonNode? number) => number is null ? "-" : number.GetValue<decimal>().ToString("0.##");

    private static string Head(string open) => string.Join(' ', open.Split(' ').Take(3));
}
