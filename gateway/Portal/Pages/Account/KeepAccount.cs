using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Session;
using Microsoft.AspNetCore.Authentication;

namespace ExportConsortia.Portal.Pages.Account;

/// <summary>People look after their own account: name, language, time zone, password, and the browsers that are signed in.</summary>
internal static class KeepAccount
{
    private const string Path = "/api/membership/account";

    private static readonly string[] Kept = [Visit.NameClaim, Visit.HouseClaim, Visit.ZoneClaim, Visit.OwnZoneClaim];

    public static void Map(IEndpointRouteBuilder pages)
    {
        var own = pages.MapGroup("/account").For();
        own.MapGet("", (string? done, HttpContext http, ApiClient api, CancellationToken ct) => ShowAsync(http, api, done, ct: ct));
        own.MapPost("", ChangeAsync);
        own.MapPost("/password", ChangePasswordAsync);
        own.MapPost("/sessions/{id:guid}/end", EndAsync);
        own.MapPost("/sessions/end", EndAllAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, ApiClient api, string? done = null, FormState? about = null, FormState? password = null, CancellationToken ct = default)
    {
        var (account, sessions) = (api.GetAsync<OwnAccount>(Path, ct), api.GetAsync<List<OwnSessionsResponse>>($"{Path}/sessions", ct));
        var (own, open) = (await account, await sessions);
        if (own.Status >= StatusCodes.Status500InternalServerError)
        {
            return Reply.Error(http, own.Status);
        }

        return Reply.Page<AccountPage>(
            new { Own = own.Value, Sessions = open.Value ?? [], Done = done, About = about, Password = password },
            about is null && password is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("about", await http.Request.ReadFormAsync(ct));
        var name = form.Needed("name", words["account.name.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(http, api, about: form, ct: ct);
        }

        var answer = await api.PutAsync<OwnAccount>(Path, new { name, language = Given(form, "language"), timeZone = Given(form, "timeZone") }, ct);
        if (answer.Value is not { } account)
        {
            return answer.Status >= StatusCodes.Status500InternalServerError
                ? Reply.Error(http, answer.Status)
                : await ShowAsync(http, api, about: form.Refused(answer.Problem, words, "name"), ct: ct);
        }

        await AccessTokens.KeepAsync(http, Kept, SignIn.About(account));
        ChooseLanguage.Keep(http, Language.Find(account.Language));
        return Reply.SeeOther("/account?done=about");
    }

    // A new password ends all sessions, this one too: the person is signed in again with it.
    private static async Task<IResult> ChangePasswordAsync(
        HttpContext http, ApiClient api, AccessTokens tokens, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("password", await http.Request.ReadFormAsync(ct));
        var (current, chosen) = (form.Raw("current"), form.Raw("new"));
        if (current.Length == 0)
        {
            form.Wrong("current", words["account.password.current.needed"]);
        }

        if (chosen.Length == 0)
        {
            form.Wrong("new", words["account.password.new.needed"]);
        }

        if (!form.Ok)
        {
            return await ShowAsync(http, api, password: form, ct: ct);
        }

        var answer = await api.PutAsync<object>(
            $"/api/membership/accounts/{visit.UserId}/password", new { currentPassword = current, newPassword = chosen }, ct);
        if (!answer.Ok)
        {
            _ = answer.Problem?.Errors switch
            {
                { } errors when errors.ContainsKey("currentPassword") => form.Wrong("current", words["account.password.wrong"]),
                { } errors when errors.ContainsKey("newPassword") => form.Wrong("new", words["account.password.weak"]),
                _ => form.Refused(answer.Problem, words, "current"),
            };
            return answer.Status >= StatusCodes.Status500InternalServerError
                ? Reply.Error(http, answer.Status)
                : await ShowAsync(http, api, password: form, ct: ct);
        }

        var signedIn = await api.PostAsync<TokenPair>(
            "/api/membership/tokens", new { email = form["email"], password = chosen, session = "Web" }, ct);
        if (signedIn.Value is not { } pair)
        {
            await http.SignOutAsync(PortalModule.Scheme);
            return Reply.SeeOther("/sign-in?to=/account");
        }

        await SignIn.OpenAsync(http, pair, api, tokens, ct);
        return Reply.SeeOther("/account?done=password");
    }

    private static async Task<IResult> EndAsync(Guid id, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.DeleteAsync($"{Path}/sessions/{id}", ct);
        return answer.Status >= StatusCodes.Status500InternalServerError
            ? Reply.Error(http, answer.Status)
            : Reply.SeeOther("/account?done=session");   // a session that is gone already has ended as well
    }

    private static async Task<IResult> EndAllAsync(HttpContext http, ApiClient api, CancellationToken ct)
    {
        var others = await api.DeleteAsync($"{Path}/sessions/others", ct);
        return others.Ok ? await SignIn.LeaveAsync(http, api, ct) : Reply.Error(http, others.Status);
    }

    private static string? Given(FormState form, string field) => form[field] is { Length: > 0 } given ? given : null;
}
