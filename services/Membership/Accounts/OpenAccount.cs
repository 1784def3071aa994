using Microsoft.AspNetCore.Identity;

namespace ExportConsortia.Membership.Accounts;

/// <summary>Opens an account: managers in their own consortium, operators for operators and further managers.</summary>
internal static class OpenAccount
{
    /// <summary>An account to open.</summary>
    /// <param name="Email">E-mail address to sign in with; unique in the installation, case-insensitive.</param>
    /// <param name="Password">First password: 10 to 200 characters, at least 5 of them different.</param>
    /// <param name="Role">
    /// <c>ConsortiumManager</c>, <c>MemberUser</c> or <c>Auditor</c>; for an operator <c>Operator</c> or <c>ConsortiumManager</c>. An auditor
    /// belongs to an outside organisation, reads everything and approves splits by hand (F-G3).
    /// </param>
    /// <param name="Name">Name, at most 200 characters; the e-mail address if absent.</param>
    /// <param name="MemberId">The member firm that the person works for: required for a MemberUser, refused for all other roles (F-C3).</param>
    /// <param name="Sales">True if the person works in sales, and so can't be the only one to clear an order (R-620).</param>
    /// <param name="ConsortiumId">The consortium, when an operator opens a manager's account. Managers leave it out.</param>
    public sealed record Request(
        string Email, string Password, string Role, string? Name = null, Guid? MemberId = null, bool Sales = false, Guid? ConsortiumId = null);

    private static readonly string[] ByOperator = [Role.Operator, Role.ConsortiumManager];
    private static readonly string[] ByManager = [Role.ConsortiumManager, Role.MemberUser, Role.Auditor];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("accounts", HandleAsync)
        .WithName(nameof(OpenAccount))
        .WithSummary("Open an account")
        .WithDescription("Managers open accounts for managers, auditors and member firms' users of their own consortium; operators for operators "
            + "and for managers of the consortium in consortiumId. 409 CLEAN_TEAM_ONLY when a person of a member firm would get a clean-team role "
            + "(F-C3); 409 EMAIL_TAKEN when the e-mail address has an account.")
        .WithExample(new Request(
            "sales@f1.example", "a long passphrase", Role.MemberUser, "Khamla", new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), true))
        .For(Role.ConsortiumManager, Role.Operator);

    private static async Task<Results<Created<ListAccounts.Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, UserManager<Account> users, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var roles = caller.Is(Role.Operator) ? ByOperator : ByManager;
        errors.Unless(roles.Contains(request.Role), "role", $"Must be one of {string.Join(", ", roles)}.");
        errors.Unless(request.Role != Role.MemberUser || request.MemberId is not null, "memberId", "Required for a MemberUser.");
        var consortium = request.Role == Role.Operator ? null
            : caller.Is(Role.Operator) ? request.ConsortiumId
            : request.ConsortiumId ?? caller.ConsortiumId;
        errors.Unless(request.Role != Role.Operator || request.ConsortiumId is null, "consortiumId", "Must be left out for an operator.");
        errors.Unless(request.Role != Role.ConsortiumManager || consortium is not null, "consortiumId", "Required for a manager.");
        var account = Account.Open(
            request.Email, request.Name, request.Role, consortium, request.MemberId, request.Sales, errors, clock.GetUtcNow().UtcDateTime);
        await account.CheckPasswordAsync(users, request.Password, errors, "password");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (!account.IsCleanlySeparated)
        {
            return new Refusal("CLEAN_TEAM_ONLY", $"A person of a member firm can't be {account.Role}. Leave out the member firm.").ToProblem();
        }

        if ((consortium is { } c && !await db.Consortia.AnyAsync(x => x.Id == c, ct))
            || (request.MemberId is { } m && !await db.Members.AnyAsync(x => x.Id == m, ct)))
        {
            return Refusal.NotFound();
        }

        return await users.CreateAsync(account, request.Password) is { Succeeded: true }
            ? TypedResults.Created($"/api/membership/accounts/{account.Id}", ListAccounts.Response.Of(account))
            : Account.EmailTaken.ToProblem();
    }
}
