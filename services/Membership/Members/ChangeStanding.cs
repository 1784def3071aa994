using ExportConsortia.Membership.Tokens;

namespace ExportConsortia.Membership.Members;

/// <summary>Activates, suspends or reinstates a firm, or records that it left (H1).</summary>
internal static class ChangeStanding
{
    /// <summary>Why a firm is suspended.</summary>
    /// <param name="Reason">The reason, 1 to 500 characters; the firm can read it.</param>
    public sealed record SuspensionRequest(string Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("members/{id:guid}/activation", ActivateAsync)
            .WithName("ActivateMember")
            .WithSummary("End a firm's probation")
            .WithDescription("For managers: Probation → Active. 409 ILLEGAL_MOVE from any other standing.")
            .For(Role.ConsortiumManager);
        routes.MapPost("members/{id:guid}/suspension", SuspendAsync)
            .WithName("SuspendMember")
            .WithSummary("Suspend a firm")
            .WithDescription("For managers: Probation or Active → Suspended. The firm gets no new offers; what it accepted stays binding. "
                + "409 ILLEGAL_MOVE from any other standing.")
            .WithExample(new SuspensionRequest("Three offers in a row expired without an answer."))
            .For(Role.ConsortiumManager);
        routes.MapPost("members/{id:guid}/reinstatement", ReinstateAsync)
            .WithName("ReinstateMember")
            .WithSummary("Reinstate a suspended firm")
            .WithDescription("For managers: Suspended → the standing before the suspension. 409 ILLEGAL_MOVE from any other standing.")
            .For(Role.ConsortiumManager);
        routes.MapPost("members/{id:guid}/departure", DepartAsync)
            .WithName("RecordDeparture")
            .WithSummary("Record that a firm left")
            .WithDescription("For managers: any standing → Left, for good. The firm's users can no longer sign in; "
                + "their sessions end at once in all services.")
            .For(Role.ConsortiumManager);
    }

    private static Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> ActivateAsync(
        Guid id, MembershipDb db, TimeProvider clock, CancellationToken ct) => MoveAsync(id, db, clock, (member, now) => member.Activate(now), ct);

    private static Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> ReinstateAsync(
        Guid id, MembershipDb db, TimeProvider clock, CancellationToken ct) => MoveAsync(id, db, clock, (member, now) => member.Reinstate(now), ct);

    private static Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> DepartAsync(
        Guid id, MembershipDb db, TimeProvider clock, CancellationToken ct) => MoveAsync(id, db, clock, (member, now) => member.Depart(now), ct);

    private static async Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> SuspendAsync(
        Guid id, SuspensionRequest request, MembershipDb db, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", 500);
        return errors.Any ? errors.ToProblem() : await MoveAsync(id, db, clock, (member, now) => member.Suspend(reason, now), ct);
    }

    private static async Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> MoveAsync(
        Guid id, MembershipDb db, TimeProvider clock, Func<MemberFirm, DateTime, Refusal?> move, CancellationToken ct)
    {
        if (await db.Members.SingleOrDefaultAsync(m => m.Id == id, ct) is not { } member)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        if (move(member, now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Publish(member.Id, member.ToStandingEvent());
        db.Record($"MEMBER_{member.Standing.ToString().ToUpperInvariant()}", id, member.SuspensionReason, firm: id);
        if (member.Standing is Standing.Left)
        {
            foreach (var account in await db.Accounts.Where(a => a.MemberId == id).Select(a => a.Id).ToListAsync(ct))
            {
                await EndSessions.OfAsync(db, account, _ => true, now, ct);
            }

            db.RemoveRange(await db.Invitations.Where(i => i.MemberId == id).ToListAsync(ct));
        }

        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(ListMembers.Response.Of(member));
    }
}
