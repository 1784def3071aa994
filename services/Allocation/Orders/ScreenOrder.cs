using ExportConsortia.Allocation.Offers;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Orders;

/// <summary>A person screens the buyer. Two people must clear an order, one of them not from sales; a true hit blocks it for good .</summary>
internal static class ScreenOrder
{
    /// <summary>One person's screening decision.</summary>
    public sealed record Request
    {
        /// <summary>
        /// <c>Clear</c>, <c>Hold</c> (a possible match: earlier clearances no longer count) or <c>TrueHit</c> (the order is blocked for good).
        /// </summary>
        public required ScreeningVerdict Verdict { get; init; }

        /// <summary>What was checked, 1 to 1000 characters; kept for good.</summary>
        /// <example>Buyer and consignee checked against the EU and UN lists of today; no match.</example>
        public required string Reason { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/{id:guid}/screening-decisions", HandleAsync)
        .WithName(nameof(ScreenOrder)).For(Role.ConsortiumManager).InTurnOfOrder()
        .WithSummary("Record a screening decision")
        .WithDescription("The same person can't clear an order twice, and two accounts behind which the same account stands are one person: 409 "
            + "`SECOND_APPROVER_REQUIRED`. From a hold until the order is cleared again, firms' answers wait, nothing is claimed, and the buyer "
            + "is not answered. A true hit withdraws all offers and releases all reservations (R-620).")
        .WithExample(new Request
        {
            Verdict = ScreeningVerdict.Clear,
            Reason = "Buyer and consignee checked against the EU and UN lists of today; no match.",
        });

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 1000)
        {
            return Refusal.Invalid("reason", "Say what was checked, in 1 to 1000 characters.");
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        if (order.Screen(Decider.Of(caller), caller.HasClaim(ClaimName.Sales, "true"), request.Verdict, request.Reason, now) is { } refusal)
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
