using System.Net;
using System.Text;
using PolicyTracker.Recording;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Recording;

/// <summary>What every write refuses before it looks at what the body says.</summary>
public sealed class WriteSpecs(Service service)
{
    public static TheoryData<string> Routes =>
    [
        "/v1/facts", "/v1/facts/batch", "/v1/facts/batch/retract", "/v1/facts/x/correct", "/v1/facts/x/retract", "/v1/facts/x/reinstate", "/v1/facts/x/dispute", "/v1/facts/x/confirm",
        "/v1/measures", "/v1/measures/x/adopt", "/v1/providers", "/v1/providers/x/correct", "/v1/models",
    ];

    private Task<Reply> SendAsync(string route, string body, string? type = "application/json") => service.SendAsync(HttpMethod.Post, route, Encoding.UTF8.GetBytes(body), type);

    [Theory, MemberData(nameof(Routes))]
    public async Task a_body_is_json(string route)
    {
        (await SendAsync(route, "")).IsProblem(Codes.MalformedJson);
        (await SendAsync(route, "{\"type\":")).IsProblem(Codes.MalformedJson);
        (await SendAsync(route, new string('[', 100))).IsProblem(Codes.MalformedJson);
        (await SendAsync(route, "\"text\"")).IsProblem(Codes.WrongType);
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task a_body_says_that_it_is_json(string route)
    {
        (await SendAsync(route, "{}", "text/plain")).IsProblem(Codes.UnsupportedMediaType);
        (await SendAsync(route, "{}", "application/x-www-form-urlencoded")).IsProblem(Codes.UnsupportedMediaType);
        (await SendAsync(route, "{}", null)).IsProblem(Codes.UnsupportedMediaType);
    }

    [Fact]
    public async Task a_body_has_its_limit() =>
        (await SendAsync("/v1/facts", $"{A.Suspension("AM", "Too Large").ToJsonString()}{new string(' ', Write.MostBytes)}")).IsProblem(Codes.TooLarge);

    [Theory]
    [InlineData("/v1/facts/%00/retract")]
    [InlineData("/v1/facts/a%00b")]
    [InlineData("/v1/measures/%00/adopt")]
    [InlineData("/v1/measures/%00")]
    [InlineData("/v1/providers/%00/correct")]
    [InlineData("/v1/providers/%00")]
    [InlineData("/v1/models/a/%00")]
    [InlineData("/v1/facts/%ED%A0%80")]
    [InlineData("/v1/facts/'%3B%20drop%20table%20policy.claim")]
    public async Task an_id_that_none_can_have_is_no_fault_of_ours(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            var reply = await service.SendAsync(method, path, method == HttpMethod.Post ? "{}"u8.ToArray() : null, "application/json");
            Assert.InRange((int)reply.Status, 400, 499);
        }
    }

    [Fact]
    public async Task a_write_tells_the_sequence_that_a_read_can_wait_for()
    {
        var recorded = (await service.PostAsync("/v1/facts", A.Suspension("AM", "Awaited"))).Is(HttpStatusCode.Created);
        var read = (await service.GetAsync($"{recorded.Location}?atLeast={recorded.Sequence}")).Is(HttpStatusCode.OK);
        Assert.True(read.Sequence >= recorded.Sequence);
    }
}
