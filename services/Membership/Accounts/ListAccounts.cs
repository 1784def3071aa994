namespace ExportConsortia.Membership.Accounts;

/// <summary>Lists the accounts that the caller may see, and who invited each.</summary>
internal static class ListAccounts
{
    /// <summary>An account.</summary>
    /// <param name="Id">The account; <c>sub</c> in its tokens.</param>
    /// <param name="Email">E-mail address to sign in with.</param>
    /// <param name="Name">The person's name.</param>
    /// <param name="Role">The person's role.</param>
    /// <param name="ConsortiumId">The consortium; absent for an operator.</param>
    /// <param name="MemberId">The member firm of a MemberUser.</param>
    /// <param name="Sales">True if the person works in sales .</param>
    /// <param name="OpenedAt">When the account was opened, UTC.</param>
    /// <param name="InvitedBy">Who invited the person; absent for the first operators, and from before it was kept.</param>
    /// <param name="ConfirmedBy">Who consented, or gave the firm its code.</param>
    /// <param name="NewPasswordBy">Who last invited to a new password.</param>
    /// <param name="NewPasswordAt">When that password was set, UTC.</param>
    /// <param name="Locked">True while it is locked.</param>
    /// <param name="LockedBy">Who locked it.</param>
    /// <param name="LockReason">Why.</param>
    /// <param name="LockProposedBy">Who proposes to lock it; a second person must agree.</param>
    /// <param name="LockProposal">Why.</param>
    public sealed record Response(
        Guid Id, string Email, string Name, string Role, Guid? ConsortiumId, Guid? MemberId, bool Sales, DateTime OpenedAt, Person? InvitedBy,
        Person? ConfirmedBy, Person? NewPasswordBy, DateTime? NewPasswordAt, bool Locked, Person? LockedBy, string? LockReason,
        Person? LockProposedBy, string? LockProposal);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("accounts", ListAsync)
            .WithName(nameof(ListAccounts))
            .WithSummary("List accounts")
            .WithDescription("Managers and auditors see the consortium's accounts, a member firm's user those of its firm, an operator those of "
                + "operators, managers and auditors; each with who invited the person. Sorted by e-mail address.");
        routes.MapGet("accounts/{id:guid}", GetAsync)
            .WithName("GetAccount")
            .WithSummary("Read an account")
            .WithDescription("404 for an account that the caller may not see (F-C6).");
    }

    /// <summary>The accounts, with the people behind them.</summary>
    public static async Task<List<Response>> DescribeAsync(List<Account> accounts, MembershipDb db, CancellationToken ct)
    {
        var people = await Person.FindAsync(
            db, accounts.SelectMany(a => (Guid?[])[a.InvitedBy, a.ConfirmedBy, a.NewPasswordBy, a.LockedBy, a.LockProposal?.By]), ct);
        return accounts.ConvertAll(a => new Response(
            a.Id, a.Email!, a.Name, a.Role, a.ConsortiumId, a.MemberId, a.WorksInSales, a.OpenedAt, Who(a.InvitedBy), Who(a.ConfirmedBy),
            Who(a.NewPasswordBy), a.NewPasswordAt, a.LockedAt is not null, Who(a.LockedBy), a.LockReason, Who(a.LockProposal?.By),
            a.LockProposal?.Reason));

        Person? Who(Guid? id) => id is { } account ? people.GetValueOrDefault(account) : null;
    }

    private static async Task<Ok<List<Response>>> ListAsync(MembershipDb db, CancellationToken ct) =>
        TypedResults.Ok(await DescribeAsync(await db.Accounts.AsNoTracking().OrderBy(a => a.NormalizedEmail).ToListAsync(ct), db, ct));

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(Guid id, MembershipDb db, CancellationToken ct) =>
        await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, ct) is { } account
            ? TypedResults.Ok((await DescribeAsync([account], db, ct))[0])
            : Refusal.NotFound();
}
