using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>The manager plans what a stand costs: items, each with one key, and the numbers by which costs are dealt with.</summary>
internal static class PlanCosts
{
    private const int MostItems = 60;
    private const int MostParts = 200;
    private const int MostSteps = 10;
    private const long MostWeight = 1_000_000_000_000_000;

    /// <summary>A cost item.</summary>
    public sealed record Request
    {
        /// <summary>What it is, 1 to 120 characters.</summary>
        public required string Name { get; init; }

        /// <summary>By which key firms bear it .</summary>
        public required CostKey Key { get; init; }

        /// <summary>
        /// What it costs, in minor units of the edition's currency, 0 to 10¹²; 0 if the plan is approved already. With the key Direct the parts say
        /// it.
        /// </summary>
        public long PlannedMinor { get; init; }

        /// <summary>
        /// Direct: each firm's own amount. Custom: each firm's weight. Otherwise absent, and if the plan is approved already. At most 200, each firm
        /// once.
        /// </summary>
        public List<PartRequest>? Parts { get; init; }

        /// <summary>The grant that pays for it; one at most .</summary>
        public Guid? GrantId { get; init; }
    }

    /// <summary>A firm's own amount or weight.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="Value">In minor units of the edition's currency, 0 to 10¹², or a weight, 0 to 10¹⁵.</param>
    public sealed record PartRequest(Guid MemberId, long Value);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var example = new Request { Name = "Space, 60 m²", Key = CostKey.ByArea, PlannedMinor = 1_194_000 };
        routes.MapPost("editions/{id:guid}/cost-items", AddAsync).WithName("AddCostItem").For(Role.ConsortiumManager)
            .WithSummary("Add a cost item")
            .WithDescription(
                "For managers, also after the approval of the plan: then nothing is planned for it, and invoices say what it costs; weights and own "
                + "amounts are recorded with them, which takes a second person. At most 60 of an "
                + "edition: 409 COST_ITEM_LIMIT. 409 PLAN_APPROVED for an amount or parts then; COSTS_SETTLED; EDITION_ENDED; "
                + "PLAN_NOT_APPROVED once the fair has begun without an approved plan.")
            .WithExample(example).WithIfMatch();
        routes.MapPut("editions/{id:guid}/cost-items/{itemId:guid}", ChangeAsync).WithName("ChangeCostItem").For(Role.ConsortiumManager)
            .WithSummary("Change what is planned for a cost item")
            .WithDescription("For managers, until the plan is approved: 409 PLAN_APPROVED afterwards.")
            .WithExample(example).WithIfMatch();
        routes.MapDelete("editions/{id:guid}/cost-items/{itemId:guid}", RemoveAsync).WithName("RemoveCostItem").For(Role.ConsortiumManager)
            .WithSummary("Remove a cost item")
            .WithDescription("For managers, until the plan is approved: 409 PLAN_APPROVED afterwards.")
            .WithIfMatch();
        routes.MapPut("editions/{id:guid}/cost-rules", RulesAsync).WithName("SetFairCostRules").For(Role.ConsortiumManager)
            .WithSummary("Set by which numbers an edition's costs are dealt with")
            .WithDescription(
                "For managers, until the plan is approved: penalty steps (R-502), when the balance is asked for (R-501), and what takes whose "
                + "vote: that can be stricter than R-507 and R-305, not looser.")
            .WithExample(new FairRules()).WithIfMatch();
    }

    /// <summary>Notes what is wrong with the parts of an item, and gives them by ascending id.</summary>
    internal static async Task<List<FirmPart>> CheckPartsAsync(
        CostKey key, IReadOnlyList<PartRequest>? parts, Guid consortiumId, TradeFairsDb db, InputErrors errors, CancellationToken ct)
    {
        var given = parts ?? [];
        var most = key == CostKey.Direct ? CostItem.MostMinor : MostWeight;
        errors.Unless(given.Count <= MostParts, "parts", $"Must be at most {MostParts}.");
        errors.Unless(given.Count == 0 || key is CostKey.Direct or CostKey.Custom, "parts", "Only the keys Direct and Custom have parts.");
        errors.Unless(given.DistinctBy(p => p.MemberId).Count() == given.Count, "parts", "Must name each firm once.");
        var firms = given.Count == 0 ? [] : (await db.FirmsAsync(consortiumId, ct)).Select(f => f.Id).ToHashSet();
        foreach (var (i, part) in given.Take(MostParts).Index())
        {
            errors.Unless(firms.Contains(part.MemberId), $"parts[{i}].memberId", "Must be a member firm.");
            errors.Unless(part.Value >= 0 && part.Value <= most, $"parts[{i}].value", $"Must be 0 to {most}.");
        }

        return errors.Any ? []
            : [.. given.OrderBy(p => ShareCosts.Id(p.MemberId), StringComparer.Ordinal).Select(p => new FirmPart(p.MemberId, p.Value))];
    }

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> AddAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (edition, costs) =>
            {
                if (costs.ApprovedAt is null && edition.State is (FairState.Running or FairState.Settling))
                {
                    return new Refusal("PLAN_NOT_APPROVED", "The plan of the costs is approved before the fair begins.").ToProblem();
                }

                if (await db.CostItems.CountAsync(i => i.EditionId == id, ct) >= MostItems)
                {
                    return new Refusal("COST_ITEM_LIMIT", $"An edition has at most {MostItems} cost items.").ToProblem();
                }

                var item = new CostItem { Id = Guid.CreateVersion7(), ConsortiumId = edition.ConsortiumId, EditionId = id, CreatedAt = db.Now };
                if (await FillAsync(item, request, edition, db, ct) is { } invalid)
                {
                    return invalid;
                }

                db.Add(item);
                db.Record("FAIR_COST_ADDED", id, item.Name);
                // Nobody has agreed to what is only entered now: weights too take a second person, when the invoice comes.
                return item is { PlannedMinor: 0, PlannedParts.Count: 0 } ? null : costs.RefusePlanChange()?.ToProblem();
            },
            ct);

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Guid itemId, Request request, HttpContext http, TradeFairsDb db, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (edition, costs) =>
                await db.CostItems.SingleOrDefaultAsync(i => i.Id == itemId && i.EditionId == id, ct) is not { } item ? Refusal.NotFound()
                : costs.RefusePlanChange() is { } refusal ? refusal.ToProblem()
                : await FillAsync(item, request, edition, db, ct) is { } invalid ? invalid
                : Recorded(db, id, item),
            ct);

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> RemoveAsync(
        Guid id, Guid itemId, HttpContext http, TradeFairsDb db, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (_, costs) =>
            {
                if (await db.CostItems.SingleOrDefaultAsync(i => i.Id == itemId && i.EditionId == id, ct) is not { } item)
                {
                    return Refusal.NotFound();
                }

                db.Remove(item);
                db.Record("FAIR_COST_REMOVED", id, item.Name);
                return costs.RefusePlanChange()?.ToProblem();
            },
            ct);

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> RulesAsync(
        Guid id, FairRules request, HttpContext http, TradeFairsDb db, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            (_, costs) =>
            {
                var errors = new InputErrors();
                errors.Unless(request.BalanceAskedDays is >= 0 and <= 365, "balanceAskedDays", "Must be 0 to 365.");
                errors.Unless(
                    request.BalanceDueDays >= 0 && request.BalanceDueDays <= request.BalanceAskedDays, "balanceDueDays",
                    "Must be 0 to the days on which it is asked for.");
                errors.Unless(request.PenaltySteps.Count <= MostSteps, "penaltySteps", $"Must be at most {MostSteps}.");
                errors.Unless(
                    request.PenaltySteps.DistinctBy(s => s.MoreThanDays).Count() == request.PenaltySteps.Count, "penaltySteps",
                    "Must have each number of days once.");
                foreach (var (i, step) in request.PenaltySteps.Take(MostSteps).Index())
                {
                    errors.Unless(step.MoreThanDays is >= 0 and <= 1000, $"penaltySteps[{i}].moreThanDays", "Must be 0 to 1,000.");
                    errors.Unless(step.Percent is >= 0 and <= 100, $"penaltySteps[{i}].percent", "Must be 0 to 100.");
                }

                errors.Unless(
                    request.BoardAbovePercent is >= 0 and <= FairRules.MostBoardPercent, "boardAbovePercent",
                    $"Must be 0 to {FairRules.MostBoardPercent}: the board's vote can be needed sooner, not later (R-507).");
                errors.Unless(
                    request.AssemblyAbovePercent is >= 0 and <= FairRules.MostAssemblyPercent, "assemblyAbovePercent",
                    $"Must be 0 to {FairRules.MostAssemblyPercent}: the assembly's vote can be needed sooner, not later (R-305).");
                errors.Unless(
                    request.BoardAboveMinor is >= 0 and <= FairRules.MostBoardMinor, "boardAboveMinor",
                    $"Must be 0 to {FairRules.MostBoardMinor}: the board's vote can be needed sooner, not later (R-305).");
                errors.Unless(request.PlannedFirms is >= 2 and <= 200, "plannedFirms", "Must be 2 to 200.");
                db.Record("FAIR_COST_RULES_SET", id);
                costs.Rules = request;
                return Task.FromResult(errors.Any ? errors.ToProblem() : costs.RefusePlanChange()?.ToProblem());
            },
            ct);

    private static ProblemHttpResult? Recorded(TradeFairsDb db, Guid id, CostItem item)
    {
        db.Record("FAIR_COST_CHANGED", id, item.Name);
        return null;
    }

    private static async Task<ProblemHttpResult?> FillAsync(
        CostItem item, Request request, FairEdition edition, TradeFairsDb db, CancellationToken ct)
    {
        var errors = new InputErrors();
        item.Name = errors.Text(request.Name, "name", CostItem.LongestName);
        errors.Unless(Enum.IsDefined(request.Key), "key", "Must be a cost key.");
        errors.Unless(request.PlannedMinor is >= 0 and <= CostItem.MostMinor, "plannedMinor", $"Must be 0 to {CostItem.MostMinor}.");
        errors.Unless(
            request.GrantId is null || await db.Grants.AnyAsync(g => g.Id == request.GrantId && g.EditionId == edition.Id, ct), "grantId",
            "Must be a grant of this edition.");
        var parts = await CheckPartsAsync(request.Key, request.Parts, edition.ConsortiumId, db, errors, ct);
        errors.Unless(
            request.Key != CostKey.Direct || request.PlannedMinor == 0 || request.PlannedMinor == parts.Sum(p => p.Value), "plannedMinor",
            "Must be the sum of the parts, or absent.");
        (item.Key, item.PlannedParts, item.GrantId) = (request.Key, parts, request.GrantId);
        item.PlannedMinor = request.Key == CostKey.Direct ? parts.Sum(p => p.Value) : request.PlannedMinor;
        return errors.Any ? errors.ToProblem() : null;
    }
}
