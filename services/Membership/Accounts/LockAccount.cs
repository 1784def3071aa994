namespace ExportConsortia.Membership.Accounts;

/// <summary>Locks or unlocks an account. Nobody can lock their own, so a manager always remains (F-G6).</summary>
internal static class LockAccount
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("accounts/{id:guid}/lock", LockAsync)
            .WithName(nameof(LockAccount))
            .WithSummary("Lock an account")
            .WithDescription("For managers; for operators, accounts of operators and managers. The person's sessions end and they can't sign in; "
                + "access tokens already issued expire within 15 minutes. 409 OWN_ACCOUNT for the caller's own account.")
            .For(Role.ConsortiumManager, Role.Operator);
        routes.MapPost("accounts/{id:guid}/unlock", UnlockAsync)
            .WithName("UnlockAccount")
            .WithSummary("Unlock an account")
            .WithDescription("For managers; for operators, accounts of operators and managers. Also ends a lockout after wrong passwords.")
            .For(Role.ConsortiumManager, Role.Operator);
    }

    private static async Task<Results<Ok<ListAccounts.Response>, ProblemHttpResult>> LockAsync(
        Guid id, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (id == caller.UserId)
        {
            return new Refusal("OWN_ACCOUNT", "You can't lock your own account. Ask another manager or an operator.").ToProblem();
        }

        return await ChangeAsync(id, db, account => account.Lock(clock.GetUtcNow().UtcDateTime), ct);
    }

    private static Task<Results<Ok<ListAccounts.Response>, ProblemHttpResult>> UnlockAsync(Guid id, MembershipDb db, CancellationToken ct) =>
        ChangeAsync(id, db, account => account.Unlock(), ct);

    private static async Task<Results<Ok<ListAccounts.Response>, ProblemHttpResult>> ChangeAsync(
        Guid id, MembershipDb db, Action<Account> change, CancellationToken ct)
    {
        if (await db.Accounts.SingleOrDefaultAsync(a => a.Id == id, ct) is not { } account)
        {
            return Refusal.NotFound();
        }

        change(account);
        account.ConcurrencyStamp = Guid.CreateVersion7().ToString();
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(ListAccounts.Response.Of(account));
    }
}
