namespace ExportConsortia.Membership.Accounts;

/// <summary>Lists the accounts that the caller may see.</summary>
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
    /// <param name="Locked">True while a manager or operator keeps it locked.</param>
    public sealed record Response(Guid Id, string Email, string Name, string Role, Guid? ConsortiumId, Guid? MemberId, bool Sales, bool Locked)
    {
        internal static Response Of(Account a) =>
            new(a.Id, a.Email!, a.Name, a.Role, a.ConsortiumId, a.MemberId, a.WorksInSales, a.LockedAt is not null);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("accounts", ListAsync)
            .WithName(nameof(ListAccounts))
            .WithSummary("List accounts")
            .WithDescription("Managers and auditors see the consortium's accounts, a member firm's user those of its firm, an operator those of "
                + "operators and managers. Sorted by e-mail address.");
        routes.MapGet("accounts/{id:guid}", GetAsync)
            .WithName("GetAccount")
            .WithSummary("Read an account")
            .WithDescription("404 for an account that the caller may not see (F-C6).");
    }

    private static async Task<Ok<List<Response>>> ListAsync(MembershipDb db, CancellationToken ct) =>
        TypedResults.Ok((await db.Accounts.AsNoTracking().OrderBy(a => a.NormalizedEmail).ToListAsync(ct)).ConvertAll(Response.Of));

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(Guid id, MembershipDb db, CancellationToken ct) =>
        await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, ct) is { } account
            ? TypedResults.Ok(Response.Of(account))
            : Refusal.NotFound();
}
