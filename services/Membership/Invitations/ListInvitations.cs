using ExportConsortia.Membership.Accounts;

namespace ExportConsortia.Membership.Invitations;

/// <summary>Lists the open invitations that the caller may see: nobody comes in unseen.</summary>
internal static class ListInvitations
{
    /// <summary>An open invitation.</summary>
    /// <param name="Id">The invitation.</param>
    /// <param name="Kind"><c>NewAccount</c>, or <c>NewPassword</c> for a forgotten one.</param>
    /// <param name="Email">Whom it is for.</param>
    /// <param name="Role">The role.</param>
    /// <param name="ConsortiumId">The consortium; absent for an operator.</param>
    /// <param name="MemberId">The member firm of a MemberUser.</param>
    /// <param name="AccountId">The account whose password was forgotten.</param>
    /// <param name="InvitedBy">Who invited; absent for somebody whose account an outside issuer keeps.</param>
    /// <param name="InvitedAt">When, UTC.</param>
    /// <param name="ExpiresAt">Until when the link can be followed, UTC.</param>
    /// <param name="Needs">Who is needed besides: nobody, a manager, an operator, somebody of a member firm, or the firm's code.</param>
    /// <param name="ConsentedBy">Who consented.</param>
    /// <param name="MayConsent">True if the caller can consent.</param>
    /// <param name="MayWithdraw">True if the caller can withdraw it.</param>
    public sealed record Response(
        Guid Id, InvitationKind Kind, string Email, string Role, Guid? ConsortiumId, Guid? MemberId, Guid? AccountId, Person? InvitedBy,
        DateTime InvitedAt, DateTime ExpiresAt, Consent Needs, Person? ConsentedBy, bool MayConsent, bool MayWithdraw)
    {
        internal static Response Of(Invitation i, Caller caller, Dictionary<Guid, Person> people, bool twoAccountsDo) => new(
            i.Id, i.Kind, i.Email, i.Role, i.ConsortiumId, i.MemberId, i.AccountId, people.GetValueOrDefault(i.InvitedBy), i.InvitedAt, i.ExpiresAt,
            i.Needs, people.GetValueOrDefault(i.ConsentedBy ?? Guid.Empty),
            i.ConsentedBy is null && i.AsksFor(caller) && (twoAccountsDo || caller.IsTwoPeopleWith(i.InvitedBy, i.Controllers)),
            i.CanBeWithdrawnBy(caller));
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("invitations", HandleAsync)
        .WithName(nameof(ListInvitations))
        .WithSummary("List open invitations")
        .WithDescription("Managers and auditors see those of the consortium; a member firm's user those of its firm and those of managers and "
            + "auditors; an operator those of operators, managers and auditors. Latest first.")
        .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser, Role.Operator);

    private static async Task<Ok<List<Response>>> HandleAsync(MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var open = await db.Invitations.AsNoTracking().Where(i => i.ExpiresAt > now).OrderByDescending(i => i.InvitedAt).ThenBy(i => i.Id)
            .ToListAsync(ct);
        var people = await Person.FindAsync(db, open.SelectMany(i => (Guid?[])[i.InvitedBy, i.ConsentedBy]), ct);
        var twoAccountsDo = open.Exists(i => i.AsksFor(caller)) && !await SecondPerson.AreThereTwoAsync(db, ct);
        return TypedResults.Ok(open.ConvertAll(i => Response.Of(i, caller, people, twoAccountsDo)));
    }
}
