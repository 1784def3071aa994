using System.ComponentModel;
using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Tokens;

namespace ExportConsortia.Membership.Members;

/// <summary>
/// Activates, suspends or reinstates a firm, or records that it left (H1). Each change has a reason; a firm leaves for good only if it agrees itself,
/// or a second person of the clean team does.
/// </summary>
internal static class ChangeStanding
{
    /// <summary>Why a firm's standing changes.</summary>
    /// <param name="Reason">
    /// The reason, 1 to 500 characters, which the clean team reads; of a suspension or a proposal to leave, the firm too.
    /// </param>
    public sealed record Request(string Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("members/{id:guid}/activation", ActivateAsync)
            .WithName("ActivateMember")
            .WithSummary("End a firm's probation")
            .WithDescription("For managers, with a reason: Probation → Active. 409 ILLEGAL_MOVE from any other standing.")
            .WithExample(new Request("Three orders delivered in full."))
            .For(Role.ConsortiumManager);
        routes.MapPost("members/{id:guid}/suspension", SuspendAsync)
            .WithName("SuspendMember")
            .WithSummary("Suspend a firm")
            .WithDescription("For managers, with a reason: Probation or Active → Suspended. The firm gets no new offers; what it accepted stays "
                + "binding. 409 ILLEGAL_MOVE from any other standing.")
            .WithExample(new Request("Three offers in a row expired without an answer."))
            .For(Role.ConsortiumManager);
        routes.MapPost("members/{id:guid}/reinstatement", ReinstateAsync)
            .WithName("ReinstateMember")
            .WithSummary("Reinstate a suspended firm")
            .WithDescription("For managers, with a reason: Suspended → the standing before the suspension. 409 ILLEGAL_MOVE from any other standing.")
            .WithExample(new Request("The firm answers again."))
            .For(Role.ConsortiumManager);
        routes.MapPost("members/{id:guid}/departure", ProposeAsync)
            .WithName("ProposeDeparture")
            .WithSummary("Propose to record that a firm left")
            .WithDescription("For managers, with a reason, which the firm reads. Nothing changes until the firm itself or a second person of the "
                + "clean team approves; again replaces the proposal. 409 ILLEGAL_MOVE once the firm has left.")
            .WithExample(new Request("The firm gave notice for the end of the year."))
            .For(Role.ConsortiumManager);
        routes.MapDelete("members/{id:guid}/departure", KeepAsync)
            .WithName("RemoveDepartureProposal")
            .WithSummary("Take back or refuse the proposal that a firm leaves")
            .WithDescription("For managers and auditors: the firm stays. 409 NOT_PROPOSED if nobody proposes it, 409 ILLEGAL_MOVE once it has left.")
            .For(Role.ConsortiumManager, Role.Auditor);
        routes.MapPost("members/{id:guid}/departure/approval", ApproveAsync)
            .WithName("ApproveDeparture")
            .WithSummary("Approve that a firm leaves")
            .WithDescription("For the firm itself, or a manager or an auditor who is another person than who proposed it (409 SECOND_PERSON): any "
                + "standing → Left, for good. The firm's users can no longer sign in; their sessions end at once in all services. 409 NOT_PROPOSED "
                + "without a proposal, 409 ILLEGAL_MOVE once the firm has left.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
    }

    private static Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> ActivateAsync(
        Guid id, [Description("Why.")] Request? request, MembershipDb db, TimeProvider clock, CancellationToken ct) =>
        MoveAsync(id, request, db, clock, (member, _, now) => member.Activate(now), ct);

    private static Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> SuspendAsync(
        Guid id, [Description("Why.")] Request? request, MembershipDb db, TimeProvider clock, CancellationToken ct) =>
        MoveAsync(id, request, db, clock, (member, reason, now) => member.Suspend(reason, now), ct);

    private static Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> ReinstateAsync(
        Guid id, [Description("Why.")] Request? request, MembershipDb db, TimeProvider clock, CancellationToken ct) =>
        MoveAsync(id, request, db, clock, (member, _, now) => member.Reinstate(now), ct);

    private static async Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> MoveAsync(
        Guid id, Request? request, MembershipDb db, TimeProvider clock, Func<MemberFirm, string, DateTime, Refusal?> move, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request?.Reason, "reason", 500);
        return await ChangeAsync(
            id, db,
            member =>
            {
                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                if (move(member, reason, clock.GetUtcNow().UtcDateTime) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                Publish(member, reason, db);
                return null;
            },
            ct);
    }

    private static async Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> ProposeAsync(
        Guid id, [Description("Why.")] Request? request, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request?.Reason, "reason", 500);
        return await ChangeAsync(
            id, db,
            member =>
            {
                db.Record("DEPARTURE_PROPOSED", id, reason, firm: id);
                return errors.Any
                    ? errors.ToProblem()
                    : member.ProposeDeparture(new(caller.UserId, [.. caller.Controllers], reason, clock.GetUtcNow().UtcDateTime))?.ToProblem();
            },
            ct);
    }

    private static Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> KeepAsync(Guid id, MembershipDb db, CancellationToken ct) =>
        ChangeAsync(
            id, db,
            member =>
            {
                db.Record("DEPARTURE_NOT_APPROVED", id, member.DepartureProposal?.Reason, firm: id);
                return member.KeepIn()?.ToProblem();
            },
            ct);

    private static async Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> ApproveAsync(
        Guid id, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return await ChangeAsync(
            id, db,
            member =>
            {
                var proposal = member.DepartureProposal;
                if (member.Depart(now) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                // The firm agrees for itself, whoever opened its accounts.
                if (caller.MemberId != id && !caller.IsTwoPeopleWith(proposal!.By, proposal.Controllers))
                {
                    return SecondPerson.Missing("You and who proposed it may be one person. The firm or somebody else must agree.").ToProblem();
                }

                Publish(member, proposal!.Reason, db);
                return null;
            },
            ct,
            async () =>
            {
                // Who signs in at this moment waits, and gets no session; all that there are end.
                var people = db.Accounts.Where(a => a.MemberId == id);
                await db.LockAsync(people.Select(a => a.Id).OrderBy(a => a), ct);
                foreach (var account in await people.ToListAsync(ct))
                {
                    account.EndSignIns();
                    await EndSessions.OfAsync(db, account.Id, _ => true, now, ct);
                }

                db.RemoveRange(await db.Invitations.Where(i => i.MemberId == id).ToListAsync(ct));
                db.RemoveRange(await db.FirmCodes.Where(c => c.MemberId == id).ToListAsync(ct));
            });
    }

    private static void Publish(MemberFirm member, string reason, MembershipDb db)
    {
        db.Publish(member.Id, member.ToStandingEvent());
        db.Record($"MEMBER_{member.Standing.ToString().ToUpperInvariant()}", member.Id, reason, firm: member.Id);
    }

    // The firm's row is locked: of several who change its standing at once, each sees what the one before did.
    private static async Task<Results<Ok<ListMembers.Response>, ProblemHttpResult>> ChangeAsync(
        Guid id, MembershipDb db, Func<MemberFirm, ProblemHttpResult?> change, CancellationToken ct, Func<Task>? andThen = null)
    {
        MemberFirm? member = null;
        var refused = Refusal.NotFound();
        var isDone = await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockAsync(db.Members.Where(m => m.Id == id).Select(m => m.Id).OrderBy(m => m), ct);
                member = await db.Members.SingleOrDefaultAsync(m => m.Id == id, ct);
                if (member is null)
                {
                    return false;
                }

                if (change(member) is { } refusal)
                {
                    refused = refusal;
                    return false;
                }

                await (andThen?.Invoke() ?? Task.CompletedTask);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return isDone ? TypedResults.Ok((await ListMembers.DescribeAsync([member!], db, ct))[0]) : refused;
    }
}
