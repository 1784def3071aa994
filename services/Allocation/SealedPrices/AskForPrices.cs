using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>
/// A run over lines with sealed prices first asks every eligible firm for its price and continues when the prices may be opened. Later runs
/// use the opened prices; only the manager can ask again.
/// </summary>
internal static class AskForPrices
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/{id:guid}/price-rounds", HandleAsync)
        .WithName(nameof(AskForPrices)).For(Role.ConsortiumManager)
        .WithSummary("Ask for sealed prices again")
        .WithDescription("Starts a run that asks for new prices of the open pieces with the policy `SealedPrice` (R-615); earlier prices no "
            + "longer count for these lines. Not needed for the first run, which asks automatically. `GATE_NOT_PASSED` if no line with open "
            + "pieces uses sealed prices, `RUN_IN_PROGRESS` while a run is in progress.");

    /// <summary>
    /// Takes the run's next step: asks for prices, or opens them. True: the run must wait; false: the prices are open, or none are needed.
    /// </summary>
    public static async Task<bool> AskOrOpenAsync(
        Order order, RunInProgress run, Rulebook rulebook, AllocationDb db, PriceSecret secret, DateTime now, CancellationToken ct)
    {
        switch (order.PriceRounds.Find(r => r.RunId == run.RunId))
        {
            case null:
                return await InviteAsync(order, run, rulebook, db, now, ct);
            case { State: PriceRoundState.Closed } closed:
                var invitations = await db.PriceInvitations.Where(i => i.RoundId == closed.Id).ToListAsync(ct);
                invitations.ForEach(i => i.Open(secret, now));
                order.OpenPrices(closed, invitations.Count(i => i.Price is not null), now);
                return false;
            case var round:
                return round.IsPending;
        }
    }

    private static async Task<bool> InviteAsync(
        Order order, RunInProgress run, Rulebook rulebook, AllocationDb db, DateTime now, CancellationToken ct)
    {
        if (!WantedLines(order, rulebook).Any(line => IsAsked(line.LineId)))
        {
            return false;
        }

        var snapshot = await TakeSnapshot.OfAsync([order], run.RunId, run.Round, run.Stage, rulebook, db, now, ct);
        var capacity = new Capacity(snapshot);
        var asked = snapshot.Lines.Where(line => line.Rule.Policy == nameof(SealedPrice) && IsAsked(line.LineId))
            .Select(line => (line.LineId, line.Family, Firms: Eligibility.Of(line, snapshot.Members, capacity).Candidates.Select(c => c.Member.Id)
                .ToList()))
            .Where(line => line.Firms.Count > 0).ToList();
        if (asked.Count == 0)
        {
            return false;
        }

        var closesAt = now.AddSeconds(asked.Max(line => rulebook.RuleFor(line.Family).SealedOfferSeconds));
        var round = new PriceRound(
            Guid.CreateVersion7(), run.RunId, run.Round, run.Stage, [.. asked.Select(line => line.LineId)],
            asked.SelectMany(line => line.Firms).Distinct().Count(), now, closesAt)
        {
            PriceMatch = asked.Select(line => (line.LineId, Match: rulebook.RuleFor(line.Family).PriceMatchRound))
                .Where(line => line.Match is not null)
                .ToDictionary(line => line.LineId, line => line.Match!),
        };
        var document = (await db.ReceivedDocuments.AsNoTracking().SingleAsync(p => p.OrderId == order.Id, ct)).Document;
        var invitations = new List<PriceInvitation>();
        foreach (var (lineId, family, firms) in asked)
        {
            var rule = rulebook.RuleFor(family);
            var isAnonymous = firms.Count >= OfferTerms.FirmsForAnonymity;
            var terms = OfferTerms.Of(order, lineId, document, rule.LotSize, rule.MinLot, price: null, isAnonymous) with
            {
                PriceMatch = rule.PriceMatchRound is not null,
            };
            invitations.AddRange(firms.Select(firm => new PriceInvitation
            {
                Id = Guid.CreateVersion7(),
                RoundId = round.Id,
                OrderId = order.Id,
                ConsortiumId = order.ConsortiumId,
                MemberId = firm,
                LineId = lineId,
                Family = family,
                AskedAt = now,
                ClosesAt = closesAt,
                Terms = terms,
            }));
        }

        db.AddRange(invitations);
        order.AskPrices(round, invitations, now);
        return true;

        bool IsAsked(string lineId) => run.NewPrices || order.PricesFor(lineId, run.Stage) is null;
    }

    private static async Task<Results<Accepted<OrderView>, ProblemHttpResult>> HandleAsync(
        Guid id, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        if (order.RefuseIfHeld() is { } held)
        {
            return held.ToProblem();
        }

        if (!WantedLines(order, rulebook).Any())
        {
            return new Refusal("GATE_NOT_PASSED", "No line with open pieces uses sealed prices (R-615).").ToProblem();
        }

        if (order.StartRun(rulebook, now, newPrices: true) is { } refusal)
        {
            return refusal.ToProblem();
        }

        await db.SaveAsync(order, ct);
        return TypedResults.Accepted($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, document, db, ct));
    }

    /// <summary>Lines with open pieces that use sealed prices.</summary>
    public static IEnumerable<OrderLine> WantedLines(Order order, Rulebook rulebook) =>
        order.Lines.Where(line => line.Product is not null && order.UnallocatedOf(line) > 0
            && rulebook.RuleFor(line.Family).Policy == nameof(SealedPrice));
}
