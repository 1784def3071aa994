using ExportConsortia.Portal.Session;
using Microsoft.AspNetCore.Authentication;

namespace ExportConsortia.Portal.Pages;

/// <summary>A person signs in at an outside OpenID provider, and signs out here and there.</summary>
internal static class SignInElsewhere
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sign-in", (string? to, bool? ended, bool? failed) =>
            Reply.Page<SignInElsewherePage>(new { To = to, Ended = ended == true, Failed = failed == true })).AllowAnonymous();
        pages.MapGet("/sign-in/provider", GoAsync).AllowAnonymous();
        pages.MapPost("/sign-out", LeaveAsync).AllowAnonymous();
    }

    // A link and not a form: a form's way to another site would be against our content policy.
    private static async Task<IResult> GoAsync(string? to, HttpContext http, OpenIdProvider provider, CancellationToken ct) =>
        await provider.AnswersAsync(ct)
            ? Results.Challenge(new AuthenticationProperties { RedirectUri = Reply.Local(to) }, [OpenIdProvider.Scheme])
            : Reply.Error(http, StatusCodes.Status503ServiceUnavailable);

    // 200, and not 303, for the same reason: the page that says that the session has ended here goes on to the provider by itself.
    private static async Task<IResult> LeaveAsync(HttpContext http, OpenIdProvider provider, CancellationToken ct)
    {
        var end = await provider.EndOfSessionAsync(http, ct);
        await http.SignOutAsync(PortalModule.Scheme);
        if (end is null)
        {
            return Reply.SeeOther("/sign-in");
        }

        http.User = new();
        http.Response.Headers["Refresh"] = $"0; url={end}";
        return Reply.Page<SignedOutPage>(new { End = end });
    }
}
