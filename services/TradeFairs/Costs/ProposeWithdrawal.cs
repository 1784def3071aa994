using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// A firm can't be reached, or has no person left who could withdraw it: the manager proposes its withdrawal with a reason, and an auditor, who is of
/// another organisation, approves it (F-G3). A withdrawal costs the firm up to all of its share: nobody decides that alone.
/// </summary>
internal static class ProposeWithdrawal
{
    private const int LongestReason = 1000;

    /// <summary>Why the firm withdraws.</summary>
    /// <param name="Reason">1 to 1,000 characters; the firm reads it.</param>
    public sealed record Request(string Reason);

    /// <summary>An approval.</summary>
    /// <param name="ExpectedPenaltyMinor">The penalty that the auditor has read, in minor units of the edition's currency.</param>
    public sealed record ApprovalRequest(long ExpectedPenaltyMinor);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Route = "editions/{id:guid}/withdrawal-proposals/{memberId:guid}";
        routes.MapPut(Route, ProposeAsync).WithName("ProposeFairWithdrawal").For(Role.ConsortiumManager)
            .WithSummary("Propose the withdrawal of a firm")
            .WithDescription(
                "For managers, when a firm that has committed itself can't withdraw itself. Nothing happens until the firm withdraws or an auditor "
                + "approves; until then the firm and the clean team read the reason. Again replaces it. 409 NOT_COMMITTED; WITHDRAWN; EDITION_ENDED.")
            .WithExample(new Request("The firm has closed down; the liquidator asked for it in writing."));
        routes.MapDelete(Route, RemoveAsync).WithName("RemoveFairWithdrawalProposal").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Take back or refuse the proposal to withdraw a firm")
            .WithDescription("For managers and auditors. The firm stays in. 404 if there is none; 409 WITHDRAWN once it was approved.");
        routes.MapPost($"{Route}/approval", ApproveAsync).WithName("ApproveFairWithdrawal").For(Role.Auditor)
            .WithSummary("Approve, as the second person, that a firm withdraws")
            .WithDescription(
                "For auditors: the firm has withdrawn then, at the penalty of the day of the approval (R-502); it can't be taken back. 404 without a "
                + "proposal. 409 SECOND_APPROVER_REQUIRED for who proposed it; PENALTY_CHANGED if it is another one than expected; WRONG_STATE from "
                + "the opening day on; EDITION_ENDED.")
            .WithExample(new ApprovalRequest(305_507));
    }

    private static async Task<Results<Ok<WithdrawalProposalView>, ProblemHttpResult>> ProposeAsync(
        Guid id, Guid memberId, Request request, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var now = db.Now;
        var refused = await ChangeAsync(
            id, memberId, db,
            (edition, commitment) =>
            {
                commitment.Proposal = new(reason, caller.UserId, now) { Controllers = caller.Behind };
                db.Record("FAIR_WITHDRAWAL_PROPOSED", memberId, reason, firm: memberId);
                return (edition.RefuseEnded() ?? commitment.State switch
                {
                    CommitmentState.Interested => new("NOT_COMMITTED", "The firm has not committed itself."),
                    CommitmentState.Withdrawn => new("WITHDRAWN", "The firm has withdrawn already."),
                    _ => (Refusal?)null,
                })?.ToProblem();
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(new WithdrawalProposalView(reason, now));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        Guid id, Guid memberId, TradeFairsDb db, CancellationToken ct)
    {
        var refused = await ChangeAsync(
            id, memberId, db,
            (_, commitment) =>
            {
                var was = commitment.Proposal;
                commitment.Proposal = null;
                db.Record("FAIR_WITHDRAWAL_DROPPED", memberId, firm: memberId);
                return was is null ? Refusal.NotFound()
                    : commitment.State == CommitmentState.Withdrawn ? new Refusal("WITHDRAWN", "The firm has withdrawn already.").ToProblem() : null;
            },
            ct);
        return refused is not null ? refused : TypedResults.NoContent();
    }

    private static async Task<Results<Ok<WithdrawFromFair.Response>, ProblemHttpResult>> ApproveAsync(
        Guid id, Guid memberId, ApprovalRequest request, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        var receivedAt = db.Now;
        WithdrawFromFair.Response? response = null;
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                var commitment = await db.Commitments.SingleOrDefaultAsync(c => c.EditionId == id && c.MemberId == memberId, ct);
                if (commitment?.Proposal is not { } proposal)
                {
                    return Refusal.NotFound();
                }

                if (!caller.IsTwoPeopleWith(proposal.By, proposal.Controllers ?? []) || caller.Is(Role.ConsortiumManager))
                {
                    return new Refusal("SECOND_APPROVER_REQUIRED", "A second person of another organisation must approve it (F-G3): an auditor.")
                        .ToProblem();
                }

                db.Record("FAIR_WITHDRAWAL_APPROVED", memberId, firm: memberId);
                commitment.Proposal = commitment.State == CommitmentState.Withdrawn ? proposal : proposal with { ApprovedBy = caller.UserId };
                (var problem, response) = await WithdrawFromFair.WithdrawAsync(
                    edition, commitment, request.ExpectedPenaltyMinor, receivedAt, caller, db, ct);
                return problem;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(response);
    }

    private static Task<ProblemHttpResult?> ChangeAsync(
        Guid id, Guid memberId, TradeFairsDb db, Func<FairEdition, FairCommitment, ProblemHttpResult?> change, CancellationToken ct) =>
        db.ChangeEditionAsync(
            id,
            async edition =>
            {
                if (await db.Commitments.SingleOrDefaultAsync(c => c.EditionId == id && c.MemberId == memberId, ct) is not { } commitment)
                {
                    return Refusal.NotFound();
                }

                commitment.Version++;
                return change(edition, commitment);
            },
            ct);
}
