using System.Net;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Hosting;

public sealed class WebServerSpecs(Service service)
{
    public static TheoryData<string, HttpStatusCode> NoHttp => new()
    {
        { "/v1/facts/%00", HttpStatusCode.BadRequest },
        { "/v1/facts?text=a b", HttpStatusCode.BadRequest },
        { $"/v1/facts/{new string('x', 9000)}", HttpStatusCode.RequestUriTooLong },
    };

    /// <summary>The server ends such a connection itself; no route, and so no problem, is reached.</summary>
    [Theory, MemberData(nameof(NoHttp))]
    public async Task what_is_no_request_line_is_refused_without_a_body(string target, HttpStatusCode status)
    {
        var reply = (await service.GetAsync(target)).Is(status);
        Assert.Null(reply.Body);
    }

    [Fact]
    public async Task headers_without_measure_are_refused() =>
        (await service.GetAsync("/v1/facts", ("X-Long", new string('x', 17 * 1024)))).Is(HttpStatusCode.RequestHeaderFieldsTooLarge);

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task health_is_asked_and_never_told(string path) =>
        (await service.SendAsync(HttpMethod.Delete, path, null, null)).IsProblem(Codes.MethodNotAllowed);
}
