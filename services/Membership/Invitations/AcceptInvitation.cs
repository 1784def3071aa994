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
    // As long as the owner of an account that is in use can withdraw a link to a new password that others made.
    private static readonly TimeSpan Notice = TimeSpan.FromHours(24);
    private static readonly TimeSpan InUse = TimeSpan.FromDays(7);

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
                + "CONSENT_MISSING until those have consented who must when it is followed; 400 for a wrong firm code; 409 SECOND_PERSON when the "
                + "manager who invites and the operator who gave the code may be one person; 409 STILL_USED in the first 24 hours of a firm's new "
                + "password, if somebody signed in to the account within 7 days; 409 EMAIL_TAKEN when the address has an account; 404 "
                + "INVITATION_ENDED when it was followed, withdrawn or is over, or who invited is locked; 429 TOO_MANY_ATTEMPTS after several wrong "
                + "codes from a network.")
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
        Request request, HttpContext http, Attempts attempts, RepeatedTraces traces, IServiceScopeFactory scopes, TimeProvider clock,
        CancellationToken ct)
    {
        await using var platform = scopes.CreatePlatformScope();
        var db = platform.ServiceProvider.GetRequiredService<MembershipDb>();
        var users = platform.ServiceProvider.GetRequiredService<UserManager<Account>>();
        if (await FindAsync(request.Secret, db, clock, ct) is not { } found)
        {
            return Ended();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        FirmCode? code = null;
        if (found is { Needs: Consent.FirmCode, MemberId: { } firm })
        {
            code = await db.FirmCodes.AsNoTracking().SingleOrDefaultAsync(
                c => c.MemberId == firm && !db.Accounts.Any(a => a.Id == c.IssuedBy && a.LockedAt != null), ct);
            var outcome = await attempts.TryAsync(
                db, http, $"firm code {firm}", isKnown: true, () => Task.FromResult(code is not null && code.Is(request.FirmCode, now)), ct);
            if (outcome is not Attempts.Outcome.Right)
            {
                return outcome is Attempts.Outcome.Wrong
                    ? Refusal.Invalid("firmCode", "Wrong or out of date. An operator gives your firm its code.") : Attempts.TooMany();
            }
        }

        // Before anything is locked: what takes its time.
        var errors = new InputErrors();
        var person = found.OpenAccount(request.Name, null, errors, now);
        await person.CheckPasswordAsync(users, request.Password, errors, "password");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var hash = users.PasswordHasher.HashPassword(person, request.Password);
        ProblemHttpResult? refused = null;
        Account? account = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                // One after the other in a consortium: of two links that need nobody, the second one needs the manager of the first.
                await db.LockAsync(db.Consortia.Where(c => c.Id == found.ConsortiumId).Select(c => c.Id).OrderBy(c => c), ct);
                var involved = new[] { found.InvitedBy, found.ConsentedBy, code?.IssuedBy, found.AccountId }.OfType<Guid>().ToList();
                await db.LockAsync(db.Accounts.Where(a => involved.Contains(a.Id)).Select(a => a.Id).OrderBy(a => a), ct);
                if (await db.Invitations.SingleOrDefaultAsync(i => i.Id == found.Id, ct) is not { } invitation)
                {
                    refused = Ended();
                    return false;
                }

                refused = await RefuseAsync(invitation, code, now, db, ct);
                if (refused is not null)
                {
                    await db.SaveChangesAsync(ct);   // who is needed by now
                    return true;
                }

                db.Remove(invitation);
                if (code is not null)
                {
                    db.Remove(code);   // of two who use the same code one removes the row
                }

                account = invitation.AccountId is { } id
                    ? await db.Accounts.SingleAsync(a => a.Id == id, ct)
                    : invitation.OpenAccount(request.Name, code?.IssuedBy ?? invitation.ConsentedBy, errors, now);
                db.Record(
                    invitation.Kind == InvitationKind.NewAccount ? "ACCOUNT_OPENED" : "NEW_PASSWORD_BY_INVITATION", account.Id,
                    $"{account.Role} {account.Email}", account.ConsortiumId, account.Id, account.MemberId);
                if (invitation.Kind == InvitationKind.NewAccount)
                {
                    account.PasswordHash = hash;
                    if (!(await users.CreateAsync(account)).Succeeded)
                    {
                        traces.Note("membership", Account.EmailTaken.Code, invitation.InvitedBy, invitation.ConsortiumId, invitation.Id);
                        refused = Account.EmailTaken.ToProblem();
                        return false;
                    }
                }
                else
                {
                    await EndSessions.OfAsync(db, account.Id, _ => true, now, ct);
                    account.RenewPassword(invitation, hash, now);
                }

                // What strangers tried before doesn't make the owner wait.
                await Attempts.ForgetAsync(db, users.NormalizeEmail(account.Email!)!, ct);
                await SignIn.NoteNetworkAsync(account.Id, Attempts.NetworkOf(http), db, now, ct);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(new Response(account!.Id, account.Email!));
    }

    private static ProblemHttpResult Ended() => Refusal.Problem(
        StatusCodes.Status404NotFound, "INVITATION_ENDED",
        "This invitation was followed already, withdrawn, is older than 7 days, or comes from somebody who is locked. Ask for a new one.");

    // A secret is 256 random bits: the limit of sign-ins per network is enough against guessing.
    private static async Task<Invitation?> FindAsync(string? secret, MembershipDb db, TimeProvider clock, CancellationToken ct)
    {
        var (hash, now) = (LinkToken.HashOf(secret ?? ""), clock.GetUtcNow().UtcDateTime);
        return await db.Invitations.AsNoTracking().SingleOrDefaultAsync(i => i.SecretHash == hash && i.ExpiresAt > now, ct);
    }

    // What must be so now, whatever was so when the invitation was made; those whom it depends on are locked.
    private static async Task<ProblemHttpResult?> RefuseAsync(
        Invitation invitation, FirmCode? code, DateTime now, MembershipDb db, CancellationToken ct)
    {
        if (await IsLockedAsync(invitation.InvitedBy) || await IsLockedAsync(invitation.AccountId)
            || (invitation.AccountId is { } id && !await db.Accounts.AnyAsync(a => a.Id == id, ct)))
        {
            return Ended();
        }

        if (invitation.ConsentedBy is not null && await IsLockedAsync(invitation.ConsentedBy))
        {
            invitation.ConsentBy(null);
        }

        invitation.Need(await InviteByLink.NeedsAsync(invitation, db, ct));
        if (!invitation.IsConsented)
        {
            return new Refusal("CONSENT_MISSING", "Somebody must consent to this invitation before it can be followed.").ToProblem();
        }

        if (invitation.MemberId is not { } firm)
        {
            return null;
        }

        if (await db.Members.AnyAsync(m => m.Id == firm && m.Standing == Standing.Left, ct))
        {
            return new Refusal("MEMBER_LEFT", "The firm has left the consortium.").ToProblem();
        }

        return code is null ? null : await RefuseToOpenFirmAsync(firm, invitation, code, now, db, ct);

        Task<bool> IsLockedAsync(Guid? account) => db.Accounts.AnyAsync(a => a.Id == account && a.LockedAt != null, ct);
    }

    // A firm is opened, or opened again, only by two: a manager and an operator who are not one person.
    private static async Task<ProblemHttpResult?> RefuseToOpenFirmAsync(
        Guid firm, Invitation invitation, FirmCode code, DateTime now, MembershipDb db, CancellationToken ct)
    {
        if (await InviteByLink.HasPeopleAsync(firm, invitation.AccountId, db, ct))
        {
            return new Refusal("FIRM_INVITES", "The firm has people by now: ask one of them for an invitation.").ToProblem();
        }

        if (!await SecondPerson.IsAsync(invitation.InvitedBy, invitation.Controllers, code.IssuedBy, code.Controllers, db, ct))
        {
            return SecondPerson.Missing("Who invites and who gives the code must be two people. Ask another operator for a code.").ToProblem();
        }

        var since = now - InUse;
        return invitation.AccountId is { } account && invitation.InvitedAt + Notice > now
            && (await db.Sessions.AnyAsync(s => s.AccountId == account && s.UsedAt > since, ct)
                || await db.KnownNetworks.AnyAsync(n => n.AccountId == account && n.UsedAt > since, ct))
            ? new Refusal(
                "STILL_USED", "Somebody signed in to this account within 7 days, and can withdraw the invitation for 24 hours. Follow it then.")
                .ToProblem()
            : null;
    }
}
