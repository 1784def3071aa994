using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Members;

namespace ExportConsortia.Allocation.Orders;

/// <summary>A buyer's order comes in as JSON and waits for screening. An item that the consortium doesn't know stays as an unmatched line.</summary>
internal static class PlaceOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders", HandleAsync)
        .WithName(nameof(PlaceOrder)).For(Role.ConsortiumManager)
        .WithSummary("Place a buyer's order")
        .WithDescription("Stores the order as the buyer wrote it and finds the consortium's product of each line: by `product`, else by the "
            + "seller's item number. A line whose item no firm can make stays unmatched until the manager matches it; nothing is dropped or "
            + "guessed. The order then waits for screening (R-601).")
        .WithExample(new
        {
            orderNumber = "PO-2027-118",
            currency = "EUR",
            buyer = new { name = "Nordhaus Möbel GmbH" },
            delivery = new { requestedPeriod = new { startDate = "2027-03-01", endDate = "2027-05-23" } },
            deliveryTerms = new { incoterm = "FOB", namedPlace = "Laem Chabang" },
            lines = new[]
            {
                new
                {
                    lineId = "1",
                    product = "TK-12",
                    quantity = 1000,
                    unit = "C62",
                    price = new { minorUnits = 4800 },
                    item = new { name = "Garden chair, teak" },
                },
            },
        });

    private static async Task<Results<Created<OrderView>, ProblemHttpResult>> HandleAsync(
        OrderDocument request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
        request.Validate() is { Count: > 0 } errors
            ? Refusal.Invalid(errors)
            : await StoreAsync(request, DocumentQuestion.OfJson(request), null, db, caller, clock, ct);

    /// <summary>Stores the order, the document it came as and its event in one save.</summary>
    internal static async Task<Created<OrderView>> StoreAsync(
        OrderDocument document, IReadOnlyList<DocumentQuestion> questions, byte[]? file,
        AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var products = await Product.KnownAsync(db, caller.ConsortiumId, ct);
        var order = Order.Place(
            Guid.CreateVersion7(), caller.ConsortiumId, document,
            line => products.GetValueOrDefault(line.Product ?? line.Item.SellersId?.Value ?? ""),
            clock.GetUtcNow().UtcDateTime);
        order.Ask(await IsForAnotherAsync(document.Seller, db, caller, ct)
            ? [DocumentQuestion.OfSeller(document.Seller!, isFile: file is not null), .. questions]
            : questions);
        db.Add(order);
        db.Add(new ReceivedDocument { OrderId = order.Id, ConsortiumId = order.ConsortiumId, Json = ReceivedDocument.Write(document), File = file });
        await db.SaveAsync(order, ct);
        return TypedResults.Created($"/api/allocation/orders/{order.Id}", await OrderView.OfAsync(order, document, db, ct));
    }

    // As long as the consortium has not stated its party there is nothing to compare.
    private static async Task<bool> IsForAnotherAsync(DocumentParty? seller, AllocationDb db, Caller caller, CancellationToken ct) =>
        seller is not null && (await db.ConsortiumAsync(caller.ConsortiumId, ct)).Party is { } own && !OwnParty.Is(own, seller);
}
