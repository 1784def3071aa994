using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation.Offers;

/// <summary>
/// Pieces are left after the rounds. The shortage procedure has four steps in order (R-611): above the concentration cap by board vote, members on
/// probation, an approved subcontractor under a member firm's responsibility, and a short close with the buyer.
/// </summary>
internal static class RelieveShortage
{
    /// <summary>The next step.</summary>
    public sealed record Step
    {
        /// <summary><c>OverConcentration</c> or <c>Probation</c>.</summary>
        public required OfferKind Kind { get; init; }

        /// <summary>For <c>OverConcentration</c>: the board's resolution, 1 to 200 characters; kept for good (R-611: vote within 48 h).</summary>
        public string? Resolution { get; init; }

        /// <summary>Why an earlier step that could still place pieces is skipped, at most 1000 characters; kept for good.</summary>
        public string? SkipReason { get; init; }
    }

    /// <summary>A subcontractor makes open pieces under a member's responsibility.</summary>
    public sealed record SubcontractRequest
    {
        /// <summary>The member firm that is responsible for the pieces; it is asked to agree.</summary>
        public required Guid MemberId { get; init; }

        /// <summary>Name of the approved subcontractor, 1 to 200 characters.</summary>
        /// <example>Pakse Wood</example>
        public required string Subcontractor { get; init; }

        /// <summary>Pieces, 1 or more, at most what is open.</summary>
        /// <example>50</example>
        public required long Quantity { get; init; }

        /// <summary>What the subcontractor gets for a piece, in minor units, 0 or more.</summary>
        /// <example>4100</example>
        public required long UnitPriceMinor { get; init; }

        /// <summary>ISO 4217 code of that price.</summary>
        /// <example>EUR</example>
        public required string Currency { get; init; }

        /// <summary>Why an earlier step that could still place pieces of the line is skipped, at most 1000 characters; kept for good.</summary>
        public string? SkipReason { get; init; }
    }

    /// <summary>Pieces that will not be delivered.</summary>
    public sealed record ShortClosure
    {
        /// <summary>Pieces, 1 or more, at most what is open.</summary>
        /// <example>50</example>
        public required long Quantity { get; init; }

        /// <summary>How the buyer agreed, or why the line is rejected; 1 to 1000 characters; for the clean team, kept for good.</summary>
        /// <example>Buyer's mail of 22 November: 950 chairs are enough.</example>
        public required string Reason { get; init; }

        /// <summary>What the buyer reads in the order response, at most 1000 characters; absent: no words.</summary>
        /// <example>As agreed, 950 chairs.</example>
        public string? BuyerText { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("orders/{id:guid}/shortage-steps", TakeStepAsync)
            .WithName("TakeShortageStep").For(Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Take the next step of the shortage procedure")
            .WithDescription("In order (R-611): `GATE_NOT_PASSED` if the order is not short, or if an earlier step could still place pieces and "
                + "no `skipReason` is given. `OverConcentration` is proposed with the board's resolution, and starts when a second person has "
                + "approved it. Who decided, when and why is kept in the order's `decisions`.")
            .WithExample(new Step { Kind = OfferKind.OverConcentration, Resolution = "Board resolution 2027-03 of 14 March" });
        routes.MapPost("orders/{id:guid}/lines/{lineId}/subcontracts", OfferSubcontractAsync)
            .WithName("OfferSubcontract").For(Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Offer open pieces to a subcontractor under a member firm's responsibility")
            .WithDescription("The firm is offered the pieces with the subcontractor and its price, which only this firm and the clean team see. "
                + "`OVER_CONCENTRATION` above the cap (R-608), `QUANTITY_GONE` if fewer pieces are open, `GATE_NOT_PASSED` if an earlier step could "
                + "still place pieces of the line and no `skipReason` is given.")
            .WithExample(new SubcontractRequest
            {
                MemberId = new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"),
                Subcontractor = "Pakse Wood",
                Quantity = 50,
                UnitPriceMinor = 4100,
                Currency = "EUR",
            });
        routes.MapPost("orders/{id:guid}/lines/{lineId}/short-closure", CloseShortAsync)
            .WithName("CloseShort").For(Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Close pieces of a line short")
            .WithDescription("With the buyer's consent (R-611, last step), or before acceptance for a line that is rejected. `QUANTITY_GONE` if "
                + "fewer pieces are open, `SCREENING_HOLD` while the screening is on hold. The buyer reads `buyerText`, never the reason.")
            .WithExample(new ShortClosure
            {
                Quantity = 50, Reason = "Buyer's mail of 22 November: 950 chairs are enough.", BuyerText = "As agreed, 950 chairs.",
            });
    }

    private static async Task<Results<Accepted<OrderView>, ProblemHttpResult>> TakeStepAsync(
        Guid id, Step request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (request.Kind is not (OfferKind.OverConcentration or OfferKind.Probation))
        {
            return Refusal.Invalid("kind", "Must be OverConcentration or Probation; subcontracts and short closures have their own routes.");
        }

        if (request.Kind == OfferKind.OverConcentration && (string.IsNullOrWhiteSpace(request.Resolution) || request.Resolution.Length > 200))
        {
            return Refusal.Invalid("resolution", "Name the board's resolution, in 1 to 200 characters (R-611).");
        }

        if (request.SkipReason is { Length: > 1000 })
        {
            return Refusal.Invalid("skipReason", "May have at most 1000 characters.");
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        if (order.RefuseIfHeld() is { } held)
        {
            return held.ToProblem();
        }

        if (order.State == OrderState.Short && request.Kind == OfferKind.Probation && string.IsNullOrWhiteSpace(request.SkipReason)
            && await WouldPlaceAsync(order, null, OfferKind.OverConcentration, db, now, ct) is { Count: > 0 } pieces)
        {
            return new Refusal("GATE_NOT_PASSED",
                $"Member firms could make {string.Join(" and ", pieces)} above the concentration cap: ask the board first, or give a skipReason "
                + "(R-611).").ToProblem();
        }

        if (order.RefuseUnlessShort() is { } notYet)
        {
            return notYet.ToProblem();
        }

        if (order.OpenForRounds() == 0)
        {
            return new Refusal("NOTHING_OPEN", "Every open line is split by hand (R-618): propose a split.").ToProblem();
        }

        if (request.Kind == OfferKind.OverConcentration)
        {
            // R-608: nobody lifts the cap alone.
            await ProposedSplit.ProposeForOrderAsync(ExceptionKind.OverConcentration, order, request.Resolution!, caller, db, now, ct);
        }
        else if (order.StartRun(Guid.CreateVersion7(), request.Kind, 0, now) is { } refusal)
        {
            return refusal.ToProblem();
        }
        else
        {
            order.Decided(new(OrderDecisionKind.Probation, Decider.Of(caller), now, null) { SkipReason = Given(request.SkipReason) });
        }

        await db.SaveAsync(order, ct);
        return TypedResults.Accepted($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, document, db, ct));
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static async Task<Results<Created<OrderView>, ProblemHttpResult>> OfferSubcontractAsync(
        Guid id, string lineId, SubcontractRequest request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(
            !string.IsNullOrWhiteSpace(request.Subcontractor) && request.Subcontractor.Length <= 200,
            "subcontractor", "Must have 1 to 200 characters.");
        errors.Unless(request.Quantity >= 1, "quantity", "Must be 1 or more.");
        errors.Unless(request.UnitPriceMinor >= 0, "unitPriceMinor", "Must be 0 or more.");
        errors.Unless(request.Currency is { Length: 3 } && request.Currency.All(char.IsAsciiLetterUpper), "currency", "Must be an ISO 4217 code.");
        errors.AtMost(1000, request.SkipReason, "skipReason");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, document) || order.Line(lineId) is not { } line
            || await db.Members.SingleOrDefaultAsync(m => m.Id == request.MemberId, ct) is not { } member)
        {
            return Refusal.NotFound();
        }

        if (member.Standing != MemberStanding.Active)
        {
            return new Refusal("GATE_NOT_PASSED", "Only an active member firm can be responsible for a subcontractor (R-602).").ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        var rule = (await db.RulebookAsync(order.ConsortiumId, now, ct)).RuleFor(line.Family);
        var offer = new Offer
        {
            Id = Guid.CreateVersion7(),
            LineId = lineId,
            MemberId = member.Id,
            Kind = OfferKind.Subcontract,
            Round = order.Round,
            Quantity = request.Quantity,
            LotSize = rule.LotSize,
            MinLot = 0,
            ExpiresAt = now.AddSeconds(order.Urgent ? rule.UrgentOfferSeconds : rule.OfferSeconds),
            HeldBefore = order.AcceptedOf(lineId, member.Id),
            Subcontract = new Subcontract(request.Subcontractor, request.UnitPriceMinor, request.Currency),
        };
        var could = Given(request.SkipReason) is null && order.State == OrderState.Short && order.IsClear()
            ? await CouldStillPlaceAsync(order, lineId, db, now, ct)
            : null;
        if (order.OfferDirectly(offer, Eligibility.Percent(line.Ordered, rule.ConcentrationCapPercent), now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (could is not null)
        {
            return could.ToProblem();
        }

        order.Decided(new(OrderDecisionKind.Subcontract, Decider.Of(caller), now, null)
        {
            LineId = lineId, Quantity = request.Quantity, SkipReason = Given(request.SkipReason),
        });
        db.Add(MemberOffer.Of(offer, order, document, rule, [member.Id], [ExplanationStep.Of(
            "R-611", ExplanationKey.ResponsibleFor,
            $"Your firm is asked to be responsible for {request.Quantity} {UnitWords.Many(line.Unit)} that {request.Subcontractor} will make.",
            ("quantity", request.Quantity)).Naming("subcontractor", request.Subcontractor).In(line.Unit)], now));
        await db.SaveReservingAsync([order], [offer], ct);
        return TypedResults.Created($"/api/allocation/offers/{offer.Id}", await OrderView.OfAsync(order, document, db, ct));
    }

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> CloseShortAsync(
        Guid id, string lineId, ShortClosure request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(request.Quantity >= 1, "quantity", "Must be 1 or more.");
        errors.Unless(!string.IsNullOrWhiteSpace(request.Reason) && request.Reason.Length <= 1000, "reason", "Must have 1 to 1000 characters.");
        errors.AtMost(1000, request.BuyerText, "buyerText");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, document) || order.Line(lineId) is not { } line)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        if (order.CloseShort(line, request.Quantity, request.Reason, Decider.Of(caller), now, Given(request.BuyerText)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        await db.SaveAsync(order, ct);
        return TypedResults.Ok(await OrderView.OfAsync(order, document, db, ct));
    }

    // R-611: the steps are in order.
    private static async Task<Refusal?> CouldStillPlaceAsync(Order order, string lineId, AllocationDb db, DateTime now, CancellationToken ct)
    {
        foreach (var stage in (OfferKind[])[OfferKind.OverConcentration, OfferKind.Probation])
        {
            if (await WouldPlaceAsync(order, lineId, stage, db, now, ct) is { Count: > 0 } pieces)
            {
                return new("GATE_NOT_PASSED",
                    $"The earlier step {stage} could still place {string.Join(" and ", pieces)} of this line: take it first, or give a skipReason "
                    + "(R-611).");
            }
        }

        return null;
    }

    /// <summary>What a round or a step of the shortage procedure would place now, in words: one quantity for each unit.</summary>
    public static async Task<List<string>> WouldPlaceAsync(
        Order order, string? lineId, OfferKind stage, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        // Only the quantity matters here, not who gets it: no need to balance.
        rulebook = rulebook.Rules.Exists(r => r.Policy == nameof(Engine.Balanced)) ? rulebook.With(nameof(CapacityProRata)) : rulebook;
        var all = await TakeSnapshot.OfAsync([order], Guid.Empty, order.Round + 1, stage, rulebook, db, now, ct);
        var snapshot = all with { Lines = [.. all.Lines.Where(line => lineId is null || line.LineId == lineId)] };
        var units = snapshot.Lines.ToDictionary(line => line.LineId, line => line.Unit);
        return [.. SplitOrder.Plan(snapshot, new CountedWork(ct)).Lines
            .Select(line => (Unit: units[line.LineId], Placed: line.OpenBefore - line.OpenAfter))
            .Where(line => line.Placed > 0).GroupBy(line => line.Unit)
            .Select(lines => $"{lines.Sum(line => line.Placed)} {UnitWords.Many(lines.Key)}")];
    }
}
