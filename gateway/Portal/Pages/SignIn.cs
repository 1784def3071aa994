using System.Security.Claims;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Session;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Portal.Pages;

/// <summary>A person signs in with e-mail and password, and signs out again.</summary>
internal static class SignIn
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sign-in", (string? to, bool? ended) => Reply.Page<SignInPage>(new { To = to, Ended = ended == true })).AllowAnonymous();
        pages.MapPost("/sign-in", EnterAsync).AllowAnonymous();
        pages.MapPost("/sign-out", (Delegate)LeaveAsync).AllowAnonymous();
    }

    /// <summary>Somebody without a session asked for a page. After sign-in a form leads back to the page it stood on, since it did nothing.</summary>
    public static Task AskAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var http = context.HttpContext;
        var to = http.RequestServices.GetRequiredService<Visit>().Page;
        var ended = context.Options.Cookie.Name is { } name && http.Request.Cookies.ContainsKey(name);
        http.Response.Redirect($"/sign-in?{(ended ? "ended=true&" : "")}to={Uri.EscapeDataString(to)}");
        return Task.CompletedTask;
    }

    private static async Task<IResult> EnterAsync(HttpContext http, ApiClient api, AccessTokens tokens, Words words, CancellationToken ct)
    {
        var form = new FormState("signin", await http.Request.ReadFormAsync(ct));
        var email = form.Needed("email", words["signin.email.needed"]);
        if (form.Raw("password").Length == 0)
        {
            form.Wrong("password", words["signin.password.needed"]);
        }

        if (!form.Ok)
        {
            return Again(StatusCodes.Status422UnprocessableEntity);
        }

        var answer = await api.PostAsync<TokenPair>("/api/membership/tokens", new { email, password = form.Raw("password"), session = "Web" }, ct);
        if (answer.Value is not { } pair)
        {
            form.Wrong("email", answer.Status switch
            {
                StatusCodes.Status429TooManyRequests => words["signin.slow"],
                >= 500 => words["error.away"],
                _ => words.Of("refusal", answer.Problem?.Code ?? "WRONG_CREDENTIALS"),
            });
            return Again(answer.Status is 400 or 401 ? StatusCodes.Status422UnprocessableEntity : answer.Status);
        }

        await OpenAsync(http, pair, api, tokens, ct);
        return Reply.SeeOther(Reply.Local(form["to"]));

        IResult Again(int status) => Reply.Page<SignInPage>(new { Form = form, To = form["to"] }, status);
    }

    /// <summary>Signs out. The session ends at Membership too: a copy of the cookie is worth nothing afterwards.</summary>
    public static async Task<IResult> LeaveAsync(HttpContext http, ApiClient api, CancellationToken ct)
    {
        if (await AccessTokens.SessionOfAsync(http) is { } token)
        {
            await api.PostAsync<object>("/api/membership/tokens/revocation", new { refreshToken = token }, ct);
        }

        await http.SignOutAsync(PortalModule.Scheme);
        return Reply.SeeOther("/sign-in");
    }

    /// <summary>Opens the session of a person.</summary>
    public static async Task OpenAsync(HttpContext http, TokenPair pair, ApiClient api, AccessTokens tokens, CancellationToken ct) =>
        await tokens.OpenAsync(http, pair, await AboutAsync(http, pair, api, ct));

    /// <summary>What the cookie keeps of somebody who signs in; from the first page on all is in the language that the account names.</summary>
    public static async Task<IEnumerable<Claim>> AboutAsync(HttpContext http, TokenPair pair, ApiClient api, CancellationToken ct)
    {
        var account = (await api.GetAsAsync<OwnAccount>(pair.AccessToken, "/api/membership/account", ct)).Value;
        ChooseLanguage.Keep(http, Language.Find(account?.Language));
        return account is null ? [] : About(account);
    }

    /// <summary>What of the account stays in the cookie: name, house and time zone change seldom.</summary>
    public static IEnumerable<Claim> About(OwnAccount account) =>
    [
        new(Visit.NameClaim, account.Name), new(Visit.HouseClaim, account.Member?.Name ?? account.Consortium?.Name ?? "ExportConsortia"),
        new(Visit.ZoneClaim, account.Consortium?.TimeZone ?? "UTC"),
        .. account.TimeZone is { } own ? new[] { new Claim(Visit.OwnZoneClaim, own) } : [],
    ];
}
