using ExportConsortia.Allocation.Engine;
using ExportConsortia.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Orders;

/// <summary>A run has begun: it is carried out at once, or, if it takes long, in the background, so that no other message waits for it.</summary>
internal sealed class AllocateOrder(AllocationDb db, TimeProvider clock) : IConsumer<AllocationRunStarted>
{
    /// <summary>Lines that <c>Balanced</c> plans together in a moment; with as many, or more, a run is a long one.</summary>
    public const int LinesOfALongRun = 200;

    public async Task Consume(ConsumeContext<AllocationRunStarted> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (message, ct) = (context.Message, context.CancellationToken);
        var together = message.Together ?? [message.OrderId];
        if (together[0] != message.OrderId)
        {
            // Of orders that are planned together the first one's message begins the run.
            await db.SaveChangesAsync(ct);
        }
        else if (await LinesTogetherAsync(message.ConsortiumId, together, ct) >= LinesOfALongRun)
        {
            db.Add(new LongRun { RunId = message.RunId, ConsortiumId = message.ConsortiumId, Orders = [.. together], StartedAt = message.OccurredAt });
            await db.SaveChangesAsync(ct);
        }
        else
        {
            await new CarryOutRun(db, clock).NowAsync(message.RunId, together, snapshot => Task.FromResult(SplitOrder.Plan(snapshot)), CarryOutRun.IfStale.BeginAnew, ct);
        }
    }

    private async Task<int> LinesTogetherAsync(Guid consortiumId, IReadOnlyList<Guid> together, CancellationToken ct)
    {
        var orders = await db.Orders.AsNoTracking().Where(o => together.Contains(o.Id)).ToListAsync(ct);
        var rulebook = await db.RulebookAsync(consortiumId, clock.GetUtcNow().UtcDateTime, ct);
        return orders.Sum(order => order.Lines.Count(line => rulebook.RuleFor(line.Family).Policy == nameof(Engine.Balanced) && order.UnallocatedOf(line) > 0));
    }
}
