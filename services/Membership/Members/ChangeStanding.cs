namespace ExportConsortia.Membership.Members;

/// <summary>The manager activates, suspends or reinstates a firm, or records that it left. Other moves are impossible (H1).</summary>
internal static class ChangeStanding
{
    /// <summary>Why a firm is suspended.</summary>
    /// <param name="Reason">The reason, 1 to 500 characters; the firm reads it.</param>
    public sealed record SuspensionRequest(string Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("members/{id:guid}/activation", (Guid id, MembershipDb db, TimeProvider clock, CancellationToken ct) =>
                MoveAsync(id, db, clock, (member, now) => member.Activate(now), ct))
            .WithName("ActivateMember")
            .WithSummary("End a firm's probation")
            .WithDescription("For the manager: Probation → Active. 409 ILLEGAL_MOVE from any other standing.")
            .For(Role.ConsortiumManager);
        routes.MapPost("members/{id:guid}/suspension", SuspendAsync)
            .WithName("SuspendMember")
            .WithSummary("Suspend a firm")
            .WithDescription("For the manager: Probation or Active → Suspended. The firm gets no new offers; what it accepted stays binding. "
                + "409 ILLEGAL_MOVE from any other standing.")
            .WithExample(new SuspensionRequest("Three offers in a row expired without an answer."))
            .For(Role.ConsortiumManager);
        routes.MapPost("members/{id:guid}/reinstatement", (Guid id, MembershipDb db, TimeProvider clock, CancellationToken ct) =>
                MoveAsync(id, db, clock, (member, now) => member.Reinstate(now), ct))
            .WithName("ReinstateMember")
            .WithSummary("Reinstate a suspended firm")
            .WithDescription("For the manager: Suspended → what the firm was before its suspension. 409 ILLEGAL_MOVE from any other standing.")
            .For(Role.ConsortiumManager);
        routes.MapPost("members/{id:guid}/departure", (Guid id, MembershipDb db, TimeProvider clock, CancellationToken ct) =>
                MoveAsync(id, db, clock, (member, now) => member.Depart(now), ct))
            .WithName("RecordDeparture")
            .WithSummary("Record that a firm left")
            .WithDescription("For the manager: any standing → Left, for good. The firm's users can't sign in any more; tokens they hold end within 15 minutes.")
            .For(Role.ConsortiumManager);
    }

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

        if (move(member, clock.GetUtcNow().UtcDateTime) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Publish(member.Id, member.ToStandingEvent());
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(ListMembers.Response.Of(member));
    }
}
