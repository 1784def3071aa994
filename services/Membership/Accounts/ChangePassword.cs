using ExportConsortia.Membership.Tokens;
using Microsoft.AspNetCore.Identity;

namespace ExportConsortia.Membership.Accounts;

/// <summary>Changes the caller's own password and ends every session of the account.</summary>
internal static class ChangePassword
{
    /// <summary>The current and the new password.</summary>
    /// <param name="CurrentPassword">The current password.</param>
    /// <param name="NewPassword">The new password: 10 to 200 characters, at least 5 of them different.</param>
    public sealed record Request(string CurrentPassword, string NewPassword);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("accounts/{id:guid}/password", HandleAsync)
        .WithName(nameof(ChangePassword))
        .WithSummary("Change your password")
        .WithDescription("For everybody, only for their own account. All its refresh tokens become invalid. A wrong current password counts as a "
            + "failed sign-in: after five the account is locked out for 15 minutes (409 LOCKED_OUT).")
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
            return new Refusal("LOCKED_OUT", "Too many wrong passwords. Try again in 15 minutes.").ToProblem();
        }

        if (!await users.CheckPasswordAsync(account, request.CurrentPassword ?? ""))
        {
            await SignIn.CountFailureAsync(account, users, db);
            return Refusal.Invalid("currentPassword", "Wrong password.");
        }

        var result = await users.ChangePasswordAsync(account, request.CurrentPassword!, request.NewPassword);
        return result.Succeeded
            ? TypedResults.NoContent()
            : new Refusal("CONCURRENT_CHANGE", "The account was changed at the same time. Try again.").ToProblem();
    }
}
