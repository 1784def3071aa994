using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.Orders;

/// <summary>The consortium rejects the order, or gives it up before any member firm has accepted a part.</summary>
internal static class CancelOrder
{
    /// <summary>Why.</summary>
    public sealed record Request
    {
        /// <summary>The reason, 1 to 1000 characters; for the clean team, kept for good.</summary>
        /// <example>No firm has capacity before May.</example>
        public required string Reason { get; init; }

        /// <summary>What the buyer reads in the order response, at most 1000 characters; absent: no words.</summary>
        /// <example>The delivery window can't be met.</example>
        public string? BuyerText { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/{id:guid}/cancellation", HandleAsync)
        .WithName(nameof(CancelOrder)).For(Role.ConsortiumManager).InTurnOfOrder()
        .WithSummary("Cancel an order")
        .WithDescription("Withdraws open offers and releases their capacity. Refused with `ALREADY_DECIDED` once a member has accepted a part.")
        .WithExample(new Request { Reason = "No firm has capacity before May.", BuyerText = "The delivery window can't be met." });

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 1000)
        {
            return Refusal.Invalid("reason", "Give the reason in 1 to 1000 characters.");
        }

        if (request.BuyerText is { Length: > 1000 })
        {
            return Refusal.Invalid("buyerText", "May have at most 1000 characters.");
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        if (order.CanBeCancelled() is { } refusal)
        {
            return refusal.ToProblem();
        }

        var buyerText = string.IsNullOrWhiteSpace(request.BuyerText) ? null : request.BuyerText;
        order.Freeze(OrderState.Cancelled, request.Reason, now, buyerText);
        order.Decided(new(OrderDecisionKind.Cancelled, Decider.Of(caller), now, request.Reason) { BuyerText = buyerText });
        await db.SaveAsync(order, ct);
        return TypedResults.Ok(await OrderView.OfAsync(order, document, db, ct));
    }
}
