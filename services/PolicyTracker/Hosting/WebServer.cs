using PolicyTracker.Recording;

namespace PolicyTracker.Hosting;

/// <summary>What the HTTP server accepts, what it says about itself, and how long it takes its leave.</summary>
public static class WebServer
{
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports"];
    private const string DefaultUrl = "http://127.0.0.1:5080";
    /// <summary>Nothing of an answer is for a browser to run or to frame.</summary>
    private const string ForData = "default-src 'none'; frame-ancestors 'none'";
    /// <summary>The API's pages of documentation bring their own script, part of it inline.</summary>
    private const string ForDocs = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";

    public static void AddWebServer(this WebApplicationBuilder builder)
    {
        if (!AddressKeys.Any(key => builder.Configuration[key] is { Length: > 0 }))
            builder.WebHost.UseUrls(DefaultUrl);
        // Of thousands of streams each writer sends for itself instead of handing its bytes to a queue. What sockets complete still comes on the thread pool.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Write.MostBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        // Requests and projection drain in this time; what remains of half a minute is PostgreSQL's.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
    }

    /// <summary>Stands first: what it adds is on every answer.</summary>
    public static void UseWebServer(this WebApplication app)
    {
        app.UseMiddleware<RequestLog>();
        app.Use((http, next) =>
        {
            // A failure clears the headers that were set before it.
            http.Response.OnStarting(() =>
            {
                var headers = http.Response.Headers;
                headers.XContentTypeOptions = "nosniff";
                headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments(OpenApi.DocsPath, StringComparison.OrdinalIgnoreCase) ? ForDocs : ForData;
                headers["Referrer-Policy"] = "no-referrer";
                return Task.CompletedTask;
            });
            return next(http);
        });
    }
}
