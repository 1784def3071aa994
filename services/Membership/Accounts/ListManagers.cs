namespace ExportConsortia.Membership.Accounts;

/// <summary>Everybody in the consortium sees who manages it: whom to call.</summary>
internal static class ListManagers
{
    /// <summary>A manager of the consortium.</summary>
    /// <param name="Name">The person's name.</param>
    /// <param name="Email">Where to reach them.</param>
    public sealed record Response(string Name, string Email);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("consortium/managers", HandleAsync)
        .WithName(nameof(ListManagers))
        .WithSummary("List who manages your consortium")
        .WithDescription("Name and e-mail address, for everybody in the consortium: whom to call. Without locked accounts. Sorted by name.")
        .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);

    // The filter hides accounts of others from a member firm; those of the managers are no secret.
    private static async Task<Ok<List<Response>>> HandleAsync(MembershipDb db, Caller caller, CancellationToken ct) => TypedResults.Ok(
        await db.Accounts.IgnoreQueryFilters([MembershipDb.Readers])
            .Where(a => a.ConsortiumId == caller.ConsortiumId && a.Role == Role.ConsortiumManager && a.LockedAt == null)
            .OrderBy(a => a.Name).ThenBy(a => a.Id).Select(a => new Response(a.Name, a.Email!)).ToListAsync(ct));
}
