using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Runs;

/// <summary>
/// A run has begun, or the sealed prices that it waited for may be opened: it is carried out at once, or, if it takes long, in the background, so that no
/// other message waits for it.
/// </summary>
internal sealed class AllocateOrder(AllocationDb db, PriceSecret secret, TimeProvider clock) : IConsumer<AllocationRunStarted>, IConsumer<PriceRoundClosed>
{
    /// <summary>Lines that <c>Balanced</c> plans together in a moment; with as many, or more, a run is a long one.</summary>
    public const int LinesOfALongRun = 200;

    public Task Consume(ConsumeContext<AllocationRunStarted> context) =>
        GoOnAsync(context, context.Message.RunId, context.Message.OrderId, context.Message.Together ?? [context.Message.OrderId]);

    public Task Consume(ConsumeContext<PriceRoundClosed> context) => GoOnAsync(context, context.Message.RunId, context.Message.OrderId, [context.Message.OrderId]);

    private async Task GoOnAsync(ConsumeContext context, Guid runId, Guid orderId, IReadOnlyList<Guid> together)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var ct = context.CancellationToken;
        if (together[0] != orderId)
        {
            // Of orders that are planned together the first one's message begins the run.
            await db.SaveChangesAsync(ct);
            return;
        }

        var orders = await CarryOutRun.OrdersAsync(db, runId, together, ct);
        if (await LinesTogetherAsync(orders, ct) >= LinesOfALongRun)
        {
            db.Add(new LongRun { RunId = runId, ConsortiumId = orders[0].ConsortiumId, Orders = [.. together], StartedAt = clock.GetUtcNow().UtcDateTime });
            await db.SaveChangesAsync(ct);
            return;
        }

        await new CarryOutRun(db, secret, clock).NowAsync(
            orders, isJoint: together.Count > 1, snapshot => Task.FromResult(SplitOrder.Plan(snapshot)), CarryOutRun.IfStale.BeginAnew, ct);
    }

    private async Task<int> LinesTogetherAsync(List<Order> orders, CancellationToken ct)
    {
        if (orders.Sum(order => order.Lines.Count) < LinesOfALongRun)
        {
            return 0;
        }

        var rulebook = await db.RulebookAsync(orders[0].ConsortiumId, orders[0].Run!.StartedAt, ct);
        return orders.Sum(order => order.Lines.Count(line => rulebook.RuleFor(line.Family).Policy == nameof(Engine.Balanced) && order.UnallocatedOf(line) > 0));
    }
}
