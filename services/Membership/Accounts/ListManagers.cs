namespace ExportConsortia.Membership.Accounts;

/// <summary>
/// Everybody in the consortium sees who manages and who audits it, who invited them, and who locked one: nobody comes or goes unseen.
/// </summary>
internal static class ListManagers
{
    /// <summary>A manager or an auditor of the consortium.</summary>
    /// <param name="Id">The account.</param>
    /// <param name="Name">The person's name.</param>
    /// <param name="Email">Where to reach them.</param>
    /// <param name="Role"><c>ConsortiumManager</c> or <c>Auditor</c>.</param>
    /// <param name="Since">When the account was opened, UTC.</param>
    /// <param name="InvitedBy">Who invited the person; absent from before it was kept.</param>
    /// <param name="ConfirmedBy">Who consented to it.</param>
    /// <param name="NewPasswordBy">Who last invited to a new password.</param>
    /// <param name="NewPasswordAt">When that password was set, UTC.</param>
    /// <param name="Locked">True while the account is locked.</param>
    /// <param name="LockedBy">Who locked it.</param>
    /// <param name="LockReason">Why.</param>
    /// <param name="LockProposedBy">Who proposes to lock it.</param>
    public sealed record Response(
        Guid Id, string Name, string Email, string Role, DateTime Since, Person? InvitedBy, Person? ConfirmedBy, Person? NewPasswordBy,
        DateTime? NewPasswordAt, bool Locked, Person? LockedBy, string? LockReason, Person? LockProposedBy);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("consortium/managers", HandleAsync)
        .WithName(nameof(ListManagers))
        .WithSummary("List who manages and audits your consortium")
        .WithDescription("For everybody in the consortium: managers and auditors, whom to call, who invited them, to the account or to a new "
            + "password, who locked one. Sorted by name.")
        .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);

    // The filter hides accounts of others from a member firm; those of managers and auditors are no secret.
    private static async Task<Ok<List<Response>>> HandleAsync(MembershipDb db, Caller caller, CancellationToken ct)
    {
        var team = await db.Accounts.IgnoreQueryFilters([MembershipDb.Readers]).AsNoTracking()
            .Where(a => a.ConsortiumId == caller.ConsortiumId && (a.Role == Role.ConsortiumManager || a.Role == Role.Auditor))
            .OrderBy(a => a.Name).ThenBy(a => a.Id).ToListAsync(ct);
        return TypedResults.Ok((await ListAccounts.DescribeAsync(team, db, ct)).ConvertAll(a => new Response(
            a.Id, a.Name, a.Email, a.Role, a.OpenedAt, a.InvitedBy, a.ConfirmedBy, a.NewPasswordBy, a.NewPasswordAt, a.Locked, a.LockedBy,
            a.LockReason, a.LockProposedBy)));
    }
}
