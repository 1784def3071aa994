using System.Globalization;
using ExportConsortia.Platform.Http;

namespace ExportConsortia.Portal.Web;

/// <summary>What every page has: its language and its headers, also where it says what went wrong.</summary>
internal sealed class PageFrame : IErrorPage
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>Wraps the requests for pages. Where one process is everything, the interface is none of them.</summary>
    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (!ErrorPages.IsInterface(http.Request.Path))
        {
            Prepare(http);   // here, around everything: a culture that a filter sets is lost before its result is rendered
        }

        return next(http);
    }

    /// <inheritdoc/>
    public Task WriteAsync(HttpContext http, int status)
    {
        Prepare(http);
        return Reply.Error(http, status).ExecuteAsync(http);
    }

    private static void Prepare(HttpContext http)
    {
        var language = Language.Find(http.Request.Cookies[Visit.LanguageCookie])
            ?? Language.Preferred(http.Request.Headers.AcceptLanguage.ToString());
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language.Culture;
        http.Response.OnStarting(() => SetHeaders(http.Response.Headers));
    }

    private static Task SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "same-origin";   // a form that has to ask for sign-in leads back to the page it stood on
        return Task.CompletedTask;
    }
}
