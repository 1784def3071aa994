using ExportConsortia.Allocation.Members;

namespace ExportConsortia.Allocation.Orders;

/// <summary>The manager accepts a screened order and the first run starts.</summary>
internal static class AcceptOrder
{
    /// <summary>How to continue with the order.</summary>
    public sealed record Request
    {
        /// <summary>Urgent orders give members less time to answer (R-603: 24 h instead of 72 h).</summary>
        public bool Urgent { get; init; }

        /// <summary>True: only accept; a manager starts the first run later.</summary>
        public bool HoldAllocation { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("orders/{id:guid}/acceptance", HandleAsync)
            .WithName(nameof(AcceptOrder)).For(Role.ConsortiumManager).InTurnOfOrder()
            .WithSummary("Accept an order and start to allocate it")
            .WithDescription("Two people must have cleared the order (`SCREENING_HOLD`, `SECOND_APPROVER_REQUIRED`), the manager must have decided "
                + "on every question (`DECISION_PENDING`), and every line must be matched or closed short (`LINE_UNMATCHED`) and counted in its "
                + "product's unit (`UNIT_UNKNOWN`). The first run starts at once, unless `holdAllocation` is true or all lines are split by hand "
                + "(policy `Manual`); its offers appear moments later.")
            .WithExample(new Request());
    }

    private static async Task<Results<Accepted<OrderView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var rulebook = await db.RulebookAsync(order.ConsortiumId, now, ct);
        var waiting = order.Lines.Select(line => line.Waiting?.Product).OfType<string>().ToList();
        var refusal = waiting.Count > 0
            ? order.CountWaiting(await Product.KnownAsync(db, order.ConsortiumId, waiting, ct), document)
            : null;
        order.MarkLinesSplitByHand(rulebook);
        refusal ??= order.Accept(request.Urgent, now);
        if (refusal is null && !request.HoldAllocation && order.OpenForRounds() > 0)
        {
            refusal = order.StartRun(rulebook, now);
        }

        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        db.Record("ORDER_ACCEPTED", id);
        await db.SaveAsync(order, ct);
        return TypedResults.Accepted($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, document, db, ct, justAccepted: true));
    }
}
