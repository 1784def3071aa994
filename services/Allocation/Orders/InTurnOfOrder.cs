using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Allocation.Orders;

/// <summary>
/// What the clean team does to an order waits for its turn among the answers of firms: else a long order, answered without pause, would always be
/// another one by the time that it is saved.
/// </summary>
internal static class InTurnOfOrderExtensions
{
    /// <summary>For a route whose <c>id</c> is the order.</summary>
    public static RouteHandlerBuilder InTurnOfOrder(this RouteHandlerBuilder route) => route.OneAtATimeOfEach().AddEndpointFilter((context, next) =>
    {
        var http = context.HttpContext;
        var order = Guid.Parse($"{http.Request.RouteValues["id"]}");
        return new(http.RequestServices.GetRequiredService<AllocationDb>().InTurnAsync(
            Order.TurnOf(order), async () => await next(context), http.RequestAborted));
    });
}
