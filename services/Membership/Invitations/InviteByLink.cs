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
    /// Who consents to another manager, or to a new password for one: nobody to the first of a consortium; else one who manages it, or, if none is
    /// left who could, somebody of a member firm.
    /// </summary>
    public static async Task<Consent> OfManagersAsync(Guid consortium, Guid? except, MembershipDb db, CancellationToken ct)
    {
        // The operator reads no accounts of firms; that there are some says nothing of them.
        var all = await db.Accounts.IgnoreQueryFilters([MembershipDb.Readers]).Where(a => a.ConsortiumId == consortium && a.Id != except)
            .Select(a => new { a.Role, a.LockedAt }).ToListAsync(ct);
        return all.Exists(a => a.Role == Role.ConsortiumManager && a.LockedAt == null) ? Consent.Manager
            : all.Exists(a => a.Role == Role.MemberUser && a.LockedAt == null) ? Consent.Member
            : Consent.Nobody;
    }

    /// <summary>True if somebody of the firm can sign in, apart from this account.</summary>
    public static Task<bool> HasPeopleAsync(Guid firm, Guid? except, MembershipDb db, CancellationToken ct) =>
        db.Accounts.AnyAsync(a => a.MemberId == firm && a.LockedAt == null && a.Id != except, ct);
}
