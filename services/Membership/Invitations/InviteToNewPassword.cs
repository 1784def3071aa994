namespace ExportConsortia.Membership.Invitations;

/// <summary>Invites a person who forgot the password to set a new one: the account and its address stay.</summary>
internal static class InviteToNewPassword
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("accounts/{id:guid}/password-invitation", HandleAsync)
        .WithName(nameof(InviteToNewPassword))
        .WithSummary("Invite somebody to set a new password")
        .WithDescription("For a forgotten password: by whoever may invite such a person. For a firm's people: a colleague, or, if nobody else of the "
            + "firm has access, a manager together with the firm's code, whose operator must be another person (409 SECOND_PERSON when the link is "
            + "followed). For a manager: an operator with consent of a manager, or a manager with consent of an operator; for an auditor: an "
            + "operator with consent of a manager; for an operator: an operator with consent of another one. Answers a secret for a link, shown this "
            + "once. Following it ends all sessions, and the account shows who invited. Until then the owner can withdraw it. 409 ACCOUNT_LOCKED "
            + "while the account is locked, 409 OWN_ACCOUNT for the own one, 409 FIRM_INVITES when the person has colleagues.")
        .For(Role.ConsortiumManager, Role.Operator, Role.MemberUser);

    private static async Task<Results<Created<InviteByLink.Response>, ProblemHttpResult>> HandleAsync(
        Guid id, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, ct) is not { } account
            || (caller.Is(Role.ConsortiumManager) && account.Role == Role.Auditor))
        {
            return Refusal.NotFound();
        }

        if (id == caller.UserId)
        {
            return new Refusal("OWN_ACCOUNT", "You are signed in: change your password in your account.").ToProblem();
        }

        if (account.LockedAt is not null)
        {
            return new Refusal("ACCOUNT_LOCKED", "The account is locked. It must be unlocked first.").ToProblem();
        }

        var needs = Consent.Nobody;
        if (account.MemberId is { } firm && caller.MemberId is null)
        {
            needs = Consent.FirmCode;
            if (await InviteByLink.HasPeopleAsync(firm, id, db, ct))
            {
                return new Refusal("FIRM_INVITES", "Colleagues of this person have access: one of them invites to a new password.").ToProblem();
            }
        }
        else
        {
            needs = await InviteByLink.NeedsAsync(
                InvitationKind.NewPassword, account.Role, account.ConsortiumId, id, caller.Is(Role.Operator), db, ct);
        }

        var (refusal, response) = await InviteByLink.AddAsync(
            new(
                InvitationKind.NewPassword, account.Email!, account.Role, account.ConsortiumId, account.MemberId, account.WorksInSales, id, needs,
                account.Controllers),
            db, caller, clock.GetUtcNow().UtcDateTime, ct);
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        await db.SaveChangesAsync(ct);
        return TypedResults.Created($"/api/membership/invitations/{response!.Id}", response);
    }
}
