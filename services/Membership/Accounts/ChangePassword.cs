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
        .WithDescription("For everybody, only for their own account. All its sessions end at once, this one too. A wrong current password counts as "
            + "a failed sign-in: after five the network waits, 2 seconds at first (429 TOO_MANY_ATTEMPTS).")
        .WithExample(new Request("a long passphrase", "a longer passphrase"));

    private static async Task<Results<NoContent, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, UserManager<Account> users, Caller caller, MembershipDb db, Attempts attempts, TimeProvider clock,
        CancellationToken ct)
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

        var outcome = await attempts.TryAsync(
            db, http, account.NormalizedEmail!, isKnown: true, () => users.CheckPasswordAsync(account, request.CurrentPassword ?? ""), ct);
        if (outcome is not Attempts.Outcome.Right)
        {
            return outcome is Attempts.Outcome.Wrong ? Refusal.Invalid("currentPassword", "Wrong password.") : Attempts.TooMany();
        }

        var changed = false;
        await db.InOneTransactionAsync(
            async () =>
            {
                // Who signs in with the old password now has a session that ends here, or sees the new one.
                await db.LockAsync(db.Accounts.Where(a => a.Id == id).Select(a => a.Id).OrderBy(a => a), ct);
                await EndSessions.OfAsync(db, id, _ => true, clock.GetUtcNow().UtcDateTime, ct);
                db.Record("PASSWORD_CHANGED", id, firm: caller.MemberId);
                changed = (await users.ChangePasswordAsync(account, request.CurrentPassword!, request.NewPassword)).Succeeded;
                return changed;
            },
            ct);
        return changed
            ? TypedResults.NoContent()
            : new Refusal("CONCURRENT_CHANGE", "The account was changed at the same time. Try again.").ToProblem();
    }
}
