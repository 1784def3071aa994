using ExportConsortia.Membership.Accounts;

namespace ExportConsortia.Membership.Invitations;

/// <summary>Makes an invitation and its link.</summary>
internal static class InviteByLink
{
    /// <summary>An invitation with its secret, which nobody can read again.</summary>
    /// <param name="Id">The invitation.</param>
    /// <param name="Email">Whom it is for.</param>
    /// <param name="Secret">
    /// 43 characters, shown this once: the link for the invited person is the platform's address with <c>/invitation/</c> and this.
    /// </param>
    /// <param name="ExpiresAt">Until when the link can be followed, UTC: 7 days from now.</param>
    /// <param name="Needs">
    /// Who is needed besides: a <c>Manager</c>, an <c>Operator</c>, somebody of a <c>Member</c> firm, or the <c>FirmCode</c>.
    /// </param>
    public sealed record Response(Guid Id, string Email, string Secret, DateTime ExpiresAt, Consent Needs);

    /// <summary>What the one who invites says.</summary>
    internal sealed record Wanted(
        InvitationKind Kind, string Email, string Role, Guid? ConsortiumId, Guid? MemberId, bool WorksInSales, Guid? AccountId, Consent Needs,
        IReadOnlyList<Guid>? AlreadyBehind = null);

    /// <summary>Adds the invitation to the next save; in place of an earlier one by the same person to the same. The caller of it invites.</summary>
    public static async Task<(Refusal? Refusal, Response? Response)> AddAsync(
        Wanted wanted, MembershipDb db, Caller caller, DateTime now, CancellationToken ct)
    {
        // Every one that the caller can withdraw is readable: nobody evades the limit.
        var own = await db.Invitations.Where(i => i.InvitedBy == caller.UserId).ToListAsync(ct);
        var inTheWay = own.FindAll(i => i.ExpiresAt <= now
            || (i.Kind == wanted.Kind && i.Email.Equals(wanted.Email, StringComparison.OrdinalIgnoreCase)));
        db.RemoveRange(inTheWay);
        if (own.Count - inTheWay.Count >= Invitation.MostPerPerson)
        {
            return (new("TOO_MANY_INVITATIONS", $"You have {Invitation.MostPerPerson} open invitations. Withdraw one first."), null);
        }

        // As the account says it now; a person from an outside issuer has none, and the token says it.
        var behind = await db.Accounts.Where(a => a.Id == caller.UserId).Select(a => a.Controllers).SingleOrDefaultAsync(ct);
        List<Guid> controllers = [caller.UserId, .. (behind ?? [.. caller.Controllers]).Where(c => c != caller.UserId)];
        if (controllers.Union(wanted.AlreadyBehind ?? []).Count() > TwoPeople.MostControllers)
        {
            return (new("CHAIN_TOO_LONG", "Too many people invited each other one after the other. Ask somebody nearer to an operator."), null);
        }

        var secret = LinkToken.New();
        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(), Kind = wanted.Kind, Email = wanted.Email, Role = wanted.Role, ConsortiumId = wanted.ConsortiumId,
            MemberId = wanted.MemberId, WorksInSales = wanted.WorksInSales, AccountId = wanted.AccountId, InvitedBy = caller.UserId,
            Controllers = controllers, InvitedAt = now, ExpiresAt = now + Invitation.Lifetime, SecretHash = LinkToken.HashOf(secret),
            Needs = wanted.Needs,
        };
        db.Add(invitation);
        db.Record(
            wanted.Kind == InvitationKind.NewAccount ? "INVITED" : "INVITED_TO_NEW_PASSWORD", wanted.AccountId ?? invitation.Id,
            $"{wanted.Role} {wanted.Email}", wanted.ConsortiumId, firm: wanted.MemberId);
        return (null, new(invitation.Id, invitation.Email, secret, invitation.ExpiresAt, invitation.Needs));
    }

    /// <summary>
    /// Who must consent now, apart from a firm with its code. It changes while an invitation is open, so it is asked again when its link is followed.
    /// </summary>
    /// <param name="kind">What it leads to.</param>
    /// <param name="role">Whose role.</param>
    /// <param name="consortium">The person's consortium, if any.</param>
    /// <param name="account">The account that gets a new password.</param>
    /// <param name="byOperator">True if an operator invites.</param>
    /// <param name="db">The database.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Consent> NeedsAsync(
        InvitationKind kind, string role, Guid? consortium, Guid? account, bool byOperator, MembershipDb db, CancellationToken ct) => role switch
    {
        Role.ConsortiumManager => byOperator ? await OfManagersAsync(consortium!.Value, account, db, ct) : Consent.Operator,
        // Whoever follows the link reads everything in the name of a person whom the members trust.
        Role.Auditor when kind is InvitationKind.NewPassword => await OfManagersAsync(consortium!.Value, account, db, ct),
        Role.Operator when kind is InvitationKind.NewPassword && await SecondPerson.AreThereTwoAsync(db, ct) => Consent.Operator,
        _ => Consent.Nobody,
    };

    /// <summary>Who must consent now to an invitation that was made.</summary>
    public static Task<Consent> NeedsAsync(Invitation invitation, MembershipDb db, CancellationToken ct) => NeedsAsync(
        invitation.Kind, invitation.Role, invitation.ConsortiumId, invitation.AccountId, invitation.Needs is not Consent.Operator, db, ct);

    // Nobody consents to the first manager of a consortium; else one who manages it, or, if none is left who could, somebody of a member firm.
    private static async Task<Consent> OfManagersAsync(Guid consortium, Guid? except, MembershipDb db, CancellationToken ct)
    {
        // The operator reads no accounts of firms; that there are some says nothing of them.
        var all = await db.Accounts.IgnoreQueryFilters([MembershipDb.Readers]).Where(a => a.ConsortiumId == consortium && a.Id != except)
            .Select(a => new { a.Role, a.LockedAt }).ToListAsync(ct);
        return all.Exists(a => a.Role == Role.ConsortiumManager && a.LockedAt == null) ? Consent.Manager
            : all.Exists(a => a.Role == Role.MemberUser && a.LockedAt == null) ? Consent.Member
            : Consent.Nobody;
    }

    /// <summary>
    /// True if the firm has people, apart from this account. Those whom a manager locked count: no manager makes somebody a firm's only person.
    /// </summary>
    public static Task<bool> HasPeopleAsync(Guid firm, Guid? except, MembershipDb db, CancellationToken ct) => db.Accounts.AnyAsync(
        a => a.MemberId == firm && a.Id != except
            && (a.LockedAt == null || (a.LockedBy != null && !db.Accounts.Any(by => by.Id == a.LockedBy && by.MemberId == firm))), ct);
}
