using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Members;

namespace ExportConsortia.Membership.Invitations;

/// <summary>Invites a person by a link. The person alone sets the password: nobody ever knows that of another.</summary>
internal static class Invite
{
    /// <summary>Whom to invite.</summary>
    /// <param name="Email">E-mail address to sign in with; unique in the installation, case-insensitive.</param>
    /// <param name="Role">
    /// By an operator: <c>Operator</c>, <c>ConsortiumManager</c> or <c>Auditor</c>; by a manager: <c>ConsortiumManager</c> or <c>MemberUser</c>; by
    /// somebody of a member firm: <c>MemberUser</c>. An auditor comes from outside, reads everything and is the second person in what needs two
    /// (F-G3).
    /// </param>
    /// <param name="MemberId">The member firm that the person works for: for a MemberUser, by a manager; refused for all other roles (F-C3).</param>
    /// <param name="Sales">True if the person works in sales, and so can't be the only one to clear an order (R-620).</param>
    /// <param name="ConsortiumId">The consortium, when an operator invites a manager or an auditor. Others leave it out.</param>
    public sealed record Request(string Email, string Role, Guid? MemberId = null, bool Sales = false, Guid? ConsortiumId = null);

    private static readonly string[] ByOperator = [Role.Operator, Role.ConsortiumManager, Role.Auditor];
    private static readonly string[] ByManager = [Role.ConsortiumManager, Role.MemberUser];
    private static readonly string[] ByFirm = [Role.MemberUser];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("invitations", HandleAsync)
        .WithName(nameof(Invite))
        .WithSummary("Invite a person")
        .WithDescription("Answers a secret for a link, shown this once and valid for 7 days; a new invitation to the same address replaces it. A "
            + "firm's first account is invited by a manager and needs the firm's code, which an operator gives the firm outside the platform; "
            + "further ones are invited by the firm only (409 FIRM_INVITES). Auditors are invited by an operator. A further manager is invited by an "
            + "operator with consent of a manager, or by a manager with consent of an operator; who consents must be another person. 409 "
            + "CLEAN_TEAM_ONLY when a person of a member firm would get a clean-team role (F-C3), 409 TOO_MANY_INVITATIONS at more than 100 open "
            + "ones. Whether the address has an account already learns only who follows the link.")
        .WithExample(new Request("khamla@f1.example", Role.MemberUser, new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), true))
        .For(Role.ConsortiumManager, Role.Operator, Role.MemberUser);

    private static async Task<Results<Created<InviteByLink.Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var isOperator = caller.Is(Role.Operator);
        var roles = isOperator ? ByOperator : caller.MemberId is null ? ByManager : ByFirm;
        errors.Unless(roles.Contains(request.Role), "role", $"Must be one of {string.Join(", ", roles)}.");
        var firm = caller.MemberId ?? request.MemberId;
        errors.Unless(request.Role != Role.MemberUser || firm is not null, "memberId", "Required for a MemberUser.");
        errors.Unless(request.Role != Role.Operator || request.ConsortiumId is null, "consortiumId", "Must be left out for an operator.");
        errors.Unless(
            !isOperator || request.Role == Role.Operator || request.ConsortiumId is not null, "consortiumId",
            "Required for a manager or an auditor.");
        var email = Account.Address(request.Email, errors, "email");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (request.Role != Role.MemberUser && request.MemberId is not null)
        {
            return new Refusal("CLEAN_TEAM_ONLY", $"A person of a member firm can't be {request.Role}. Leave out the member firm.").ToProblem();
        }

        var consortium = request.Role == Role.Operator ? null : isOperator ? request.ConsortiumId : caller.ConsortiumId;
        if ((request.ConsortiumId is { } named && named != consortium) || (request.MemberId is { } other && other != firm)
            || (consortium is { } c && !await db.Consortia.AnyAsync(x => x.Id == c, ct)))
        {
            return Refusal.NotFound();
        }

        var needs = Consent.Nobody;
        if (firm is { } id)
        {
            if (await db.Members.SingleOrDefaultAsync(m => m.Id == id, ct) is not { } member)
            {
                return Refusal.NotFound();
            }

            if (member.Standing is Standing.Left)
            {
                return new Refusal("MEMBER_LEFT", $"{member.Code} has left the consortium.").ToProblem();
            }

            if (caller.MemberId is null)
            {
                needs = Consent.FirmCode;
                if (await InviteByLink.HasPeopleAsync(id, null, db, ct))
                {
                    return new Refusal("FIRM_INVITES", $"{member.Code} has people with access: they invite their colleagues themselves.").ToProblem();
                }
            }
        }
        else
        {
            needs = await InviteByLink.NeedsAsync(InvitationKind.NewAccount, request.Role, consortium, null, isOperator, db, ct);
        }

        // Whether the address has an account learns only who follows the link: else anybody could ask who has one anywhere.
        var (refusal, response) = await InviteByLink.AddAsync(
            new(InvitationKind.NewAccount, email, request.Role, consortium, firm, request.Sales, null, needs), db, caller,
            clock.GetUtcNow().UtcDateTime, ct);
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        await db.SaveChangesAsync(ct);
        return TypedResults.Created($"/api/membership/invitations/{response!.Id}", response);
    }
}
