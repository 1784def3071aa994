using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.SplitsByHand;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Offers;

/// <summary>
/// The manager offers open pieces to chosen firms at once; the first to claim gets them. It passes by every policy, so it is for pieces that no round
/// could place, within the concentration cap; else it needs a reason and a second person, as a split by hand does. Either way
/// it is listed with them.
/// </summary>
internal static class CallForPieces
{
    private const int MostFirms = 200;

    /// <summary>An open call.</summary>
    public sealed record Request
    {
        /// <summary>How much, in the line's unit, 1 or more, at most what is open of the line.</summary>
        /// <example>10</example>
        public required long Quantity { get; init; }

        /// <summary>
        /// The member firms that may claim, 1 to 200; all must be active and able to make the product, with a sealed price of their own if
        /// the line is sold by sealed price, and room for the least claim below the concentration cap.
        /// </summary>
        public required IReadOnlyList<Guid> Members { get; init; }

        /// <summary>How long the call is open, in seconds, 1 to 31 536 000; absent: as long as an offer .</summary>
        /// <example>86400</example>
        public long? Seconds { get; init; }

        /// <summary>True: a firm may claim more than the concentration cap allows. It needs a reason and a second person.</summary>
        public bool AboveCap { get; init; }

        /// <summary>
        /// Why pieces are called for that a round could still place, or above the cap, 1 to 1000 characters; kept for good. Not needed for short
        /// pieces within the cap.
        /// </summary>
        /// <example>The buyer wants the sample batch this week.</example>
        public string? Reason { get; init; }
    }

    /// <summary>A claim.</summary>
    public sealed record ClaimRequest
    {
        /// <summary>
        /// How much, in the call's unit, 1 or more, in whole lots and not below the minimum lot; absent: all that is called for.
        /// </summary>
        /// <example>10</example>
        public long? Quantity { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("orders/{id:guid}/lines/{lineId}/open-calls", CallAsync)
            .WithName("CallForPieces").For(Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Offer open pieces to several firms at once")
            .WithDescription("The first firm to claim gets them. It opens at once within the concentration cap for short pieces, which no round "
                + "can place any more. Otherwise it needs a `reason` and is proposed: it opens when a second person of another organisation "
                + "approves it (R-608, R-618). Both are listed with the splits by hand. Only while no run is in progress (`GATE_NOT_PASSED`); "
                + "`QUANTITY_GONE` if fewer pieces are open.")
            .WithExample(new Request { Quantity = 10, Members = [new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c")], Seconds = 86_400 });
        routes.MapGet("open-calls", ListAsync)
            .WithName("ListOpenCalls").For(Role.MemberUser)
            .WithSummary("List the calls that your firm may claim from")
            .WithDescription("Calls that have time left, name your firm, and that it hasn't claimed from, with the terms that a claim is binding "
                + "for. What others claim doesn't show.");
        routes.MapPost("open-calls/{id:guid}/claims", ClaimAsync)
            .WithName("ClaimPieces").For(Role.MemberUser).OneAtATimeOfEach()
            .WithSummary("Claim pieces of an open call")
            .WithDescription("Binding at once, within the firm's free capacity (`OVER_CAPACITY`). Whole lots only (`LOT_MULTIPLE`) and not below "
                + "the minimum lot (`BELOW_MIN_LOT`), unless it is all that is called for. Each firm claims once (`ALREADY_DECIDED`): if so many are "
                + "no longer left (`QUANTITY_GONE`) or it would have more of the line than one firm may (`OVER_CONCENTRATION`), that was its claim. "
                + "Else it could find out how much others took. `SCREENING_HOLD` while the screening of the order is on hold.")
            .WithExample(new ClaimRequest { Quantity = 10 });
    }

    private static async Task<Results<Created<OrderView>, ProblemHttpResult>> CallAsync(
        Guid id, string lineId, Request request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(request.Quantity >= 1, "quantity", "Must be 1 or more.");
        errors.Unless(request.Members is { Count: >= 1 and <= MostFirms }, "members", $"Name 1 to {MostFirms} member firms.");
        errors.Unless(request.Seconds is null or (>= 1 and <= 31_536_000), "seconds", "Must be 1 to 31536000.");
        errors.AtMost(1000, request.Reason, "reason");
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
        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        var rule = rulebook.RuleFor(line.Family);
        var called = new ProposedCall(
            request.Quantity, [.. request.Members.Distinct()], request.Seconds ?? (order.Urgent ? rule.UrgentOfferSeconds : rule.OfferSeconds),
            request.AboveCap, Guid.CreateVersion7());
        if (order.CanBeCalled(line, called.Quantity) is { } refusal)
        {
            return refusal.ToProblem();
        }

        // Short is what no round can place, however the order came to have no rounds left: one may have been given up.
        var withinRules = order.State == OrderState.Short && !line.ByHand && !request.AboveCap
            && await RelieveShortage.WouldPlaceAsync(order, lineId, OfferKind.Normal, db, now, ct) is { Count: 0 };
        if (!withinRules && string.IsNullOrWhiteSpace(request.Reason))
        {
            return Refusal.Invalid(
                "reason", "Say why: a round could still place these pieces, or a firm may claim more than its cap (R-608, R-618).");
        }

        if (await FaultOfAsync(called, order, line, rule, db, ct) is { } fault)
        {
            return fault.Code == "NOT_CAPABLE" ? Refusal.Invalid("members", fault.Reason) : fault.ToProblem();
        }

        var exception = new ProposedSplit
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = order.ConsortiumId,
            OrderId = order.Id,
            Kind = ExceptionKind.OpenCall,
            LineId = lineId,
            Product = line.Product!,
            Family = line.Family!,
            Unit = line.CountedIn,
            Open = order.UnallocatedOf(line),
            Parts = [],
            Call = called,
            Reason = request.Reason ?? "",
            RulebookVersion = rulebook.Version,
            SetBy = caller.UserId,
            SetByControllers = [.. caller.Controllers],
            SetFor = ProposedSplit.OrganisationOf(caller),
            SetAt = now,
        };
        foreach (var former in await db.ProposedSplits
            .Where(s => s.OrderId == id && s.LineId == lineId && s.Kind == ExceptionKind.OpenCall && s.State == SplitState.Proposed).ToListAsync(ct))
        {
            former.Replace(caller, now);
            order.Changed(former);
        }

        if (withinRules)
        {
            exception.NeedsNobody();
            if (await OpenAsync(exception, order, line, rule, db, now, ct) is { } gone)
            {
                return gone.ToProblem();
            }
        }

        db.Add(exception);
        order.Changed(exception);
        await db.SaveAsync(order, ct);
        return TypedResults.Created($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, document, db, ct));
    }

    /// <summary>Opens a call: at once, or when a second person has approved it. Checks everything again.</summary>
    public static async Task<Refusal?> OpenAsync(
        ProposedSplit exception, Order order, OrderLine line, AllocationRule rule, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var called = exception.Call!;
        if ((order.CanBeCalled(line, called.Quantity) ?? await FaultOfAsync(called, order, line, rule, db, ct)) is { } refusal)
        {
            return refusal;
        }

        var call = new OpenCall(called.CallId, line.LineId, called.Quantity, rule.LotSize, called.Members, now.AddSeconds(called.Seconds))
        {
            MinLot = rule.MinLot,
            MostPerFirm = called.AboveCap ? null : await CapAsync(order, line, rule, db, ct),
            BySealedPrice = rule.Policy == nameof(SealedPrice),
        };
        db.AddRange(call.Members.Select(member => new CallInvitation(call.Id, member, order.ConsortiumId, order.Id, call.ExpiresAt)));
        return order.Call(call, now);
    }

    // Why these firms can't be called; for the manager.
    private static async Task<Refusal?> FaultOfAsync(
        ProposedCall called, Order order, OrderLine line, AllocationRule rule, AllocationDb db, CancellationToken ct)
    {
        var able = await db.Members.AsNoTracking().Where(m => called.Members.Contains(m.Id) && m.Standing == MemberStanding.Active).ToListAsync(ct);
        if (able.Count(m => m.Capabilities.Exists(c => c.ProductCode == line.Product)) != called.Members.Count)
        {
            return new("NOT_CAPABLE", "Each firm must be an active member able to make the product (R-602).");
        }

        if (rule.Policy == nameof(SealedPrice))
        {
            var prices = await PricesAsync(order, line.LineId, db, ct);
            if (able.Find(m => !prices.ContainsKey(m.Id)) is { } without)
            {
                return new("NO_SEALED_OFFER", $"{without.Code} has handed in no sealed price for this line: ask for prices first (R-615).");
            }
        }

        if (!called.AboveCap && await CapAsync(order, line, rule, db, ct) is { } cap)
        {
            if (able.Find(m => LeastHeld(order.AcceptedOf(line.LineId, m.Id)) > cap) is { } full)
            {
                return new("OVER_CONCENTRATION", $"{full.Code} can't claim anything within the concentration cap of {cap} (R-608).");
            }
        }

        return null;

        // What a firm would hold with its least claim.
        long LeastHeld(long held) =>
            held + Math.Min(called.Quantity, held >= rule.MinLot ? rule.LotSize : Math.Max(rule.MinLot - held, rule.LotSize));
    }

    // not if fewer firms than the rulebook says can make the product.
    private static async Task<long?> CapAsync(Order order, OrderLine line, AllocationRule rule, AllocationDb db, CancellationToken ct)
    {
        var firms = await db.Members.AsNoTracking().Where(m => m.ConsortiumId == order.ConsortiumId && m.Standing == MemberStanding.Active)
            .Select(m => new { m.Id, m.Capabilities }).ToListAsync(ct);
        var suppliers = firms.Where(m => m.Capabilities.Exists(c => c.ProductCode == line.Product)).Select(m => m.Id)
            .Concat(order.Offers.Where(o => o.LineId == line.LineId).Select(o => o.MemberId)).Distinct().Count();
        return suppliers < rule.ConcentrationFromMembers ? null : Eligibility.Percent(line.Ordered, rule.ConcentrationCapPercent);
    }

    /// <summary>
    /// Each firm's current price for a line that is sold by sealed price: its last one that was opened or, if it matched the leader's, that. A firm
    /// itself reads only its own.
    /// </summary>
    private static async Task<Dictionary<Guid, SealedAmount>> PricesAsync(Order order, string lineId, AllocationDb db, CancellationToken ct)
    {
        var opened = await db.PriceInvitations.AsNoTracking()
            .Where(i => i.OrderId == order.Id && i.LineId == lineId && i.UnitPriceMinor != null)
            .OrderBy(i => i.OpenedAt).Select(i => new { i.MemberId, Minor = i.UnitPriceMinor!.Value, i.PerQuantity }).ToListAsync(ct);
        var prices = new Dictionary<Guid, SealedAmount>();
        foreach (var price in opened)
        {
            prices[price.MemberId] = SealedAmount.Of(price.Minor, price.PerQuantity);
        }

        foreach (var matched in order.Offers.Where(o => o is { ToMatch: true, Accepted: > 0, Awarded: not null } && o.LineId == lineId))
        {
            prices[matched.MemberId] = matched.Awarded!.Value;
        }

        return prices;
    }

    private static async Task<SealedAmount?> PriceOfAsync(Guid member, Order order, string lineId, AllocationDb db, CancellationToken ct) =>
        (await PricesAsync(order, lineId, db, ct)).TryGetValue(member, out var own) ? own : null;

    private static async Task<Ok<IReadOnlyList<CallForFirmView>>> ListAsync(
        AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var invited = await db.CallInvitations.AsNoTracking().Where(i => i.ExpiresAt > now).Select(i => new { i.CallId, i.OrderId }).Distinct()
            .ToListAsync(ct);
        var (calls, ids) = (invited.Select(i => i.CallId).ToHashSet(), invited.Select(i => i.OrderId).ToHashSet());
        var orders = await db.Orders.AcrossMembers().AsNoTracking().Where(o => ids.Contains(o.Id)).ToListAsync(ct);
        var documents = (await db.ReceivedDocuments.AcrossMembers().AsNoTracking().Where(d => ids.Contains(d.OrderId)).ToListAsync(ct))
            .ToDictionary(d => d.OrderId, d => d.Document);
        var own = caller.MemberId ?? Guid.Empty;
        var listed = new List<CallForFirmView>();
        foreach (var (order, call) in orders.SelectMany(order => order.Calls, (order, call) => (order, call))
            .Where(c => calls.Contains(c.call.Id) && !c.call.Closed && !c.call.Tried.Contains(own))
            .OrderBy(c => c.call.ExpiresAt).ThenBy(c => c.call.Id))
        {
            var price = call.BySealedPrice ? await PriceOfAsync(own, order, call.LineId, db, ct) : null;
            listed.Add(CallForFirmView.Of(call, order.Line(call.LineId)!, MemberOffer.TermsOf(call, order, documents[order.Id], price)));
        }

        return TypedResults.Ok<IReadOnlyList<CallForFirmView>>(listed);
    }

    private static async Task<Results<Ok<OfferView>, ProblemHttpResult>> ClaimAsync(
        Guid id, ClaimRequest request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (request.Quantity <= 0)
        {
            return Refusal.Invalid("quantity", "Must be 1 or more.");
        }

        if (await db.CallInvitations.AsNoTracking()
            .SingleOrDefaultAsync(i => i.CallId == id && i.MemberId == caller.MemberId, ct) is not { } invitation)
        {
            return Refusal.NotFound();
        }

        if (!await db.Members.AnyAsync(m => m.Id == invitation.MemberId && m.Standing == MemberStanding.Active, ct))
        {
            return new Refusal("GATE_NOT_PASSED", "Only an active member can claim (R-602).").ToProblem();
        }

        return await db.InTurnAsync(Order.TurnOf(invitation.OrderId), () => ClaimInTurnAsync(id, invitation, request, db, caller, clock, ct), ct);
    }

    private static async Task<Results<Ok<OfferView>, ProblemHttpResult>> ClaimInTurnAsync(
        Guid id, CallInvitation invitation, ClaimRequest request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var order = await db.OrderBehindAsync(invitation.OrderId, ct);
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        var call = order.Calls.Single(c => c.Id == id);
        var line = order.Line(call.LineId)!;
        var quantity = request.Quantity ?? call.Quantity;
        if (order.RefuseClaim(call, invitation.MemberId, quantity, now) is { } unfit)
        {
            return unfit.ToProblem();
        }

        var rule = (await db.RulebookAsync(order.ConsortiumId, now, ct)).RuleFor(line.Family);
        var today = (await db.ConsortiumAsync(order.ConsortiumId, ct)).Day(now);
        var price = call.BySealedPrice ? await PriceOfAsync(invitation.MemberId, order, call.LineId, db, ct) : null;
        if (call.BySealedPrice && price is null)
        {
            return new Refusal("NO_SEALED_OFFER", "Your firm has handed in no sealed price for this line (R-615).").ToProblem();
        }

        var claim = new Offer
        {
            Id = Guid.CreateVersion7(),
            LineId = call.LineId,
            MemberId = invitation.MemberId,
            Kind = OfferKind.OpenCall,
            Round = order.Round,
            Quantity = quantity,
            LotSize = call.LotSize,
            MinLot = 0,
            ExpiresAt = call.ExpiresAt,
            Draws = await DrawCapacityAsync(line, invitation.MemberId, quantity, today, now.AddDays(-1 - rule.CapacityMaxAgeDays), db, ct),
            SealedPrice = price?.Minor,
            SealedPerQuantity = price?.StoredPerQuantity,
        };
        if (claim.Draws.Sum(d => d.Quantity) < quantity)
        {
            return new Refusal("OVER_CAPACITY", $"Your firm has free capacity for only {claim.Draws.Sum(d => d.Quantity)} of these "
                + $"{UnitWords.Many(line.Unit)}.").ToProblem();
        }

        if (order.Claim(call, claim, caller.UserId, now) is { } refusal)
        {
            // That was the firm's claim: it is kept that it tried.
            await db.SaveAsync(order, ct);
            return refusal.ToProblem();
        }

        var document = (await db.ReceivedDocuments.AcrossMembers().AsNoTracking().SingleAsync(p => p.OrderId == order.Id, ct)).Document;
        var view = db.Add(MemberOffer.Of(claim, order, document, rule, call.Members, [ExplanationStep.Of(
            "R-611", ExplanationKey.FirstToClaim, $"Your firm was the first to claim {quantity} {UnitWords.Many(line.Unit)} of an open call.",
            ("quantity", quantity)).In(line.Unit)], now)).Entity;
        await db.SaveReservingAsync([order], [claim], ct);
        return TypedResults.Ok(OfferView.Of(view, now));
    }

    private static async Task<List<CapacityDraw>> DrawCapacityAsync(
        OrderLine line, Guid member, long quantity, DateOnly today, DateTime oldest, AllocationDb db, CancellationToken ct)
    {
        // As for an offer: from today on, and no declarations that are too old, or in another unit than the line's.
        var unit = line.Unit ?? UnitCode.Piece;
        var buckets = line.Due <= today ? [] : await db.Capacity.AsNoTracking()
            .Where(b => b.MemberId == member && b.Family == line.Family && b.To > today && (line.Due == null || b.From < line.Due)
                && (b.Unit ?? UnitCode.Piece) == unit && b.Reserved < b.Declared && b.DeclaredAt > oldest)
            .OrderBy(b => b.From).ThenBy(b => b.Id).ToListAsync(ct);
        var draws = new List<CapacityDraw>();
        foreach (var bucket in buckets.TakeWhile(_ => quantity > 0))
        {
            var part = Math.Min(quantity, bucket.Declared - bucket.Reserved);
            draws.Add(new CapacityDraw(bucket.Id, part));
            quantity -= part;
        }

        return draws;
    }
}
