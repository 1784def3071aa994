using ExportConsortia.Membership.Tokens;
using Microsoft.AspNetCore.Identity;

namespace ExportConsortia.Membership.Accounts;

/// <summary>Somebody changes the own password. Every session of the account ends; the person signs in anew.</summary>
internal static class ChangePassword
{
    /// <summary>The old and the new password.</summary>
    /// <param name="CurrentPassword">The password so far.</param>
    /// <param name="NewPassword">The new one: 10 to 200 characters, at least 5 different ones.</param>
    public sealed record Request(string CurrentPassword, string NewPassword);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("accounts/{id:guid}/password", HandleAsync)
        .WithName(nameof(ChangePassword))
        .WithSummary("Change the own password")
        .WithDescription("For everybody, for the own account only. Refresh tokens given so far end. A wrong current password counts like one at sign-in: "
            + "after five the account is locked out for 15 minutes (409 LOCKED_OUT).")
        .WithExample(new Request("a long passphrase", "a longer passphrase"));

    private static async Task<Results<NoContent, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, UserManager<Account> users, Caller caller, MembershipDb db)
    {
        if (id != caller.UserId || await users.FindByIdAsync(id.ToString()) is not { } account)
        {
            return Refusal.NotFound();
        }

        var errors = new InputErrors();
        await account.CheckPasswordAsync(users, request.NewPassword, errors, "newPassword");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await users.IsLockedOutAsync(account))
        {
            return new Refusal("LOCKED_OUT", "Too many wrong passwords: wait 15 minutes.").ToProblem();
        }

        if (!await users.CheckPasswordAsync(account, request.CurrentPassword ?? ""))
        {
            await SignIn.CountFailureAsync(account, users, db);
            return Refusal.Invalid("currentPassword", "Is wrong.");
        }

        var result = await users.ChangePasswordAsync(account, request.CurrentPassword!, request.NewPassword);
        return result.Succeeded
            ? TypedResults.NoContent()
            : new Refusal("CONCURRENT_CHANGE", "The account was changed at the same moment; try again.").ToProblem();
    }
}
