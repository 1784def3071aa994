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
    public sealed record Request(long? ActualMinor, List<PlanCosts.PartRequest>? Parts = null);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("editions/{id:guid}/cost-items/{itemId:guid}/actual", HandleAsync).WithName("RecordActualCost").For(Role.ConsortiumManager)
            .WithSummary("Record what a cost item really costs")
            .WithDescription(
                "For managers, until the costs are settled. Costs may be beyond the plan; whether that takes a vote (R-507, R-305) is asked when "
                + "they are "
                + "settled. 409 COSTS_SETTLED; WEIGHT_AGREED if a weight would change that firms agreed on.")
            .WithExample(new Request(1_194_000)).WithIfMatch();

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> HandleAsync(
        Guid id, Guid itemId, Request request, HttpContext http, TradeFairsDb db, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (edition, _) =>
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
                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                if (item.Key == CostKey.Custom && parts.Exists(p => item.PlannedParts.Exists(known => known.MemberId == p.MemberId)))
                {
                    return new Refusal("WEIGHT_AGREED", "The firms agreed on this firm's weight: it stays as it is.").ToProblem();
                }

                item.ActualParts = parts;
                item.ActualMinor = item.Key == CostKey.Direct && request.Parts is not null ? parts.Sum(p => p.Value) : request.ActualMinor;
                return null;
            },
            ct);
}
