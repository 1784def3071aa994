using System.Security.Claims;

namespace ExportConsortia.Portal.Session;

/// <summary>
/// Who signed in last in a browser: the account's id in a cookie that scripts read. A page that works without a network shows and sends only what
/// this person captured. It opens nothing: the session does that.
/// </summary>
internal static class DevicePerson
{
    public const string Cookie = "person";

    // Longer than a session: whoever must sign in again can go on capturing meanwhile.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>This person signed in, and any other is forgotten.</summary>
    public static void Keep(HttpContext http, ClaimsPrincipal? person)
    {
        if (person?.FindFirstValue("sub") is { } id && Guid.TryParse(id, out var account))
        {
            http.Response.Cookies.Append(
                Cookie, account.ToString(),
                new() { HttpOnly = false, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, MaxAge = Kept, IsEssential = true });
        }
    }

    /// <summary>The person signed out.</summary>
    public static void Forget(HttpContext http) => http.Response.Cookies.Delete(Cookie);
}
