using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PolicyTracker.Hosting;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Hosting;

/// <summary>Every error answer of a real server is problem details.</summary>
public sealed class ProblemsSpecs : IAsyncLifetime
{
    private readonly ConcurrentQueue<LogLevel> _logged = new();
    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1000);
        builder.Logging.ClearProviders().AddProvider(new Recorder(_logged));
        builder.Services.AddProblems();
        builder.Services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
        _app = builder.Build();
        _app.UseProblems();
        _app.MapProblems();
        _app.MapPost("/read", (JsonElement body) => Results.Ok(Input.Read<Source>(body, new DateOnly(2024, 5, 9)).OrRefuse()));
        _app.MapGet("/count", (int number) => number);
        _app.MapGet("/missing", () => Results.NotFound());
        _app.MapGet("/differs", string () => throw new Refused(Codes.FactDiffers, "It differs in note.", new Dictionary<string, object?> { ["id"] = "abc", ["fields"] = new[] { "note" } }));
        _app.MapGet("/raced", string () => throw new InvalidOperationException("outer", new JasperFx.ConcurrencyException("stream x", typeof(string), "x")));
        _app.MapGet("/broken", string () => throw new InvalidOperationException("a secret"));
        _app.MapGet("/store", async () => await ConnectToNobody());
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private static async Task<string> ConnectToNobody()
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port.Free()};Username=nobody;Timeout=5");
        await connection.OpenAsync();
        return "connected";
    }

    private async Task<(HttpResponseMessage Response, JsonElement Problem)> Send(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        return (response, problem);
    }

    private static string Text(JsonElement problem, string member) => problem.GetProperty(member).GetString()!;

    private async Task Answers(HttpStatusCode status, string code, HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        var (response, problem) = await Send(method, path, body, type);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal($"/problems/{code}", Text(problem, "type"));
        Assert.Equal(ProblemTypes.Of(code).Title, Text(problem, "title"));
    }

    [Fact]
    public async Task violations_are_told_first_and_all()
    {
        var (response, problem) = await Send(HttpMethod.Post, "/read", """{ "publisher": "Reuters", "titel": "A title", "url": "ftp://x" }""");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("/problems/unknown_field", Text(problem, "type"));
        Assert.Equal("titel", Text(problem, "field"));
        Assert.Equal("title", problem.GetProperty("nearest")[0].GetString());
        Assert.Equal(
            ["/problems/unknown_field titel", "/problems/url_not_allowed url", "/problems/missing_field title"],
            problem.GetProperty("errors").EnumerateArray().Select(error => $"{Text(error, "type")} {Text(error, "field")}"));
    }

    [Fact]
    public async Task a_refusal_has_the_status_of_its_code_and_its_members()
    {
        var (response, problem) = await Send(HttpMethod.Get, "/differs");
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(("/problems/fact_differs", "It differs in note.", "abc"), (Text(problem, "type"), Text(problem, "detail"), Text(problem, "id")));
        Assert.Equal("note", problem.GetProperty("fields")[0].GetString());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{ 'publisher': 1 }")]
    public Task a_body_that_is_no_json_is_malformed(string body) => Answers(HttpStatusCode.BadRequest, "malformed_json", HttpMethod.Post, "/read", body);

    [Fact]
    public Task a_body_nested_too_deep_is_malformed() =>
        Answers(HttpStatusCode.BadRequest, "malformed_json", HttpMethod.Post, "/read", new string('[', 100) + new string(']', 100));

    [Fact]
    public Task a_body_that_is_empty_is_an_invalid_request() => Answers(HttpStatusCode.BadRequest, "invalid_request", HttpMethod.Post, "/read", "");

    [Fact]
    public Task a_body_over_the_limit_is_too_large() =>
        Answers(HttpStatusCode.RequestEntityTooLarge, "too_large", HttpMethod.Post, "/read", $"\"{new string('x', 2000)}\"");

    [Fact]
    public Task another_media_type_is_unsupported() => Answers(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type", HttpMethod.Post, "/read", "a=b", "application/x-www-form-urlencoded");

    [Fact]
    public Task a_parameter_that_cannot_be_read_is_an_invalid_request() => Answers(HttpStatusCode.BadRequest, "invalid_request", HttpMethod.Get, "/count?number=many");

    [Fact]
    public Task an_unknown_route_is_told_from_a_missing_thing() => Task.WhenAll(
        Answers(HttpStatusCode.NotFound, "unknown_route", HttpMethod.Get, "/nowhere"),
        Answers(HttpStatusCode.NotFound, "not_found", HttpMethod.Get, "/missing"));

    [Fact]
    public async Task a_wrong_method_is_told_the_right_ones()
    {
        var (response, problem) = await Send(HttpMethod.Delete, "/read");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "/problems/method_not_allowed"), (response.StatusCode, Text(problem, "type")));
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public Task a_lost_race_is_a_conflict() => Answers(HttpStatusCode.Conflict, "lost_race", HttpMethod.Get, "/raced");

    [Fact]
    public async Task a_store_that_is_down_says_when_to_come_back()
    {
        var (response, problem) = await Send(HttpMethod.Get, "/store");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "/problems/store_unavailable"), (response.StatusCode, Text(problem, "type")));
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
        Assert.DoesNotContain("127.0.0.1", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_fault_leaks_nothing_and_is_logged()
    {
        var (response, problem) = await Send(HttpMethod.Get, "/broken");
        Assert.Equal((HttpStatusCode.InternalServerError, "/problems/internal_error"), (response.StatusCode, Text(problem, "type")));
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
        Assert.NotEmpty(Text(problem, "traceId"));
        Assert.Contains(LogLevel.Error, _logged);
    }

    [Fact]
    public async Task a_refusal_is_no_fault_of_ours()
    {
        await Send(HttpMethod.Get, "/differs");
        Assert.DoesNotContain(LogLevel.Error, _logged);
    }

    [Fact]
    public async Task the_catalogue_explains_every_code()
    {
        var codes = typeof(Codes).GetFields().Select(field => (string)field.GetValue(null)!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(codes, ProblemTypes.All.Select(type => type.Code).Order(StringComparer.Ordinal));
        var served = await _client.GetStringAsync("/problems", TestContext.Current.CancellationToken);
        Assert.Equal(codes.Count, JsonDocument.Parse(served).RootElement.GetArrayLength());
        var one = JsonDocument.Parse(await _client.GetStringAsync("/problems/lost_race", TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(("/problems/lost_race", 409), (Text(one, "type"), one.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task an_unknown_code_is_told_the_nearest()
    {
        var (response, problem) = await Send(HttpMethod.Get, "/problems/lost_rase");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("lost_race", problem.GetProperty("nearest")[0].GetString());
    }

    private sealed class Recorder(ConcurrentQueue<LogLevel> logged) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => logged.Enqueue(logLevel);
        public void Dispose() { }
    }
}
