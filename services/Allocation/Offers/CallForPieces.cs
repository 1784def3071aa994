using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Offers;

/// <summary>The manager offers open pieces to several firms at once; the first to claim gets them, the others are refused.</summary>
internal static class CallForPieces
{
    /// <summary>An open call.</summary>
    public sealed record Request
    {
        /// <summary>How much, in the line's unit, 1 or more, at most what is open of the line.</summary>
        /// <example>10</example>
        public required long Quantity { get; init; }

        /// <summary>The member firms that may claim, 1 to 200; all must be active and able to make the product .</summary>
        public required IReadOnlyList<Guid> Members { get; init; }

        /// <summary>How long the call is open, in seconds, 1 to 31 536 000; absent: as long as an offer .</summary>
        /// <example>86400</example>
        public long? Seconds { get; init; }
    }

    /// <summary>A claim.</summary>
    public sealed record ClaimRequest
    {
        /// <summary>
        /// How much, in the call's unit, 1 or more, in whole lots and not below the minimum lot; absent: all that is left.
        /// </summary>
        /// <example>10</example>
        public long? Quantity { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("orders/{id:guid}/lines/{lineId}/open-calls", CallAsync)
            .WithName("CallForPieces").For(Role.ConsortiumManager)
            .WithSummary("Offer open pieces to several firms at once")
            .WithDescription("The first firm to claim gets them. Only while no run is in progress (`GATE_NOT_PASSED`); `QUANTITY_GONE` if fewer "
                + "pieces are open.")
            .WithExample(new Request { Quantity = 10, Members = [new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c")], Seconds = 86_400 });
        routes.MapGet("open-calls", ListAsync)
            .WithName("ListOpenCalls").For(Role.MemberUser)
            .WithSummary("List the calls that your firm may claim from")
            .WithDescription("Calls that still have pieces and time left, and name your firm, with the terms that a claim is binding for.");
        routes.MapPost("open-calls/{id:guid}/claims", ClaimAsync)
            .WithName("ClaimPieces").For(Role.MemberUser)
            .WithSummary("Claim pieces of an open call")
            .WithDescription("Binding at once, within the firm's free capacity (`OVER_CAPACITY`). Whole lots only (`LOT_MULTIPLE`) and not below "
                + "the minimum lot (`BELOW_MIN_LOT`), unless that is all that is left. A late claim gets `QUANTITY_GONE`.")
            .WithExample(new ClaimRequest { Quantity = 10 });
    }

    private static async Task<Results<Created<OrderView>, ProblemHttpResult>> CallAsync(
        Guid id, string lineId, Request request, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(request.Quantity >= 1, "quantity", "Must be 1 or more.");
        errors.Unless(request.Members.Count is >= 1 and <= 200, "members", "Name 1 to 200 member firms.");
        errors.Unless(request.Seconds is null or (>= 1 and <= 31_536_000), "seconds", "Must be 1 to 31536000.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, document) || order.Line(lineId) is not { } line)
        {
            return Refusal.NotFound();
        }

        var members = request.Members.Distinct().ToList();
        var able = await db.Members.AsNoTracking().Where(m => members.Contains(m.Id) && m.Standing == MemberStanding.Active).ToListAsync(ct);
        if (able.Count(m => m.Capabilities.Exists(c => c.ProductCode == line.Product)) != members.Count)
        {
            return Refusal.Invalid("members", "Each firm must be an active member able to make the product (R-602).");
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        var rule = (await db.RulebookAsync(order.ConsortiumId, now, ct)).RuleFor(line.Family);
        var seconds = request.Seconds ?? (order.Urgent ? rule.UrgentOfferSeconds : rule.OfferSeconds);
        var call = new OpenCall(Guid.CreateVersion7(), lineId, request.Quantity, rule.LotSize, members, now.AddSeconds(seconds))
        {
            MinLot = rule.MinLot,
        };
        if (order.Call(call, now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.AddRange(members.Select(member => new CallInvitation(call.Id, member, order.ConsortiumId, order.Id, call.ExpiresAt)));
        await db.SaveAsync(order, ct);
        return TypedResults.Created($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, document, db, ct));
    }

    private static async Task<Ok<IReadOnlyList<OpenCallView>>> ListAsync(AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var invited = await db.CallInvitations.AsNoTracking().Where(i => i.ExpiresAt > now).Select(i => new { i.CallId, i.OrderId }).Distinct()
            .ToListAsync(ct);
        var (calls, ids) = (invited.Select(i => i.CallId).ToHashSet(), invited.Select(i => i.OrderId).ToHashSet());
        var orders = await db.Orders.AcrossMembers().AsNoTracking().Where(o => ids.Contains(o.Id)).ToListAsync(ct);
        var documents = (await db.ReceivedDocuments.AcrossMembers().AsNoTracking().Where(d => ids.Contains(d.OrderId)).ToListAsync(ct))
            .ToDictionary(d => d.OrderId, d => d.Document);
        var rulebook = await db.RulebookAsync(caller.ConsortiumId, now, ct);
        return TypedResults.Ok<IReadOnlyList<OpenCallView>>([
            .. from order in orders
               from call in order.Calls
               where calls.Contains(call.Id) && call.Remaining > 0
               let line = order.Line(call.LineId)!
               let terms = MemberOffer.TermsOf(call, order, documents[order.Id], rulebook.RuleFor(line.Family))
               orderby call.ExpiresAt
               select OpenCallView.Of(call, line, terms)]);
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

        return await db.InTurnAsync(Order.TurnOf(invitation.OrderId), () => ClaimInTurnAsync(id, invitation, request, db, clock, ct), ct);
    }

    private static async Task<Results<Ok<OfferView>, ProblemHttpResult>> ClaimInTurnAsync(
        Guid id, CallInvitation invitation, ClaimRequest request, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var order = await db.OrderBehindAsync(invitation.OrderId, ct);
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        var call = order.Calls.Single(c => c.Id == id);
        var line = order.Line(call.LineId)!;
        var quantity = request.Quantity ?? Math.Max(1, call.Remaining);
        if (call.RefuseQuantity(quantity, order.AcceptedOf(call.LineId, invitation.MemberId), line.Unit) is { } unfit)
        {
            return unfit.ToProblem();
        }

        var rule = (await db.RulebookAsync(order.ConsortiumId, now, ct)).RuleFor(line.Family);
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
            Draws = await DrawCapacityAsync(order, line, invitation.MemberId, quantity, now.AddDays(-1 - rule.CapacityMaxAgeDays), db, ct),
        };
        if (order.Claim(call, claim, now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (claim.Draws.Sum(d => d.Quantity) < quantity)
        {
            return new Refusal("OVER_CAPACITY", $"Your firm has free capacity for only {claim.Draws.Sum(d => d.Quantity)} of these "
                + $"{UnitWords.Many(line.Unit)}.").ToProblem();
        }

        var document = (await db.ReceivedDocuments.AcrossMembers().AsNoTracking().SingleAsync(p => p.OrderId == order.Id, ct)).Document;
        var view = db.Add(MemberOffer.Of(claim, order, document, rule, call.Members, [ExplanationStep.Of(
            "R-611", ExplanationKey.FirstToClaim, $"Your firm was the first to claim {quantity} {UnitWords.Many(line.Unit)} of an open call.",
            ("quantity", quantity)).In(line.Unit)], now)).Entity;
        await db.SaveReservingAsync([order], [claim], ct);
        return TypedResults.Ok(OfferView.Of(view, now));
    }

    private static async Task<List<CapacityDraw>> DrawCapacityAsync(
        Order order, OrderLine line, Guid member, long quantity, DateTime oldest, AllocationDb db, CancellationToken ct)
    {
        // As for an offer, declarations that are too old, or in another unit than the line's, don't count.
        var from = order.ProductionFrom([line]);
        var unit = line.Unit ?? UnitCode.Piece;
        var buckets = await db.Capacity.AsNoTracking()
            .Where(b => b.MemberId == member && b.Family == line.Family && b.To > from && (line.Due == null || b.From < line.Due)
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
