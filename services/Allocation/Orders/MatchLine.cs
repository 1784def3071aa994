using ExportConsortia.Allocation.Members;

namespace ExportConsortia.Allocation.Orders;

/// <summary>The manager chooses the consortium's product for a line that the buyer's file did not identify.</summary>
internal static class MatchLine
{
    /// <summary>The match.</summary>
    public sealed record Request
    {
        /// <summary>A product code that at least one member firm can make.</summary>
        /// <example>TK-12</example>
        public required string Product { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("orders/{id:guid}/lines/{lineId}/product", HandleAsync)
        .WithName(nameof(MatchLine)).For(Role.ConsortiumManager)
        .WithSummary("Match a line to a product of the consortium")
        .WithDescription("Needs `If-Match` with the order's ETag: 428 if missing, 412 if the order has changed since. `ALREADY_DECIDED` once the "
            + "line was offered.")
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

        var products = await Product.KnownAsync(db, order.ConsortiumId, ct);
        if (!products.TryGetValue(request.Product, out var product))
        {
            return Refusal.Invalid("product", $"No member firm can make '{request.Product}'.");
        }

        if (order.Match(line, product) is { } refusal)
        {
            return refusal.ToProblem();
        }

        await db.SaveAsync(order, ct);
        EntityTag.Write(http.Response, order.Version);
        return TypedResults.Ok(await OrderView.OfAsync(order, document, db, ct));
    }
}
