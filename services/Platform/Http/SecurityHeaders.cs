using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ExportConsortia.Platform.Http;

/// <summary>Headers that protect the callers of the interface and of its documentation.</summary>
public static class SecurityHeaders
{
    /// <summary>
    /// Headers of every response, set as it starts: an error that clears the response keeps them, and those of a service behind the gateway don't
    /// double them. An endpoint may set its own content policy, referrer policy and caching, as pages do. CORS stays closed: no other site's page
    /// may call.
    /// </summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(() => SetHeaders(http));
        return next(http);
    });

    private static Task SetHeaders(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.Remove("Server");
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.TryAdd("Referrer-Policy", "no-referrer");
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        var isDocumentation = http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal);
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, isDocumentation
            ? "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
            : "default-src 'none'; frame-ancestors 'none'");
        // The framework has its own ideas of the documentation, errors and health; no-store says it all.
        if (isDocumentation || headers.CacheControl.Count == 0 || headers.CacheControl.ToString().Contains("no-store", StringComparison.Ordinal))
        {
            headers.CacheControl = "no-store";
        }

        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        return Task.CompletedTask;
    }
}
