namespace ExportConsortia.Portal.Pages;

/// <summary>The reader chooses a language; a cookie keeps it for a year.</summary>
internal static class ChooseLanguage
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/language/{code}", (HttpContext http, string code, string? to) =>
    {
        Keep(http, Language.Find(code));
        return Reply.SeeOther(Reply.Local(to));
    }).AllowAnonymous();

    /// <summary>Keeps a language for the pages to come.</summary>
    public static void Keep(HttpContext http, Language? language)
    {
        if (language is not null)
        {
            http.Response.Cookies.Append(Visit.LanguageCookie, language.Code, new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, HttpOnly = true,
            });
        }
    }
}
