using System.Globalization;
using ExportConsortia.Platform.Http;
using ExportConsortia.Portal.Pages.AtTheFair;
using ExportConsortia.Portal.Pages.Catalogue;

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
        var isPublic = IsPublic(http.Request.Path);
        var language = (isPublic ? Language.Find(http.Request.Query[PublicPlace.Query]) : null)
            ?? Language.Find(http.Request.Cookies[Visit.LanguageCookie])
            ?? Language.Preferred(http.Request.Headers.AcceptLanguage.ToString());
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language.Culture;
        http.Response.OnStarting(() => SetHeaders(http, isPublic));
    }

    // The pages of public catalogues, whose language is part of the address; a form is nobody else's.
    private static bool IsPublic(PathString path) => path.StartsWithSegments(ShowCatalogue.Root, StringComparison.Ordinal);

    private static Task SetHeaders(HttpContext http, bool isPublic)
    {
        var headers = http.Response.Headers;
        if (isPublic && HttpMethods.IsGet(http.Request.Method) && http.Response.StatusCode == StatusCodes.Status200OK
            && headers.CacheControl.Count == 0 && headers.SetCookie.Count == 0)
        {
            headers.CacheControl = "public, max-age=60";
            headers.Vary = "Accept-Encoding, Accept-Language, Cookie";
        }

        headers.ContentSecurityPolicy = CaptureLeads.IsAt(http.Request.Path) ? $"{Policy}; manifest-src 'self'" : Policy;
        headers["Referrer-Policy"] = "same-origin";   // a form that has to ask for sign-in leads back to the page it stood on
        return Task.CompletedTask;
    }
}
