using System.ComponentModel;
using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Members;
using ExportConsortia.Membership.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Membership.Invitations;

/// <summary>A person follows the link of an invitation and sets the password alone.</summary>
internal static class AcceptInvitation
{
    /// <summary>What the invited person sets.</summary>
    /// <param name="Secret">The secret of the link.</param>
    /// <param name="Password">Password: 10 to 200 characters, at least 5 of them different.</param>
    /// <param name="Name">The person's name, at most 200 characters; the e-mail address if absent. A new password leaves it as it is.</param>
    /// <param name="FirmCode">The code that an operator gave the firm, if the invitation needs it.</param>
    public sealed record Request(string Secret, string Password, string? Name = null, string? FirmCode = null);

    /// <summary>The account that was opened, or has a new password.</summary>
    /// <param name="Id">The account.</param>
    /// <param name="Email">E-mail address to sign in with.</param>
    public sealed record Response(Guid Id, string Email);

    /// <summary>What an invitation leads to.</summary>
    /// <param name="Kind"><c>NewAccount</c>, or <c>NewPassword</c> for a forgotten one.</param>
    /// <param name="Email">E-mail address to sign in with.</param>
    /// <param name="Role">The role.</param>
    /// <param name="Consortium">The consortium's name; absent for an operator.</param>
    /// <param name="Firm">The member firm's name, for a MemberUser.</param>
    /// <param name="InvitedBy">Name of who invited.</param>
    /// <param name="Needs">Who is needed besides; <c>FirmCode</c>: the code must be entered.</param>
    /// <param name="Consented">True if the link can be followed now, apart from the code.</param>
    /// <param name="ExpiresAt">Until when the link can be followed, UTC.</param>
    public sealed record Shown(
        InvitationKind Kind, string Email, string Role, string? Consortium, string? Firm, string InvitedBy, Consent Needs, bool Consented,
        DateTime ExpiresAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("invitations/{secret}", ShowAsync)
            .WithName("ShowInvitation")
            .WithSummary("Read an invitation by its link")
            .WithDescription("For the person who has the link; nothing changes. 404 INVITATION_ENDED when it was followed, withdrawn or is over.")
            .RequireRateLimiting(Edge.SignInLimit)
            .AllowAnonymous();
        routes.MapPost("invitations/acceptance", HandleAsync)
            .WithName(nameof(AcceptInvitation))
            .WithSummary("Accept an invitation")
            .WithDescription("For the person who has the link: opens the account, or sets the new password and ends all sessions of the account. 409 "
                + "CONSENT_MISSING until those who must have consented; 400 for a wrong firm code; 409 SECOND_PERSON when a firm that had accounts "
                + "before is invited by a manager and the code comes from the same person; 409 EMAIL_TAKEN when the address got an account "
                + "meanwhile; 404 INVITATION_ENDED when it was followed, withdrawn or is over; 429 TOO_MANY_ATTEMPTS after several wrong codes from "
                + "a network.")
            .WithExample(new Request("Jx0m1nYp6Q7y3g1xv0cV5kq8m3l9c2b7a6d5e4f3g2h", "a long passphrase", "Khamla", "K7QD-9M2X-PT4V-3HWC"))
            .RequireRateLimiting(Edge.SignInLimit)
            .AllowAnonymous();
    }

    private static async Task<Results<Ok<Shown>, ProblemHttpResult>> ShowAsync(
        [Description("The secret of the link.")] string secret, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        await using var platform = scopes.CreatePlatformScope();
        var db = platform.ServiceProvider.GetRequiredService<MembershipDb>();
        if (await FindAsync(secret, db, clock, ct) is not { } invitation)
        {
            return Ended();
        }

        var inviter = await Person.FindAsync(db, [invitation.InvitedBy], ct);
        var consortium = await db.Consortia.Where(c => c.Id == invitation.ConsortiumId).Select(c => c.Name).SingleOrDefaultAsync(ct);
        var firm = await db.Members.Where(m => m.Id == invitation.MemberId).Select(m => m.Name).SingleOrDefaultAsync(ct);
        return TypedResults.Ok(new Shown(
            invitation.Kind, invitation.Email, invitation.Role, consortium, firm, inviter.GetValueOrDefault(invitation.InvitedBy)?.Name ?? "",
            invitation.Needs, invitation.IsConsented, invitation.ExpiresAt));
    }

    // Nobody has signed in: the platform finds what the secret belongs to.
    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Request request, HttpContext http, Attempts attempts, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        await using var platform = scopes.CreatePlatformScope();
        var db = platform.ServiceProvider.GetRequiredService<MembershipDb>();
        var users = platform.ServiceProvider.GetRequiredService<UserManager<Account>>();
        if (await FindAsync(request.Secret, db, clock, ct) is not { } invitation)
        {
            return Ended();
        }

        if (!invitation.IsConsented)
        {
            return new Refusal("CONSENT_MISSING", "Somebody must consent to this invitation before it can be followed.").ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        FirmCode? code = null;
        if (invitation is { Needs: Consent.FirmCode, MemberId: { } invitedTo })
        {
            if (await InviteByLink.HasPeopleAsync(invitedTo, invitation.AccountId, db, ct))
            {
                return new Refusal("FIRM_INVITES", "The firm has people with access by now: ask one of them for an invitation.").ToProblem();
            }

            code = await db.FirmCodes.SingleOrDefaultAsync(c => c.MemberId == invitedTo, ct);
            var refused = await attempts.TryAsync(
                db, http, $"firm code {invitedTo}", isKnown: true,
                () => Task.FromResult(code is not null && code.Is(request.FirmCode, now)), ct)
                switch
                {
                    Attempts.Outcome.Right => await RefuseOnePersonAsync(invitation, code!, db, ct),
                    Attempts.Outcome.Wrong => Refusal.Invalid("firmCode", "Wrong or out of date. An operator gives your firm its code."),
                    _ => Attempts.TooMany(),
                };
            if (refused is not null)
            {
                return refused;
            }
        }

        var errors = new InputErrors();
        var account = invitation.AccountId is { } id
            ? await db.Accounts.SingleOrDefaultAsync(a => a.Id == id, ct)
            : invitation.OpenAccount(request.Name, code?.IssuedBy ?? invitation.ConsentedBy, errors, now);
        if (account is null || account.LockedAt is not null)
        {
            return Ended();
        }

        await account.CheckPasswordAsync(users, request.Password, errors, "password");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (account.MemberId is { } firm && await db.Members.AnyAsync(m => m.Id == firm && m.Standing == Standing.Left, ct))
        {
            return new Refusal("MEMBER_LEFT", "The firm has left the consortium.").ToProblem();
        }

        // Of two who follow the same link at once, or use the same code, one removes the row.
        db.Remove(invitation);
        if (code is not null)
        {
            db.Remove(code);
        }

        db.Record(
            invitation.Kind == InvitationKind.NewAccount ? "ACCOUNT_OPENED" : "NEW_PASSWORD_BY_INVITATION", account.Id,
            $"{account.Role} {account.Email}", account.ConsortiumId, account.Id, account.MemberId);
        if (invitation.Kind == InvitationKind.NewAccount)
        {
            return await users.CreateAsync(account, request.Password) is { Succeeded: true }
                ? TypedResults.Ok(new Response(account.Id, account.Email!))
                : Account.EmailTaken.ToProblem();
        }

        await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockAsync(db.Accounts.Where(a => a.Id == account.Id).Select(a => a.Id).OrderBy(a => a), ct);
                await EndSessions.OfAsync(db, account.Id, _ => true, now, ct);
                account.RenewPassword(invitation, users.PasswordHasher.HashPassword(account, request.Password), now);
                await Attempts.ForgetAsync(db, account.NormalizedEmail!, ct);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return TypedResults.Ok(new Response(account.Id, account.Email!));
    }

    private static ProblemHttpResult Ended() => Refusal.Problem(
        StatusCodes.Status404NotFound, "INVITATION_ENDED",
        "This invitation was followed already, withdrawn, or is older than 7 days. Ask for a new one.");

    // A secret is 256 random bits: the limit of sign-ins per network is enough against guessing.
    private static async Task<Invitation?> FindAsync(string? secret, MembershipDb db, TimeProvider clock, CancellationToken ct)
    {
        var (hash, now) = (LinkToken.HashOf(secret ?? ""), clock.GetUtcNow().UtcDateTime);
        return await db.Invitations.SingleOrDefaultAsync(i => i.SecretHash == hash && i.ExpiresAt > now, ct);
    }

    // A firm that has, or had, people of its own is opened again only by two: a manager and an operator who are not one person.
    private static async Task<ProblemHttpResult?> RefuseOnePersonAsync(Invitation invitation, FirmCode code, MembershipDb db, CancellationToken ct) =>
        TwoPeople.Are(invitation.InvitedBy, invitation.Controllers, code.IssuedBy, code.Controllers)
            || !await db.Accounts.AnyAsync(a => a.MemberId == invitation.MemberId, ct)
            ? null
            : new Refusal(
                "SECOND_PERSON", "The firm has had accounts: who invites and who gives the code must be two people. Ask another operator for a code.")
                .ToProblem();
}
