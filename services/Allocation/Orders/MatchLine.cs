using ExportConsortia.Allocation.Members;

namespace ExportConsortia.Allocation.Orders;

/// <summary>The manager chooses the consortium's product for a line that the buyer's file did not identify.</summary>
internal static class MatchLine
{
    /// <summary>The match.</summary>
    public sealed record Request
    {
        /// <summary>Code of a product in the consortium's list that is not retired.</summary>
        /// <example>TK-12</example>
        public required string Product { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("orders/{id:guid}/lines/{lineId}/product", HandleAsync)
        .WithName(nameof(MatchLine)).For(Role.ConsortiumManager).InTurnOfOrder()
        .WithSummary("Match a line to a product of the consortium")
        .WithDescription("Needs `If-Match` with the order's ETag: 428 if missing, 412 if the order has changed since. `ALREADY_DECIDED` once the "
            + "line was offered; `UNIT_UNKNOWN` if the list has no conversion from the line's unit to the product's, `QUANTITY_TOO_FINE` if the "
            + "quantity is no whole number of the product's unit.")
        .WithExample(new Request { Product = "TK-12" })
        .WithIfMatch();

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> HandleAsync(
        Guid id, string lineId, Request request, HttpContext http, AllocationDb db, CancellationToken ct)
    {
        if (await db.FindOrderAsync(id, ct) is not var (order, document) || order.Line(lineId) is not { } line)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, order.Version) is { } stale)
        {
            return stale;
        }

        var products = await Product.KnownAsync(db, order.ConsortiumId, [request.Product], ct);
        if (!products.TryGetValue(request.Product, out var product))
        {
            return Refusal.Invalid("product", $"The consortium's list has no product '{request.Product}'.");
        }

        if (order.Match(line, product, document.Lines.First(l => l.LineId == lineId)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Record("LINE_MATCHED", id, $"Line {lineId}: {request.Product}");
        await db.SaveAsync(order, ct);
        EntityTag.Write(http.Response, order.Version);
        return TypedResults.Ok(await OrderView.OfAsync(order, document, db, ct));
    }
}
