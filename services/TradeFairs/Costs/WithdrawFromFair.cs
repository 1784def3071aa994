using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// A firm withdraws: it bears a penalty by the days that are left and nothing else; the pool gets it and what the firm leaves behind.
/// Its area is free for the waiting list.
/// </summary>
internal static class WithdrawFromFair
{
    /// <summary>A withdrawal.</summary>
    /// <param name="ExpectedPenaltyMinor">
    /// The penalty that the firm has read, in minor units of the edition's currency: it doesn't withdraw at another price because midnight has
    /// passed.
    /// </param>
    public sealed record Request(long ExpectedPenaltyMinor);

    /// <summary>What became of it.</summary>
    /// <param name="Withdrawal">The withdrawal.</param>
    /// <param name="ChargedMinor">What the firm is asked for now, in minor units; below 0: it gets that back; 0: nothing.</param>
    public sealed record Response(WithdrawalView Withdrawal, long ChargedMinor);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("editions/{id:guid}/withdrawals", HandleAsync).WithName(nameof(WithdrawFromFair)).For(Role.MemberUser)
            .WithSummary("Withdraw from an edition of a fair")
            .WithDescription(
                "For a firm that has committed itself; it can't be taken back. The penalty is a percentage of the planned "
                + "share by the calendar days, in the fair's zone, from the moment at which the request is received to the opening day that was "
                + "known when the plan was approved (R-502). Without an approved plan there is none. What the firm was asked for already counts. "
                + "409 PENALTY_CHANGED if it is another one than expected; NOT_COMMITTED; WITHDRAWN; WRONG_STATE from the opening day on; "
                + "EDITION_ENDED once the fair is over.")
            .WithExample(new Request(305_507));

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        var receivedAt = db.Now;   // waiting for others doesn't make it later
        Response? response = null;
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                var member = caller.MemberId;
                if (await db.Commitments.SingleOrDefaultAsync(c => c.EditionId == id && c.MemberId == member, ct) is not { } commitment)
                {
                    return Refusal.NotFound();
                }

                commitment.Proposal = commitment.State == CommitmentState.Withdrawn ? commitment.Proposal : null;   // the firm decides itself
                (var problem, response) = await WithdrawAsync(edition, commitment, request.ExpectedPenaltyMinor, receivedAt, caller, db, ct);
                return problem;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(response);
    }

    /// <summary>Withdraws a firm, at the penalty that somebody has read and at no other.</summary>
    internal static async Task<(ProblemHttpResult? Problem, Response? Response)> WithdrawAsync(
        FairEdition edition, FairCommitment commitment, long expectedMinor, DateTime receivedAt, Caller caller, TradeFairsDb db, CancellationToken ct)
    {
        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        if (Refuse(edition, commitment, sheet.Costs, receivedAt) is { } refusal)
        {
            return (refusal.ToProblem(), null);
        }

        var penalty = commitment.State == CommitmentState.Committed
            ? sheet.PenaltyOf(commitment.MemberId, receivedAt) : new(edition.Zone.DayAt(receivedAt), edition.DaysToOpening(receivedAt), 0, 0);
        return penalty.AmountMinor == expectedMinor
            ? (null, await WithdrawAsync(sheet, commitment, penalty, receivedAt, caller, db, ct))
            : (Refusal.Problem(
                StatusCodes.Status409Conflict, "PENALTY_CHANGED", "The penalty is another one than you expect; the firm has not withdrawn.",
                new KeyValuePair<string, object?>("penaltyMinor", penalty.AmountMinor)), null);
    }

    private static Refusal? Refuse(FairEdition edition, FairCommitment commitment, FairCosts costs, DateTime receivedAt) =>
        edition.State is FairState.Settling or FairState.Closed or FairState.Cancelled ? new("EDITION_ENDED", "This participation is over.")
        : commitment.State == CommitmentState.Withdrawn ? new("WITHDRAWN", "The firm has withdrawn already.")
        : commitment.State == CommitmentState.Interested ? new("NOT_COMMITTED", "The firm has not committed itself.")
        : edition.DaysToOpening(receivedAt) <= 0 ? new("WRONG_STATE", "The fair has begun: who takes part bears its share.")
        : costs.RefuseChange();

    private static async Task<Response> WithdrawAsync(
        CostSheet sheet, FairCommitment commitment, WithdrawalPenalty penalty, DateTime now, Caller caller, TradeFairsDb db, CancellationToken ct)
    {
        var (edition, member) = (sheet.Edition, commitment.MemberId);
        var wasIn = commitment.State == CommitmentState.Committed;
        var withdrawal = new FairWithdrawal
        {
            EditionId = edition.Id, MemberId = member, ConsortiumId = edition.ConsortiumId, RequestedAt = now, RequestedBy = caller.UserId,
            Proposal = commitment.Proposal, On = penalty.On,
            DaysToOpening = penalty.DaysToOpening, Percent = penalty.Percent, PlannedShareMinor = sheet.FrozenOf(member),
            PenaltyMinor = penalty.AmountMinor, FreedAreaDm2 = commitment.AllottedAreaDm2,
        };
        (commitment.State, commitment.AllottedAreaDm2) = (CommitmentState.Withdrawn, 0);
        (commitment.WithdrawnAt, commitment.WithdrawnOn) = (now, penalty.On);
        commitment.Version++;
        await LeaveStand.ClearAsync(commitment, db, ct);
        edition.Version++;
        db.Publish(edition.Id, new FairCommitmentWithdrawn(edition.ConsortiumId, edition.Id, commitment.Id, member, penalty.On, now));
        if (!wasIn)
        {
            return new(WithdrawalView.Of(withdrawal), 0);
        }

        db.Add(withdrawal);
        if (sheet.Costs.ApprovedAt is null)
        {
            return new(WithdrawalView.Of(withdrawal), 0);
        }

        var after = await CostSheet.LoadAsync(db, edition, ct);
        db.NoteStep(sheet.Costs, ShareCause.Withdrawal, member, sheet.Expected, after.Expected, now);
        sheet.Costs.Version++;
        await db.KeepAidAsync(edition, sheet.Costs, ct);

        // It was asked for its deposit, perhaps for all: the penalty is what it bears in the end.
        var owed = penalty.AmountMinor - (await sheet.AskedAsync(db, ct)).GetValueOrDefault(member);
        var kind = owed > 0 ? FairChargeKind.Penalty : FairChargeKind.Refund;
        await db.AskForAsync(
            edition, member, kind, ChargeFirms.IdOf(kind, commitment.Id), owed, penalty.On.AddDays(ChangeCosts.PayWithinDays), now, ct);
        return new(WithdrawalView.Of(withdrawal), owed);
    }
}
