using System.Diagnostics;

namespace PolicyTracker.Hosting;

/// <summary>One line for each request: what was asked of which route, how it ended, how long it took. No bodies, no parameters, no headers.</summary>
internal sealed partial class RequestLog(RequestDelegate next, TimeProvider clock, ILogger<RequestLog> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var start = clock.GetTimestamp();
        // An exception handler forgets the endpoint.
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
        var failed = true;
        try
        {
            await next(http);
            failed = false;
        }
        finally
        {
            var status = failed ? StatusCodes.Status500InternalServerError : http.Response.StatusCode;
            var milliseconds = clock.GetElapsedTime(start).TotalMilliseconds;
            var trace = Activity.Current?.TraceId.ToString();
            var level = LevelOf(route, status);
            Requested(level, http.Request.Method, route, status, milliseconds, trace);
        }
    }

    // An orchestrator asks for health, and a scraper for figures, every few seconds.
    private static LogLevel LevelOf(string route, int status) =>
        route is Health.AlivePath or Health.ReadyPath or Telemetry.Path ? LogLevel.Debug
        : status >= StatusCodes.Status500InternalServerError ? LogLevel.Warning
        : LogLevel.Information;

    [LoggerMessage("{Method} {Route} {Status} in {Milliseconds:0.0} ms, trace {TraceId}")]
    private partial void Requested(LogLevel level, string method, string route, int status, double milliseconds, string? traceId);
}
