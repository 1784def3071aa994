using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// The fair is over and all invoices are there: each firm's share of what it really cost is frozen (F-M7), and the difference to what it was asked
/// for
/// is asked for or given back.
/// </summary>
internal static class SettleCosts
{
    /// <summary>The settlement.</summary>
    /// <param name="Reason">What the invoices are like, 1 to 1,000 characters; the firms read it.</param>
    /// <param name="OverrunVote">The vote on what is beyond the plan, of all or of one firm, if that takes one (R-507, R-305).</param>
    public sealed record Request(string Reason, VoteReference? OverrunVote = null);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("editions/{id:guid}/settlement", HandleAsync).WithName("SettleFairCosts").For(Role.ConsortiumManager)
            .WithSummary("Propose to settle an edition's costs on what they really are")
            .WithDescription(
                "For managers, when the fair is over, or the participation was cancelled, which then perhaps cost nothing. A second person approves "
                + "it: then it is settled, on what both have read, and can't be done again. Until then it is a proposal. 409 WRONG_STATE; NO_COSTS; "
                + "ACTUAL_UNKNOWN while an item has no actual cost; "
                + "BOARD_VOTE_NEEDED or ASSEMBLY_VOTE_NEEDED for an overrun (R-507, R-305); COSTS_SETTLED.")
            .WithExample(new Request("All invoices are there.", new(VoteNeeded.Board, "Board 2027-02-11, item 2", new(2027, 2, 11)))).WithIfMatch();

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, Caller caller, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (edition, costs) =>
            {
                var errors = new InputErrors();
                var reason = errors.Text(request.Reason, "reason", CostProposal.LongestReason);
                ApprovePlan.Check(request.OverrunVote, "overrunVote", edition.Zone.DayAt(db.Now), errors);
                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                await db.KeepAidAsync(edition, costs, ct);
                var sheet = await CostSheet.LoadAsync(db, edition, ct);
                if (Refuse(sheet, request.OverrunVote) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                var proposed = await ApproveCosts.ProposeAsync(
                    db, sheet, caller, CostProposalKind.Settlement, reason, request.OverrunVote, null, ct);
                return proposed.Refusal?.ToProblem();
            },
            ct);

    /// <summary>The second person has approved it.</summary>
    internal static async Task<ProblemHttpResult?> ApproveAsync(
        FairEdition edition, FairCosts costs, CostProposal proposal, TradeFairsDb db, CancellationToken ct)
    {
        await db.KeepAidAsync(edition, costs, ct);   // the last word on headroom, with no other edition in between
        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        if ((Refuse(sheet, proposal.Vote) ?? sheet.RefuseChanged(proposal)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        await SettleAsync(sheet, proposal, db, ct);
        return edition.State == FairState.Settling ? edition.MoveTo(FairState.Closed)?.ToProblem() : null;
    }

    private static Refusal? Refuse(CostSheet sheet, VoteReference? overrunVote)
    {
        var open = sheet.Items.Where(i => i.ActualMinor is null).Select(i => i.Name).ToList();
        var vote = overrunVote?.Body ?? VoteNeeded.None;
        return sheet.Edition.State is not (FairState.Settling or FairState.Cancelled)
                ? new("WRONG_STATE", "Costs are settled when the fair is over.")
            : sheet.Items.Count == 0 && sheet.Edition.State == FairState.Settling ? new("NO_COSTS", "There is no cost item.")
            : open.Count > 0 ? new("ACTUAL_UNKNOWN", $"It is not known what these really cost: {string.Join(", ", open)}.")
            : vote >= sheet.OverrunTakes ? null
            : sheet.OverrunTakes == VoteNeeded.Assembly
                ? new("ASSEMBLY_VOTE_NEEDED", "Costs are so far beyond the plan that the assembly has to vote: give the reference (R-305).")
            : new("BOARD_VOTE_NEEDED", "Costs are so far beyond the plan that the board has to vote: give the reference (R-507, R-305).");
    }

    private static async Task SettleAsync(CostSheet sheet, CostProposal proposal, TradeFairsDb db, CancellationToken ct)
    {
        var (edition, costs, now) = (sheet.Edition, sheet.Costs, db.Now);
        var (shares, asked) = (ShareCosts.Of(sheet.Expected), await sheet.AskedAsync(db, ct));
        (costs.SettledAt, costs.SettledBy, costs.OverrunVote, costs.Settled) = (now, proposal.By, proposal.Vote, sheet.Expected);
        var dueOn = edition.Zone.DayAt(now).AddDays(ChangeCosts.PayWithinDays);
        foreach (var share in shares.Firms)
        {
            db.Add(new SettledShare
            {
                EditionId = edition.Id, MemberId = share.MemberId, ConsortiumId = edition.ConsortiumId, ItemsMinor = share.ItemsMinor,
                PoolMinor = share.PoolMinor, PenaltyMinor = share.PenaltyMinor, GrantMinor = share.GrantMinor,
            });
            await db.AskForAsync(
                edition, share.MemberId, FairChargeKind.Settlement,
                ChargeFirms.IdOf(FairChargeKind.Settlement, sheet.Commitments.Single(c => c.MemberId == share.MemberId).Id),
                share.NetMinor - asked.GetValueOrDefault(share.MemberId), dueOn, now, ct);
        }

        db.Publish(edition.Id, new FairCostsFinalised(
            edition.ConsortiumId, edition.Id, shares.TotalMinor, shares.Pool.PenaltiesMinor, shares.Grants.Sum(g => g.PaidMinor), shares.CommonMinor,
            edition.Currency, now));
        edition.Version++;
    }
}
