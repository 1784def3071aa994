using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Offers;

/// <summary>A member firm accepts its part, accepts less, or declines. What it doesn't accept is open again.</summary>
internal static class AnswerOffer
{
    /// <summary>How much the firm accepts.</summary>
    public sealed record Acceptance
    {
        /// <summary>Pieces, a multiple of the lot and not below the minimum lot; absent: the whole offer.</summary>
        /// <example>100</example>
        public long? Quantity { get; init; }
    }

    /// <summary>Why the firm accepts nothing.</summary>
    public sealed record Decline
    {
        /// <summary>The reason; declining in time with a reason is no strike .</summary>
        public required DeclineReason Reason { get; init; }

        /// <summary>A note for the manager, at most 1000 characters; no other firm reads it.</summary>
        /// <example>The planing machine is down until the end of the month.</example>
        public string? Note { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("offers/{id:guid}/acceptance", AcceptAsync)
            .WithName("AcceptOffer").For(Role.MemberUser).OneAtATimeOfEach()
            .WithSummary("Accept an offer, in whole or in part")
            .WithDescription("Whole lots only (`LOT_MULTIPLE`), not above the offer (`OVER_OFFER`) and not below the minimum lot "
                + "(`BELOW_MIN_LOT`). An answer at the deadline or later is refused with `OFFER_EXPIRED` (R-603). Repeating the same acceptance "
                + "returns the same answer; a different one gets `ALREADY_DECIDED`. While the screening of the order is on hold the answer waits "
                + "(`waitingSince`), and counts once the order is clear (R-620).")
            .WithExample(new Acceptance { Quantity = 100 });
        routes.MapPost("offers/{id:guid}/refusal", DeclineAsync)
            .WithName("DeclineOffer").For(Role.MemberUser).OneAtATimeOfEach()
            .WithSummary("Decline an offer, with a reason")
            .WithDescription("No strike, and the firm keeps its place in a rotation; the fourth decline in a row of a product family moves it to "
                + "the end, once until it takes an offer of that family again (R-404). The firm is not asked again about this line, with one "
                + "exception: if it declines with `Price` to match the leader's price (`terms.priceMatch`), its own sealed price still counts for "
                + "what is left, below the rulebook's ceiling (R-615). `OFFER_EXPIRED` after the deadline, `ALREADY_DECIDED` if it was answered "
                + "before in another way.")
            .WithExample(new Decline { Reason = DeclineReason.MachineBreakdown, Note = "The planing machine is down until the end of the month." });
    }

    private static async Task<Results<Ok<OfferView>, ProblemHttpResult>> AcceptAsync(
        Guid id, Acceptance request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (request.Quantity <= 0)
        {
            return Refusal.Invalid("quantity", "Must be 1 or more; to accept nothing, decline with a reason.");
        }

        return await AnswerAsync(
            id, db, clock,
            offer => offer.IsAcceptedWith(request.Quantity ?? offer.Quantity),
            (order, offer, now) => order.Accept(offer, request.Quantity ?? offer.Quantity, now, caller.UserId),
            ct);
    }

    private static async Task<Results<Ok<OfferView>, ProblemHttpResult>> DeclineAsync(
        Guid id, Decline request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (request.Note?.Length > 1000)
        {
            return Refusal.Invalid("note", "May have at most 1000 characters.");
        }

        return await AnswerAsync(
            id, db, clock,
            offer => offer.IsDeclined,
            (order, offer, now) => order.Decline(offer, request.Reason, request.Note, now, caller.UserId),
            ct);
    }

    private static async Task<Results<Ok<OfferView>, ProblemHttpResult>> AnswerAsync(
        Guid id, AllocationDb db, TimeProvider clock, Predicate<Offer> isAnsweredLikeThis,
        Func<Order, Offer, DateTime, Refusal?> answer, CancellationToken ct)
    {
        if (await db.MemberOffers.Where(o => o.Id == id).Select(o => (Guid?)o.OrderId).SingleOrDefaultAsync(ct) is not { } orderId)
        {
            return Refusal.NotFound();
        }

        // Twenty firms that answer at the same moment: each in its turn, none twice.
        return await db.InTurnAsync<Results<Ok<OfferView>, ProblemHttpResult>>(
            Order.TurnOf(orderId),
            async () =>
            {
                var now = clock.GetUtcNow().UtcDateTime;
                var order = await db.OrderInTurnAsync(orderId, ct);
                var offer = order.Offers.Single(o => o.Id == id);
                var view = await db.MemberOffers.SingleAsync(o => o.Id == id, ct);
                if (!isAnsweredLikeThis(offer))
                {
                    await ExpireOffers.EndDueAsync(order, db, now, ct);
                    if (answer(order, offer, now) is { } refusal)
                    {
                        return refusal.ToProblem();
                    }

                    await db.SaveAsync(order, ct);
                }

                db.LeaveForNext(order);
                // The view may be older than an answer saved a moment ago; the order is up to date.
                view.CopyAnswerFrom(offer);
                return TypedResults.Ok(OfferView.Of(view, now));
            },
            ct);
    }
}
