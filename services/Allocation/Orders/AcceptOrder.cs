using ExportConsortia.Allocation.Runs;

namespace ExportConsortia.Allocation.Orders;

/// <summary>The manager takes a screened order on, and the first run begins.</summary>
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
                + "The first run begins at once unless `holdAllocation` is true, or the parts of every line are set by hand (policy `Manual`); its offers appear moments later.")
            .WithExample(new Request());
    }

    private static async Task<Results<Accepted<OrderView>, ProblemHttpResult>> Handle(
        Guid id, Request request, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        order.Follow(rulebook);
        if ((order.Accept(request.Urgent, now) ?? (request.HoldAllocation || order.OpenForRounds() == 0 ? null : StartRun.Begin(order, rulebook, now))) is { } refusal)
        {
            return refusal.ToProblem();
        }

        await db.SaveAsync(order, ct);
        return TypedResults.Accepted($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, document, db, ct, justAccepted: true));
    }
}
