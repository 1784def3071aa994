using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Orders;

/// <summary>A person says whether the buyer may be dealt with. Two must say yes, one of them not from sales; a true hit freezes everything .</summary>
internal static class ScreenOrder
{
    /// <summary>One person's screening decision.</summary>
    public sealed record Request
    {
        /// <summary><c>Clear</c>, <c>Hold</c> (a possible match: earlier clearances no longer count) or <c>TrueHit</c> (the order is blocked for good).</summary>
        public required ScreeningVerdict Verdict { get; init; }

        /// <summary>What was looked at, 1 to 1000 characters; kept for ever.</summary>
        /// <example>Buyer and consignee checked against the EU and UN lists of today; no match.</example>
        public required string Reason { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/{id:guid}/screening-decisions", Handle)
        .WithName(nameof(ScreenOrder)).For(Role.ConsortiumManager)
        .WithSummary("Decide on the screening of an order")
        .WithDescription("The same person can't clear an order twice: 409 `SECOND_APPROVER_REQUIRED`. A true hit withdraws all offers and releases all reservations (R-620).")
        .WithExample(new Request { Verdict = ScreeningVerdict.Clear, Reason = "Buyer and consignee checked against the EU and UN lists of today; no match." });

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> Handle(
        Guid id, Request request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 1000)
        {
            return Refusal.Invalid("reason", "Say what was looked at, in 1 to 1000 characters.");
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        if (order.Screen(caller.UserId, caller.HasClaim(ClaimName.Sales, "true"), request.Verdict, request.Reason, now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (request.Verdict == ScreeningVerdict.TrueHit)
        {
            order.Freeze(OrderState.Blocked, request.Reason, now);
        }

        await db.SaveAsync(order, ct);
        return TypedResults.Ok(await OrderView.OfAsync(order, document, db, ct));
    }
}
