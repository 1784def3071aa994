using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.SealedPrices;

namespace ExportConsortia.Allocation.Runs;

/// <summary>The manager starts a run over the open pieces of one order or of several together, and may give it up while it is calculated.</summary>
internal static class StartRun
{
    private const int MostOrders = 100;

    /// <summary>The orders to plan together.</summary>
    public sealed record TogetherRequest
    {
        /// <summary>2 to 100 orders; a run must be possible over each of them.</summary>
        public required IReadOnlyList<Guid> OrderIds { get; init; }
    }

    /// <summary>A run over several orders.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Orders">The orders in it.</param>
    public sealed record TogetherResponse(Guid RunId, IReadOnlyList<OrderView> Orders);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("orders/{id:guid}/allocation-runs", StartAsync)
            .WithName("StartAllocationRun").For(Role.ConsortiumManager)
            .WithSummary("Start a run over the open pieces of an order")
            .WithDescription("An order has one run at a time: `RUN_IN_PROGRESS` while offers of a run are open. `NOTHING_OPEN` if every piece is "
                + "allocated or waits for a split by hand. `SCREENING_HOLD` while the screening is on hold (R-620).");
        routes.MapPost("allocation-runs", StartTogetherAsync)
            .WithName("StartAllocationRunTogether").For(Role.ConsortiumManager)
            .WithSummary("Start one run over the open pieces of several orders")
            .WithDescription("Lines of families with the policy `Balanced` are planned together across all orders; for other lines, the oldest "
                + "order comes first. To plan orders together, accept them with `holdAllocation`. All or none: if no run can start over one of "
                + "them, the refusal names it: `SCREENING_HOLD` for an order on hold, `GATE_NOT_PASSED` also for one that uses sealed prices.")
            .WithExample(new TogetherRequest { OrderIds = [new("0192a3b4-0000-7000-8000-000000000001"),
                new("0192a3b4-0000-7000-8000-000000000002")] });
        routes.MapPost("orders/{id:guid}/allocation-runs/cancellation", GiveUpAsync)
            .WithName("GiveUpAllocationRun").For(Role.ConsortiumManager)
            .WithSummary("Give up a run that is being calculated")
            .WithDescription("Nothing was offered yet: the order is as it was before the run. Firms that were asked for sealed prices see a "
                + "cancelled round. Automatic rounds (R-610) stop. Orders planned together with this one are planned without it. "
                + "`GATE_NOT_PASSED` if no run of the order is being calculated.");
    }

    private static async Task<Results<Accepted<OrderView>, ProblemHttpResult>> StartAsync(
        Guid id, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        if (order.StartRun(await db.RulebookAsync(order.ConsortiumId, now, ct), now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Record("RUN_STARTED", id);
        await db.SaveAsync(order, ct);
        return TypedResults.Accepted($"/api/allocation/orders/{id}", await OrderView.OfAsync(order, document, db, ct));
    }

    private static async Task<Results<Accepted<TogetherResponse>, ProblemHttpResult>> StartTogetherAsync(
        TogetherRequest request, AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        if (request.OrderIds is not { Count: >= 2 and <= MostOrders } ids || ids.Distinct().Count() != ids.Count)
        {
            return Refusal.Invalid("orderIds", $"Name 2 to {MostOrders} orders, each once.");
        }

        var orders = await db.Orders.Where(o => ids.Contains(o.Id)).OrderBy(o => o.Id).ToListAsync(ct);
        foreach (var (i, id) in ids.Index())
        {
            if (!orders.Exists(o => o.Id == id))
            {
                return Refusal.Invalid($"orderIds[{i}]", "There is no such order.");
            }
        }

        var (runId, now) = (Guid.CreateVersion7(), clock.GetUtcNow().UtcDateTime);
        var rulebook = await db.RulebookAsync(orders[0].ConsortiumId, now, ct);
        var together = orders.OrderBy(o => o.ReceivedAt).ThenBy(o => o.Id).Select(o => o.Id).ToList();
        if (orders.Find(order => order.RefuseIfHeld() is not null) is { } held)
        {
            return Of(held, held.RefuseIfHeld()!).ToProblem();
        }

        foreach (var order in orders)
        {
            ExpireOffers.EndDue(order, db, now);
            if ((AskForPrices.WantedLines(order, rulebook).Any()
                ? new("GATE_NOT_PASSED", "It uses sealed prices, which must be asked for first: start a run over this order alone.")
                : order.StartRun(rulebook, now, runId: runId, together: together)) is { } why)
            {
                return Of(order, why).ToProblem();
            }
        }

        orders.ForEach(order => db.Record("RUN_STARTED", order.Id));
        await db.SaveAsync(orders, ct);
        var documents = await db.ReceivedDocuments.AsNoTracking().Where(d => ids.Contains(d.OrderId))
            .ToDictionaryAsync(d => d.OrderId, d => d.Document, ct);
        var views = new List<OrderView>();
        foreach (var id in together)
        {
            views.Add(await OrderView.OfAsync(orders.Find(o => o.Id == id)!, documents[id], db, ct));
        }

        return TypedResults.Accepted((string?)null, new TogetherResponse(runId, views));
    }

    private static Refusal Of(Order order, Refusal why) =>
        why with { Reason = $"Order {order.BuyerReference} of {order.BuyerName}: {why.Reason}" };

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> GiveUpAsync(
        Guid id, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.FindOrderAsync(id, ct) is not var (order, document))
        {
            return Refusal.NotFound();
        }

        if (order.GiveUpRun(Decider.Of(caller), clock.GetUtcNow().UtcDateTime) is { } refusal)
        {
            return refusal.ToProblem();
        }

        await db.SaveAsync(order, ct);
        return TypedResults.Ok(await OrderView.OfAsync(order, document, db, ct));
    }
}
