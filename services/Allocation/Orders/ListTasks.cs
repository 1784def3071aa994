using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation.Orders;

/// <summary>What the orders need a person for, the most urgent first. Read from digests: no order and no run is opened.</summary>
internal static class ListTasks
{
    private const int Most = 200;

    private static readonly TimeSpan Soon = TimeSpan.FromHours(24);

    private static readonly OrderState[] InWork =
        [OrderState.Received, OrderState.Screening, OrderState.Accepted, OrderState.Allocating, OrderState.Short];

    /// <summary>Something that a person must do.</summary>
    /// <param name="Kind">What.</param>
    /// <param name="OrderId">The order.</param>
    /// <param name="Buyer">The buyer's name.</param>
    /// <param name="BuyerReference">The buyer's own number of the order.</param>
    /// <param name="LineId">The buyer's id of the line; absent if it is about the whole order.</param>
    /// <param name="Since">Since when it waits, UTC; absent for a deadline.</param>
    /// <param name="Until">The deadline, UTC, exclusive; absent if there is none.</param>
    /// <param name="FirstPerson">The account of the person who decided first, if a second person must decide.</param>
    public sealed record TaskView(
        TaskKind Kind, Guid OrderId, string Buyer, string BuyerReference, string? LineId, DateTime? Since, DateTime? Until, Guid? FirstPerson);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("tasks", HandleAsync)
        .WithName(nameof(ListTasks)).For(Role.ConsortiumManager, Role.Auditor)
        .WithSummary("List what a person must do now")
        .WithDescription("Over all orders in work, the most urgent first, at most 200: answers due within a day, buyers to screen, splits by hand "
            + "to approve, shortages, price rounds without a price, questions, items to match, orders to accept, runs to start and lines to "
            + "split by hand.");

    private static async Task<Ok<IReadOnlyList<TaskView>>> HandleAsync(AllocationDb db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var orders = await db.Orders.AsNoTracking().Where(o => InWork.Contains(o.State))
            .Select(o => new { o.Id, o.State, o.BuyerName, o.BuyerReference, o.NextDeadline, o.Digest }).ToListAsync(ct);
        var splits = (await db.ProposedSplits.AsNoTracking().Where(s => s.State == SplitState.Proposed)
            .Select(s => new { s.OrderId, s.LineId, s.Kind, s.SetAt, s.SetBy }).ToListAsync(ct)).ToLookup(s => s.OrderId);
        return TypedResults.Ok<IReadOnlyList<TaskView>>([.. orders
            .SelectMany(order =>
            {
                var proposed = splits[order.Id].ToList();
                return (order.Digest?.Tasks ?? [])
                    .Where(task => task.Kind != TaskKind.SplitByHand
                        || !proposed.Exists(split => split.Kind == ExceptionKind.Split && split.LineId == task.LineId))
                    .Select(task => View(task.Kind, task.LineId, task.Since, null, task.FirstPerson))
                    .Concat(proposed.Select(split => View(
                        TaskKind.ApproveSplit, split.LineId.Length == 0 ? null : split.LineId, split.SetAt, null, split.SetBy)))
                    .Concat(order.NextDeadline is { } until && until - now < Soon
                        ? [View(TaskKind.AnswersDue, null, null, until, null)]
                        : []);

                TaskView View(TaskKind kind, string? line, DateTime? since, DateTime? until, Guid? first) =>
                    new(kind, order.Id, order.BuyerName, order.BuyerReference, line, since, until, first);
            })
            .OrderBy(task => task.Kind).ThenBy(task => task.Until ?? task.Since).ThenBy(task => task.OrderId).Take(Most)]);
    }
}
