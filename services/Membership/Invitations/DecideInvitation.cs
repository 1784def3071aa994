using ExportConsortia.Membership.Accounts;

namespace ExportConsortia.Membership.Invitations;

/// <summary>Those who are needed for an invitation consent to it; it is withdrawn by them, by who invited, or by whom it concerns.</summary>
internal static class DecideInvitation
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("invitations/{id:guid}/consent", ConsentAsync)
            .WithName("ConsentToInvitation")
            .WithSummary("Consent to an invitation")
            .WithDescription("For whom it needs: a manager of the consortium, an operator, or, when it has no other manager left, somebody of a "
                + "member firm. Consent means that the caller knows the person. 409 SECOND_PERSON when the caller and who invited may be one person, "
                + "409 NOT_YOURS_TO_DECIDE for others who can see it.")
            .For(Role.ConsortiumManager, Role.MemberUser, Role.Operator);
        routes.MapDelete("invitations/{id:guid}", WithdrawAsync)
            .WithName("WithdrawInvitation")
            .WithSummary("Withdraw an invitation")
            .WithDescription("For who invited, who would have to consent, the account's owner, the firm for its own people, and every manager for "
                + "managers and auditors. Its link can't be followed any more. 409 NOT_YOURS_TO_DECIDE for others who can see it.");
    }

    private static async Task<Results<Ok<ListInvitations.Response>, ProblemHttpResult>> ConsentAsync(
        Guid id, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await FindAsync(id, db, clock, ct) is not { } invitation)
        {
            return Refusal.NotFound();
        }

        invitation.Need(await InviteByLink.NeedsAsync(invitation, db, ct));
        if (!invitation.AsksFor(caller))
        {
            return NotYours();
        }

        if (!await SecondPerson.IsAsync(caller.UserId, caller.Controllers, invitation.InvitedBy, invitation.Controllers, db, ct))
        {
            return SecondPerson.Missing("You and the one who invited may be one person. Somebody else must consent.").ToProblem();
        }

        if (invitation.ConsentedBy is null)
        {
            invitation.ConsentBy(caller.UserId);
            db.Record(
                "INVITATION_CONSENTED", invitation.AccountId ?? invitation.Id, $"{invitation.Role} {invitation.Email}", invitation.ConsortiumId,
                firm: invitation.MemberId);
            await db.SaveChangesAsync(ct);
        }

        var people = await Person.FindAsync(db, [invitation.InvitedBy, invitation.ConsentedBy], ct);
        return TypedResults.Ok(ListInvitations.Response.Of(invitation, caller, people, twoAccountsDo: true));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(
        Guid id, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await FindAsync(id, db, clock, ct) is not { } invitation)
        {
            return Refusal.NotFound();
        }

        if (!invitation.CanBeWithdrawnBy(caller))
        {
            return NotYours();
        }

        db.Remove(invitation);
        db.Record(
            "INVITATION_WITHDRAWN", invitation.AccountId ?? invitation.Id, $"{invitation.Role} {invitation.Email}", invitation.ConsortiumId,
            firm: invitation.MemberId);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static async Task<Invitation?> FindAsync(Guid id, MembershipDb db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return await db.Invitations.SingleOrDefaultAsync(i => i.Id == id && i.ExpiresAt > now, ct);
    }

    private static ProblemHttpResult NotYours() =>
        new Refusal("NOT_YOURS_TO_DECIDE", "Others decide on this invitation: who invited, who must consent, and whom it concerns.").ToProblem();
}
