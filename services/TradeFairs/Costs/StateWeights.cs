namespace ExportConsortia.TradeFairs.Costs;

/// <summary>The manager states turnover and votes of firms, where items are shared by them. Each firm reads its own.</summary>
internal static class StateWeights
{
    private const int MostFirms = 200;
    private const long MostTurnover = 1_000_000_000_000_000;
    private const int MostVotes = 1_000_000;

    /// <summary>Turnover and votes.</summary>
    /// <param name="Weights">Of each firm at most once, at most 200; those of other firms stay as they are.</param>
    public sealed record Request(List<WeightRequest> Weights);

    /// <summary>A firm's weights.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="TurnoverMinor">In minor units of the edition's currency, 0 to 10¹⁵.</param>
    /// <param name="Votes">0 to 1,000,000; 1 unless stated .</param>
    public sealed record WeightRequest(Guid MemberId, long TurnoverMinor = 0, int Votes = 1);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("editions/{id:guid}/cost-weights", HandleAsync).WithName("StateCostWeights").For(Role.ConsortiumManager)
            .WithSummary("State turnover and votes of firms")
            .WithDescription(
                "For managers, until the plan is approved: 409 PLAN_APPROVED afterwards, except for firms that came later.")
            .WithExample(new Request([new(new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), 42_000_000)])).WithIfMatch();

    private static Task<Results<Ok<CostsView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, CancellationToken ct) =>
        db.ChangeCostsAsync(
            id, http,
            async (edition, costs) =>
            {
                var errors = new InputErrors();
                var firms = (await db.FirmsAsync(edition.ConsortiumId, ct)).Select(f => f.Id).ToHashSet();
                errors.Unless(request.Weights.Count is >= 1 and <= MostFirms, "weights", $"Must be 1 to {MostFirms}.");
                errors.Unless(
                    request.Weights.DistinctBy(w => w.MemberId).Count() == request.Weights.Count, "weights", "Must name each firm once.");
                foreach (var (i, weight) in request.Weights.Take(MostFirms).Index())
                {
                    errors.Unless(firms.Contains(weight.MemberId), $"weights[{i}].memberId", "Must be a member firm.");
                    errors.Unless(
                        weight.TurnoverMinor is >= 0 and <= MostTurnover, $"weights[{i}].turnoverMinor", $"Must be 0 to {MostTurnover}.");
                    errors.Unless(weight.Votes is >= 0 and <= MostVotes, $"weights[{i}].votes", $"Must be 0 to {MostVotes}.");
                }

                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                var frozen = await db.FrozenShares.AsNoTracking().Where(f => f.EditionId == id).Select(f => f.MemberId).ToListAsync(ct);
                if (request.Weights.Exists(w => frozen.Contains(w.MemberId)))
                {
                    return costs.RefusePlanChange()!.ToProblem();
                }

                var known = await db.CostWeights.Where(w => w.EditionId == id).ToDictionaryAsync(w => w.MemberId, ct);
                foreach (var weight in request.Weights)
                {
                    var row = known.GetValueOrDefault(weight.MemberId) ?? db.Add(new CostWeight
                    {
                        EditionId = id, MemberId = weight.MemberId, ConsortiumId = edition.ConsortiumId,
                    }).Entity;
                    (row.TurnoverMinor, row.Votes) = (weight.TurnoverMinor, weight.Votes);
                    db.Record("FAIR_WEIGHT_STATED", weight.MemberId, firm: weight.MemberId);
                }

                await db.SaveChangesAsync(ct);   // shares are computed from what is stored
                return null;
            },
            ct);
}
