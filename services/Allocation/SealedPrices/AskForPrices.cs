using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>
/// A run over lines with sealed prices first asks every eligible firm for its price and continues when the prices may be opened. Later runs
/// use the opened prices; only the manager can ask again.
/// </summary>
internal static class AskForPrices
{
    /// <summary>Why prices are asked for again.</summary>
    public sealed record Request
    {
        /// <summary>Needed if prices of these lines were opened before: 1 to 1000 characters; kept for good.</summary>
        /// <example>Two firms read the drawing wrong; the buyer has sent a new one.</example>
        public string? Reason { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/{id:guid}/price-rounds", HandleAsync)
        .WithName(nameof(AskForPrices)).For(Role.ConsortiumManager).InTurnOfOrder()
        .WithSummary("Ask for sealed prices again")
        .WithDescription("Starts a run that asks for new prices of the open pieces with the policy `SealedPrice` (R-615); earlier prices no "
            + "longer count for these lines. Not needed for the first run, which asks automatically. If prices of these lines were opened before, "
            + "it needs a `reason` and is proposed: who knows the prices must not throw them away alone, and a second person approves it first. "
            + "`GATE_NOT_PASSED` if no line with open pieces uses sealed prices, `RUN_IN_PROGRESS` while a run is in progress.")
        .WithExample(new Request { Reason = "Two firms read the drawing wrong; the buyer has sent a new one." });

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
            // Neither the line's size: with two or three sources, who knows its own part and the size knows the other's.
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
        Guid id, Request? request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (request?.Reason is { Length: > 1000 })
        {
            return Refusal.Invalid("reason", "May have at most 1000 characters.");
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        if (CannotAsk(order, rulebook) is { } cannot)
        {
            return cannot.ToProblem();
        }

        var wanted = WantedLines(order, rulebook).Select(line => line.LineId).ToHashSet();
        var opened = order.PriceRounds.Exists(r => r is { State: PriceRoundState.Opened, Prices: > 0 } && r.Lines.Any(wanted.Contains));
        if (order.Run is not null || !opened)
        {
            if (AskAgain(order, rulebook, now, Guid.CreateVersion7()) is { } refusal)
            {
                return refusal.ToProblem();
            }

            db.Record("PRICES_ASKED", id);
        }
        else if (string.IsNullOrWhiteSpace(request?.Reason))
        {
            return Refusal.Invalid("reason", "Say why: prices of this order were opened, and no longer count then (R-615).");
        }
        else
        {
            await ProposedSplit.ProposeForOrderAsync(ExceptionKind.NewPrices, order, request.Reason, caller, db, now, ct);
        }

        await db.SaveAsync(order, ct);
        return TypedResults.Accepted($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, document, db, ct));
    }

    /// <summary>Starts the run that asks again; null if it has begun.</summary>
    public static Refusal? AskAgain(Order order, Rulebook rulebook, DateTime now, Guid runId) =>
        CannotAsk(order, rulebook) ?? order.StartRun(rulebook, now, newPrices: true, runId: runId);

    private static Refusal? CannotAsk(Order order, Rulebook rulebook) => order.RefuseIfHeld()
        ?? (WantedLines(order, rulebook).Any() ? null : new("GATE_NOT_PASSED", "No line with open pieces uses sealed prices (R-615)."));

    /// <summary>Lines with open pieces that use sealed prices.</summary>
    public static IEnumerable<OrderLine> WantedLines(Order order, Rulebook rulebook) =>
        order.Lines.Where(line => line.Product is not null && order.UnallocatedOf(line) > 0
            && rulebook.RuleFor(line.Family).Policy == nameof(SealedPrice));
}
