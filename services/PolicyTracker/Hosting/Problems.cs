using System.Diagnostics;
using JasperFx;
using Marten.Exceptions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace PolicyTracker.Hosting;

/// <summary>Every error answer is problem details (RFC 9457) of one kind from the catalogue.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    public static IServiceCollection AddProblems(this IServiceCollection services) => services
        .AddExceptionHandler<ProblemHandler>()
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

    /// <summary>Stands before everything that may fail.</summary>
    public static WebApplication UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = _ => Task.CompletedTask,
            // A refusal is an answer; only what nobody expected is worth an operator's reading.
            SuppressDiagnosticsCallback = context => Explain(context.Exception).Code != Codes.InternalError,
        });
        app.UseStatusCodePages(context => Write(context.HttpContext, Explain(context.HttpContext), context.HttpContext.Response.StatusCode));
        return app;
    }

    public static IEndpointRouteBuilder MapProblems(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/problems", () => TypedResults.Ok(ProblemTypes.All)).WithTags("Problems").WithSummary("Every kind of problem that a request can meet");
        routes.MapGet("/problems/{code}", (string code) => TypedResults.Ok(ProblemTypes.Find(code) ?? throw new Refused(Codes.NotFound,
            "There is no problem of this code.", new Dictionary<string, object?> { ["nearest"] = Nearest.To(code, ProblemTypes.All.Select(type => type.Code)) })))
            .WithTags("Problems").WithSummary("What one kind of problem means and what to do about it");
        return routes;
    }

    /// <summary>What is told about an exception; of one that nobody expected, nothing.</summary>
    internal static Refused Explain(Exception exception) => exception switch
    {
        Refused refused => refused,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(Codes.TooLarge, "The body is larger than this route accepts."),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new(Codes.UnsupportedMediaType, "This route reads JSON only."),
        BadHttpRequestException { InnerException: System.Text.Json.JsonException json } => new(Codes.MalformedJson, Where(json)),
        BadHttpRequestException bad => new(Codes.InvalidRequest, bad.Message),
        _ when Chain(exception).Any(IsLostRace) => new(Codes.LostRace, "The state changed while this request was decided; nothing was recorded."),
        _ when Chain(exception).Any(IsStoreDown) => new(Codes.StoreUnavailable, "The store cannot be reached; whether the request was carried out is not known."),
        _ => new(Codes.InternalError, "The service failed; the fault is recorded under the trace id."),
    };

    internal static Task Write(HttpContext context, Refused refused, int status)
    {
        var type = ProblemTypes.Of(refused.Code);
        var problem = new ProblemDetails { Type = type.Type, Title = type.Title, Status = status, Detail = refused.Message };
        if (refused.Violations is [var first, ..])
        {
            problem.Extensions["field"] = first.Field;
            problem.Extensions["allowed"] = first.Allowed;
            problem.Extensions["nearest"] = first.Nearest;
            problem.Extensions["errors"] = refused.Violations.Select(broken => new
            {
                Type = ProblemTypes.UriOf(broken.Code),
                broken.Field,
                broken.Detail,
                broken.Allowed,
                broken.Nearest,
            });
        }

        foreach (var (name, value) in refused.Members)
            problem.Extensions[name] = value;
        if (refused.Code == Codes.InternalError)
            problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        if (refused.Code is Codes.StoreUnavailable or Codes.FeedBehind or Codes.TooManyConnections)
            context.Response.Headers.RetryAfter = "5";
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(problem, Json.Options, ContentType, context.RequestAborted);
    }

    /// <summary>What an empty answer with an error status means; routing and body binding give them.</summary>
    private static Refused Explain(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound when context.GetEndpoint() is null => new(Codes.UnknownRoute, "No route has this path."),
        StatusCodes.Status404NotFound => new(Codes.NotFound, "Nothing has this id."),
        StatusCodes.Status405MethodNotAllowed => new(Codes.MethodNotAllowed, $"This route does not answer {context.Request.Method}."),
        StatusCodes.Status413PayloadTooLarge => new(Codes.TooLarge, "The body is larger than this route accepts."),
        StatusCodes.Status415UnsupportedMediaType => new(Codes.UnsupportedMediaType, "This route reads JSON only."),
        >= 500 => new(Codes.InternalError, "The service failed."),
        _ => new(Codes.InvalidRequest, "The request could not be read."),
    };

    private static string Where(System.Text.Json.JsonException json) => json.LineNumber is { } line
        ? $"The body is not JSON that can be read: see line {line + 1}, byte {json.BytePositionInLine + 1}."
        : "The body is not JSON that can be read.";

    private static IEnumerable<Exception> Chain(Exception exception) => exception switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Chain).Prepend(many),
        { InnerException: { } inner } => Chain(inner).Prepend(exception),
        _ => [exception],
    };

    private static bool IsLostRace(Exception exception) => exception
        is ConcurrencyException or ConcurrentUpdateException or Marten.Exceptions.StreamLockedException or JasperFx.Events.StreamLockedException
        or Marten.Exceptions.ExistingStreamIdCollisionException or JasperFx.Events.ExistingStreamIdCollisionException
        or PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    private static bool IsStoreDown(Exception exception) => exception is NpgsqlException { IsTransient: true };
}

internal sealed class ProblemHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var refused = Problems.Explain(exception);
        await Problems.Write(httpContext, refused, ProblemTypes.Of(refused.Code).Status);
        return true;
    }
}
