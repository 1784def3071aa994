using ExportConsortia.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Http;

namespace ExportConsortia.Membership;

/// <summary>
/// Somebody shows that an e-mail address is theirs. Prepared: the platform sends no mail yet, so that nobody can hold a token,
/// and nothing depends on a confirmed address.
/// </summary>
internal static class ConfirmEmail
{
    /// <summary>What the mail would carry.</summary>
    /// <param name="AccountId">The account.</param>
    /// <param name="Token">Six digits, good for a few minutes.</param>
    public sealed record Request(Guid AccountId, string Token);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("accounts/email-confirmation", HandleAsync)
        .WithName(nameof(ConfirmEmail))
        .WithSummary("Confirm an e-mail address")
        .WithDescription("Prepared for the day when the platform sends mail: until then nobody is given a token, and nothing depends on it. "
            + "A wrong token counts like a wrong password. 400 for a wrong token and for an unknown account alike.")
        .WithExample(new Request(new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), "123456"))
        .AllowAnonymous();

    private static async Task<Results<NoContent, ProblemHttpResult>> HandleAsync(Request request, UserManager<Account> users, MembershipDb db)
    {
        if (await users.FindByIdAsync(request.AccountId.ToString()) is { } account && !await users.IsLockedOutAsync(account))
        {
            if (await users.ConfirmEmailAsync(account, request.Token ?? "") is { Succeeded: true })
            {
                return TypedResults.NoContent();
            }

            await SignIn.CountFailureAsync(account, users, db);
        }

        return Refusal.Invalid("token", "Is wrong or too old.");
    }
}
