using ExportConsortia.Membership.Accounts;

namespace ExportConsortia.Membership.Members;

/// <summary>Lists member firms: managers and auditors see all of the consortium, a member firm's user only its own.</summary>
internal static class ListMembers
{
    /// <summary>A member firm.</summary>
    /// <param name="Id">The member firm.</param>
    /// <param name="Code">Short code, unique in the consortium.</param>
    /// <param name="Name">The firm's name.</param>
    /// <param name="Country">Where it is registered, ISO 3166-1.</param>
    /// <param name="Standing">Its standing (H1).</param>
    /// <param name="StandingSince">Since when, UTC.</param>
    /// <param name="SuspensionReason">Why it is suspended, if it is.</param>
    /// <param name="Departure">A proposal to record that it left, which the firm itself or a second person of the clean team must approve.</param>
    /// <param name="Version">Grows by one with each change of standing.</param>
    public sealed record Response(
        Guid Id, string Code, string Name, string Country, Standing Standing, DateTime StandingSince, string? SuspensionReason, Departure? Departure,
        long Version);

    /// <summary>Somebody wants to record that a firm left.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="ProposedAt">When it was proposed, UTC.</param>
    /// <param name="ProposedBy">Who proposed it; absent for somebody whose account an outside issuer keeps.</param>
    public sealed record Departure(string Reason, DateTime ProposedAt, Person? ProposedBy);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("members", ListAsync)
            .WithName(nameof(ListMembers))
            .WithSummary("List member firms")
            .WithDescription("Managers and auditors see every firm of the consortium, a member firm's user only its own (F-C1). Sorted by code.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        routes.MapGet("members/{id:guid}", GetAsync)
            .WithName("GetMember")
            .WithSummary("Read a member firm")
            .WithDescription("404 for a firm that the caller may not see (F-C6).")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
    }

    private static async Task<Ok<List<Response>>> ListAsync(MembershipDb db, CancellationToken ct) =>
        TypedResults.Ok(await DescribeAsync(await db.Members.AsNoTracking().OrderBy(m => m.Code).ToListAsync(ct), db, ct));

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(Guid id, MembershipDb db, CancellationToken ct) =>
        await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, ct) is { } member
            ? TypedResults.Ok((await DescribeAsync([member], db, ct))[0])
            : Refusal.NotFound();

    /// <summary>The firms, with who proposed that one leaves.</summary>
    internal static async Task<List<Response>> DescribeAsync(List<MemberFirm> members, MembershipDb db, CancellationToken ct)
    {
        var people = await Person.FindAsync(db, members.Select(m => m.DepartureProposal?.By), ct);
        return members.ConvertAll(m => new Response(
            m.Id, m.Code, m.Name, m.Country, m.Standing, m.StandingSince, m.SuspensionReason,
            m.DepartureProposal is { } proposal ? new(proposal.Reason, proposal.At, people.GetValueOrDefault(proposal.By)) : null, m.Version));
    }
}
