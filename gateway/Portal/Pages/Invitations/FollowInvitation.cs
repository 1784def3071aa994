using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Session;

namespace ExportConsortia.Portal.Pages.Invitations;

/// <summary>An invited person follows the link, sets the password alone, and is signed in. Opening the page changes nothing.</summary>
internal static class FollowInvitation
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var open = pages.MapGroup("/invitation/{secret}").AllowAnonymous();
        open.MapGet("", (string secret, HttpContext http, ApiClient api, CancellationToken ct) => ShowAsync(secret, new("follow"), http, api, ct));
        open.MapPost("", AcceptAsync);
    }

    private static async Task<IResult> ShowAsync(string secret, FormState form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-cache, no-store";   // what it says changes when it is followed
        var answer = await api.GetAsync<AcceptInvitationShown>($"{NewInvitation.Address}/{Uri.EscapeDataString(secret)}", ct);
        return answer.Ok || answer.Status == StatusCodes.Status404NotFound
            ? Reply.Page<FollowInvitationPage>(
                new { Shown = answer.Value, Form = form, Path = http.Request.Path.Value },
                answer.Value is null ? StatusCodes.Status404NotFound
                : form.Ok ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : Reply.Error(http, answer.Status);
    }

    private static async Task<IResult> AcceptAsync(
        string secret, HttpContext http, ApiClient api, AccessTokens tokens, Words words, CancellationToken ct)
    {
        var form = new FormState("follow", await http.Request.ReadFormAsync(ct));
        var password = form.Raw("password");
        if (password.Length == 0)
        {
            form.Wrong("password", words["account.password.new.needed"]);
        }

        if (!form.Ok)
        {
            return await ShowAsync(secret, form, http, api, ct);
        }

        var answer = await api.PostAsync<AcceptInvitationResponse>(
            $"{NewInvitation.Address}/acceptance",
            new { secret, password, name = Given("name"), firmCode = Given("firmCode") }, ct);
        if (answer.Value is not { } account)
        {
            if (answer.Problem?.Errors?.ContainsKey("password") == true)
            {
                return await ShowAsync(secret, form.Wrong("password", words["account.password.weak"]), http, api, ct);
            }

            if (answer.Problem?.Errors?.ContainsKey("firmCode") == true)
            {
                return await ShowAsync(secret, form.Wrong("firmCode", words["follow.code.wrong"]), http, api, ct);
            }

            return answer.Status >= StatusCodes.Status500InternalServerError
                ? Reply.Error(http, answer.Status)
                : await ShowAsync(
                    secret, answer.Status == StatusCodes.Status429TooManyRequests
                        ? form.Wrong("", words["signin.slow"]) : form.Refused(answer.Problem, words, "password"), http, api, ct);
        }

        var pair = await api.PostAsync<TokenPair>("/api/membership/tokens", new { email = account.Email, password, session = "Web" }, ct);
        if (pair.Value is null)
        {
            return Reply.SeeOther("/sign-in");
        }

        await SignIn.OpenAsync(http, pair.Value, api, tokens, ct);
        return Reply.SeeOther("/");

        string? Given(string field) => form[field] is { Length: > 0 } given ? given : null;
    }
}
