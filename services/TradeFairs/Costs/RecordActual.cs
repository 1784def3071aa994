namespace ExportConsortia.TradeFairs.Costs;

/// <summary>Invoices come in: the manager records what an item really costs. From then on shares are computed from that.</summary>
internal static class RecordActual
{
    /// <summary>What an item costs.</summary>
    /// <param name="ActualMinor">
    /// In minor units of the edition's currency, 0 to 10¹²; absent: not known any more, the plan counts again. With the key Direct the parts say it.
    /// </param>
    /// <param name="Parts">
    /// Direct: each firm's own amount, also that of a firm that has withdrawn, if it has to be paid, and of a firm in the waiting list, which counts
    /// from when it is in. Custom: weights of firms that came after the plan. Otherwise absent.
    /// </param>
    /// <param name="Reason">
    /// Why, 1 to 1,000 characters: needed if an own amount is beyond its planned one, or weights are not the plan's. The firms that it is about
    /// read it.
    /// </param>
    public sealed record Request(long? ActualMinor, List<PlanCosts.PartRequest>? Parts = null, string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("editions/{id:guid}/cost-items/{itemId:guid}/actual", HandleAsync).WithName("RecordActualCost").For(Role.ConsortiumManager)
            .WithSummary("Record what a cost item really costs")
            .WithDescription(
                "For managers, until the costs are settled. Costs may be beyond the plan; whether that takes a vote (R-507, R-305) is asked when "
                + "they are settled. An own amount of a firm beyond its planned one, and weights that the plan doesn't have, are a proposal: nothing "
                + "changes until a second person approves it. 409 COSTS_SETTLED; PROPOSAL_LIMIT; WEIGHT_AGREED if a weight would change "
                + "that firms agreed on.")
            .WithExample(new Request(1_194_000)).WithIfMatch();

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> HandleAsync(
        Guid id, Guid itemId, Request request, HttpContext http, TradeFairsDb db, Caller caller, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (edition, costs) =>
            {
                if (await db.CostItems.SingleOrDefaultAsync(i => i.Id == itemId && i.EditionId == id, ct) is not { } item)
                {
                    return Refusal.NotFound();
                }

                var errors = new InputErrors();
                var parts = await PlanCosts.CheckPartsAsync(item.Key, request.Parts, edition.ConsortiumId, db, errors, ct);
                errors.Unless(request.ActualMinor is null or (>= 0 and <= CostItem.MostMinor), "actualMinor", $"Must be 0 to {CostItem.MostMinor}.");
                errors.Unless(
                    item.Key != CostKey.Direct || request.ActualMinor is null || request.ActualMinor == parts.Sum(p => p.Value), "actualMinor",
                    "Must be the sum of the parts, or absent.");
                var reason = request.Reason is null ? null : errors.Text(request.Reason, "reason", CostProposal.LongestReason);
                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                if (item.Key == CostKey.Custom && parts.Exists(p => item.PlannedParts.Exists(known => known.MemberId == p.MemberId)))
                {
                    return new Refusal("WEIGHT_AGREED", "The firms agreed on this firm's weight: it stays as it is.").ToProblem();
                }

                var actual = item.Key == CostKey.Direct && request.Parts is not null ? parts.Sum(p => p.Value) : request.ActualMinor;
                if (!TakesTwo(costs, item, parts))
                {
                    (item.ActualParts, item.ActualMinor) = (parts, actual);
                    db.Record("FAIR_COST_RECORDED", id, reason);
                    return null;
                }

                if (reason is null)
                {
                    return Refusal.Invalid("reason", "Must say why: a second person approves it, and the firms that it is about read it.");
                }

                var sheet = await CostSheet.LoadAsync(db, edition, ct);
                var proposed = await ApproveCosts.ProposeAsync(
                    db, sheet, caller, CostProposalKind.OwnAmounts, reason, null, (item, actual, parts), ct);
                return proposed.Refusal?.ToProblem();
            },
            ct);

    /// <summary>The second person has approved it: it counts from now on, whatever was recorded of the item meanwhile.</summary>
    internal static async Task<ProblemHttpResult?> ApproveAsync(CostProposal proposal, TradeFairsDb db, CancellationToken ct)
    {
        if (await db.CostItems.SingleOrDefaultAsync(i => i.Id == proposal.ItemId && i.EditionId == proposal.EditionId, ct) is not { } item)
        {
            return Refusal.NotFound();
        }

        (item.ActualParts, item.ActualMinor) = (proposal.Parts ?? [], proposal.ActualMinor);
        return null;
    }

    // What one manager alone could otherwise charge to a firm that it doesn't like. Without an approved plan nobody has agreed to its parts.
    private static bool TakesTwo(FairCosts costs, CostItem item, List<FirmPart> parts)
    {
        var planned = costs.ApprovedAt is null ? [] : item.PlannedParts;
        return item.Key switch
        {
            CostKey.Direct => parts.Exists(p => p.Value > Math.Max(Of(planned, p.MemberId), Of(item.ActualParts, p.MemberId))),
            CostKey.Custom => !parts.SequenceEqual(item.ActualParts) || planned.Count < item.PlannedParts.Count,
            _ => false,
        };
    }

    private static long Of(List<FirmPart> parts, Guid memberId) => parts.Find(p => p.MemberId == memberId)?.Value ?? 0;
}
