using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// The plan is approved: each firm's planned share is frozen, and the deposits are asked for. From then on a withdrawal has its price
///
/// </summary>
internal static class ApprovePlan
{
    internal const int LongestReference = 200;

    /// <summary>The approval.</summary>
    /// <param name="Vote">
    /// The board's or the assembly's vote on the plan; needed if it is above what the edition's rules allow without one.
    /// </param>
    /// <param name="Reason">Why, 1 to 1,000 characters, which the firms read; needed with a vote.</param>
    public sealed record Request(VoteReference? Vote = null, string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("editions/{id:guid}/cost-plan", HandleAsync).WithName("ApproveFairCostPlan").For(Role.ConsortiumManager)
            .WithSummary("Approve the plan of an edition's costs")
            .WithDescription(
                "For managers, once the stand is divided. Planned amounts, keys, weights, rules and grants stay as they are from then on; firms "
                + "are asked for their deposits. A plan above the limit is a proposal, which a second person approves. 409 WRONG_STATE before the "
                + "allotment and from the fair on; NO_COSTS; NOBODY_COMMITTED; BOARD_VOTE_NEEDED "
                + "(R-305); "
                + "PLAN_APPROVED.")
            .WithExample(new Request(new(VoteNeeded.Board, "Board 2026-10-02, item 4", new(2026, 10, 2)), "As the board decided.")).WithIfMatch();

    /// <summary>What is wrong with a vote that was given.</summary>
    internal static void Check(VoteReference? vote, string field, DateOnly today, InputErrors errors)
    {
        if (vote is not null)
        {
            errors.Unless(vote.Body is VoteNeeded.Board or VoteNeeded.Assembly, $"{field}.body", "Must be Board or Assembly.");
            errors.Text(vote.Reference, $"{field}.reference", LongestReference);
            errors.Unless(vote.HeldOn <= today, $"{field}.heldOn", "Must not be to come.");
        }
    }

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, Caller caller, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (edition, costs) =>
            {
                var errors = new InputErrors();
                Check(request.Vote, "vote", edition.Zone.DayAt(db.Now), errors);
                var reason = request.Reason is null ? null : errors.Text(request.Reason, "reason", CostProposal.LongestReason);
                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                var (sheet, refusal) = await ReadAsync(edition, costs, request.Vote, db, ct);
                if (refusal is not null)
                {
                    return refusal.ToProblem();
                }

                var takesTwo = request.Vote is not null || IsAboveLimit(sheet);
                if (takesTwo && reason is null)
                {
                    return Refusal.Invalid("reason", "Must say why: a second person approves it, and the firms read it.");
                }

                var (proposal, tooMany) = await ApproveCosts.ProposeAsync(
                    db, sheet, caller, CostProposalKind.Plan, reason, request.Vote, null, ct);
                if (takesTwo || proposal is null)
                {
                    return tooMany?.ToProblem();
                }

                proposal.NeedsNobody();
                return await ApproveAsync(edition, costs, proposal, db, ct);
            },
            ct);

    /// <summary>The plan holds from now on: it was small, or a second person has approved it.</summary>
    internal static async Task<ProblemHttpResult?> ApproveAsync(
        FairEdition edition, FairCosts costs, CostProposal proposal, TradeFairsDb db, CancellationToken ct)
    {
        var (sheet, refusal) = await ReadAsync(edition, costs, proposal.Vote, db, ct);
        if ((refusal ?? sheet.RefuseChanged(proposal)) is { } refused)
        {
            return refused.ToProblem();
        }

        var now = db.Now;
        (costs.ApprovedAt, costs.ApprovedBy, costs.PlanVote, costs.PenaltiesCountTo) = (now, proposal.By, proposal.Vote, edition.OpensOn);
        var shares = ShareCosts.Of(sheet.Expected);
        foreach (var firm in sheet.Expected.Firms)
        {
            db.Freeze(costs, firm, 1, shares.Of(firm.MemberId)!.GrossMinor, now);
        }

        db.NoteStep(costs, ShareCause.Plan, null, null, sheet.Expected, now);
        await AskForDeposits.AskAsync(edition, sheet.Commitments, db, now, ct);
        return null;
    }

    private static async Task<(CostSheet Sheet, Refusal? Refusal)> ReadAsync(
        FairEdition edition, FairCosts costs, VoteReference? vote, TradeFairsDb db, CancellationToken ct)
    {
        DropOwnCostsOfOthers(await CostSheet.LoadAsync(db, edition, ct));
        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        return (sheet, costs.RefusePlanChange() ?? Refuse(sheet, vote));
    }

    // What is known to cost more than planned is approved with it.
    private static bool IsAboveLimit(CostSheet sheet) =>
        Math.Max(sheet.PlannedMinor, sheet.ExpectedMinor) > sheet.Costs.Rules.BoardAboveMinor;

    // What was planned for firms that are not in is no cost: it counts from when they are, by an invoice.
    private static void DropOwnCostsOfOthers(CostSheet sheet)
    {
        var firms = sheet.Expected.Firms.Select(f => f.MemberId).ToHashSet();
        foreach (var item in sheet.Items.Where(i => i.Key == CostKey.Direct && !i.PlannedParts.TrueForAll(p => firms.Contains(p.MemberId))))
        {
            item.PlannedParts = item.PlannedParts.FindAll(p => firms.Contains(p.MemberId));
            item.PlannedMinor = item.PlannedParts.Sum(p => p.Value);
        }
    }

    private static Refusal? Refuse(CostSheet sheet, VoteReference? vote) =>
        sheet.Edition.State is not (FairState.Committed or FairState.Contracted)
            ? new("WRONG_STATE", "The plan is approved when the stand is divided and the fair has not begun.")
        : sheet.Items.Count == 0 ? new("NO_COSTS", "There is no cost item.")
        : sheet.Expected.Firms.Count == 0 ? new("NOBODY_COMMITTED", "No firm takes part.")
        : IsAboveLimit(sheet) && vote is null
            ? new("BOARD_VOTE_NEEDED", "A plan of this amount takes a vote of the board: give its reference (R-305).")
        : null;
}
