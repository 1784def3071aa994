using ExportConsortia.Allocation.Members;
using ExportConsortia.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace ExportConsortia.Allocation.Orders;

/// <summary>The manager takes a screened order on, and the first run begins; or the manager begins a run over what is open later.</summary>
internal static class AcceptOrder
{
    /// <summary>How to go on with the order.</summary>
    public sealed record Request
    {
        /// <summary>Urgent orders give members less time to answer (R-603: 24 h instead of 72 h).</summary>
        public bool Urgent { get; init; }

        /// <summary>True: accept only; the first run begins when a manager starts it.</summary>
        public bool HoldAllocation { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("orders/{id:guid}/acceptance", Handle)
            .WithName(nameof(AcceptOrder)).For(Role.ConsortiumManager)
            .WithSummary("Accept an order and begin to allocate it")
            .WithDescription("Needs screening clear by two people (`SCREENING_HOLD`, `SECOND_APPROVER_REQUIRED`) and every line matched or closed short (`LINE_UNMATCHED`). "
                + "The first run begins at once unless `holdAllocation` is true; its offers appear moments later.")
            .WithExample(new Request());
        routes.MapPost("orders/{id:guid}/allocation-runs", StartRunAsync)
            .WithName("StartAllocationRun").For(Role.ConsortiumManager)
            .WithSummary("Begin a run over what is open of an order")
            .WithDescription("One run at a time an order: while its offers are open, another is refused with `RUN_IN_PROGRESS`; `NOTHING_OPEN` when every piece is allocated.");
    }

    private static async Task<Results<Accepted<OrderView>, ProblemHttpResult>> Handle(
        Guid id, Request request, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Orders.FindOrderAsync(id, ct) is not { } order)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        if ((order.Accept(request.Urgent, now) ?? (request.HoldAllocation ? null : Begin(order, rulebook, newPrices: false, now))) is { } refusal)
        {
            return refusal.ToProblem();
        }

        await db.SaveAsync(order, [], ct);
        return TypedResults.Accepted($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, db, ct));
    }

    private static async Task<Results<Accepted<OrderView>, ProblemHttpResult>> StartRunAsync(
        Guid id, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Orders.FindOrderAsync(id, ct) is not { } order)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        if (Begin(order, await db.RulebookAsync(order.ConsortiumId, now, ct), newPrices: false, now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        await db.SaveAsync(order, [], ct);
        return TypedResults.Accepted($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, db, ct));
    }

    internal static Refusal? Begin(Order order, Rulebook rulebook, bool newPrices, DateTime now)
    {
        var rounds = order.Lines.Max(l => rulebook.RuleFor(l.Family).MaxReallocationRounds);
        return order.StartRun(Guid.CreateVersion7(), OfferKind.Normal, rounds, now, newPrices);
    }
}
