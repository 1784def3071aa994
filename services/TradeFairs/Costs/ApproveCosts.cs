namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// What one manager proposes about the costs, a second person approves or refuses: a plan above the limit, own amounts beyond the planned ones, and
/// the settlement. Until then nothing has happened.
/// </summary>
internal static class ApproveCosts
{
    private const int MostOfItem = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Route = "editions/{id:guid}/cost-proposals/{proposalId:guid}";
        routes.MapPost($"{Route}/approval", ApproveAsync).WithName("ApproveFairCosts").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Approve, as the second person, what was proposed about an edition's costs")
            .WithDescription(
                "For managers and auditors: what was proposed is done then. 409 SECOND_APPROVER_REQUIRED for who proposed it and for accounts behind "
                + "which the same account stands; ALREADY_DECIDED; COSTS_CHANGED if the costs are other ones than its author read; and whatever the "
                + "proposal would be refused with today.")
            .WithIfMatch();
        routes.MapDelete(Route, DropAsync).WithName("DropFairCostProposal").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Take back or refuse what was proposed about an edition's costs")
            .WithDescription("For managers and auditors. It stays on record. 409 ALREADY_DECIDED; COSTS_SETTLED; EDITION_ENDED.")
            .WithIfMatch();
    }

    /// <summary>
    /// Notes a proposal; an open one about the same is replaced. Refuses own amounts when there are as many as can be of the item: however many there
    /// were, plan and settlement can be proposed.
    /// </summary>
    /// <param name="db">The database.</param>
    /// <param name="sheet">The costs as its author reads them.</param>
    /// <param name="caller">Its author.</param>
    /// <param name="kind">What it is about.</param>
    /// <param name="reason">Why.</param>
    /// <param name="vote">The vote, if it takes one.</param>
    /// <param name="own">Own amounts: the item, what it costs, and each firm's part.</param>
    /// <param name="ct">Cancels.</param>
    internal static async Task<(CostProposal? Proposal, Refusal? Refusal)> ProposeAsync(
        TradeFairsDb db, CostSheet sheet, Caller caller, CostProposalKind kind, string? reason, VoteReference? vote,
        (CostItem Item, long? ActualMinor, List<FirmPart> Parts)? own, CancellationToken ct)
    {
        var (edition, now, item) = (sheet.Edition, db.Now, own?.Item.Id);
        var open = await db.CostProposals.Where(p =>
            p.EditionId == edition.Id && p.Kind == kind && p.ItemId == item && p.State == CostProposalState.Open).ToListAsync(ct);
        open.ForEach(p => p.Replace(caller, now));
        if (item is not null && await db.CostProposals.CountAsync(p => p.EditionId == edition.Id && p.ItemId == item, ct) >= MostOfItem)
        {
            return (null, new("PROPOSAL_LIMIT", $"There were {MostOfItem} proposals about this item, as many as there can be."));
        }

        db.Record($"FAIR_COSTS_PROPOSED_{kind.ToString().ToUpperInvariant()}", edition.Id, reason);
        var proposal = db.Add(new CostProposal
        {
            Id = Guid.CreateVersion7(), ConsortiumId = edition.ConsortiumId, EditionId = edition.Id, Kind = kind, Reason = reason, Vote = vote,
            ItemId = item, ActualMinor = own?.ActualMinor, Parts = own?.Parts, By = caller.UserId, Controllers = [.. caller.Controllers], At = now,
            Fingerprint = sheet.Fingerprint,
        }).Entity;
        return (proposal, null);
    }

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> ApproveAsync(
        Guid id, Guid proposalId, HttpContext http, TradeFairsDb db, Caller caller, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (edition, costs) =>
            {
                if (await db.CostProposals.SingleOrDefaultAsync(p => p.Id == proposalId && p.EditionId == id, ct) is not { } proposal)
                {
                    return Refusal.NotFound();
                }

                if (proposal.Approve(caller, db.Now) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                db.Record("FAIR_COSTS_APPROVED", id, proposal.Reason);
                return proposal.Kind switch
                {
                    CostProposalKind.Plan => await ApprovePlan.ApproveAsync(edition, costs, proposal, db, ct),
                    CostProposalKind.OwnAmounts => await RecordActual.ApproveAsync(proposal, db, ct),
                    _ => await SettleCosts.ApproveAsync(edition, costs, proposal, db, ct),
                };
            },
            ct);

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> DropAsync(
        Guid id, Guid proposalId, HttpContext http, TradeFairsDb db, Caller caller, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (_, _) =>
            {
                if (await db.CostProposals.SingleOrDefaultAsync(p => p.Id == proposalId && p.EditionId == id, ct) is not { } proposal)
                {
                    return Refusal.NotFound();
                }

                db.Record("FAIR_COSTS_DROPPED", id, proposal.Reason);
                return proposal.Drop(caller, db.Now)?.ToProblem();
            },
            ct);

    /// <summary>What was read by one is what is approved by the other.</summary>
    internal static Refusal? RefuseChanged(this CostSheet sheet, CostProposal proposal) => sheet.Fingerprint == proposal.Fingerprint ? null
        : new("COSTS_CHANGED", "The costs have changed since this was proposed: it has to be proposed again.");
}
