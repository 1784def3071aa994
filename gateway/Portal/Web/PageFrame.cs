using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Portal.Web;

/// <summary>What every page has: its language, its headers, and an error page instead of a bare status.</summary>
internal static class PageFrame
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    // Where one process is everything, the interface has errors and headers of its own.
    private static readonly string[] NoPages = ["/api", "/health", "/.well-known", "/docs"];

    public static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (NoPages.Any(path => http.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
        {
            await next(http);
            return;
        }

        // Here, around everything: a culture that a filter sets is lost before its result is rendered.
        var language = Language.Find(http.Request.Cookies[Visit.LanguageCookie])
            ?? Language.Preferred(http.Request.Headers.AcceptLanguage.ToString());
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language.Culture;
        http.Response.OnStarting(() => SetHeaders(http.Response.Headers));
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            http.Response.StatusCode = e.StatusCode;
        }
        catch (Exception e) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PageFrame)).LogError(e, "A page failed");
            http.Response.Clear();
            http.Response.StatusCode = e is HttpRequestException ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
        }

        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
        {
            await Reply.Error(http, http.Response.StatusCode).ExecuteAsync(http);
        }
    }

    private static Task SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";   // a form that has to ask for sign-in leads back to the page it stood on
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
