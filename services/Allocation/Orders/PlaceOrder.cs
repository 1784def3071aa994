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
            + "seller's item number. A line whose item is not in the list stays unmatched until the manager matches it; nothing is dropped or "
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
            : await StoreAsync(
                request, DocumentQuestion.OfJson(request), null, faults => Refusal.Invalid(OrderDocument.ByField(faults)), db, caller, clock, ct);

    /// <summary>Stores the order, the document it came as and its event in one save.</summary>
    /// <param name="received">What the buyer sent, checked by itself.</param>
    /// <param name="questions">What the manager must decide on before the order can be accepted.</param>
    /// <param name="file">The file that it came as, if any.</param>
    /// <param name="refuse">Answers with faults that show only when the products and their units are known.</param>
    /// <param name="db">The database.</param>
    /// <param name="caller">The manager.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="ct">Cancels.</param>
    internal static async Task<Results<Created<OrderView>, ProblemHttpResult>> StoreAsync(
        OrderDocument received, IReadOnlyList<DocumentQuestion> questions, byte[]? file, Func<IReadOnlyList<OrderFault>, ProblemHttpResult> refuse,
        AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var (order, document, faults) = await AddAsync(
            Guid.CreateVersion7(), caller.ConsortiumId, received, questions, file, db, clock.GetUtcNow().UtcDateTime, ct);
        if (order is null)
        {
            return refuse(faults);
        }

        await db.SaveAsync(order, ct);
        return TypedResults.Created($"/api/allocation/orders/{order.Id}", await OrderView.OfAsync(order, document, db, ct));
    }

    /// <summary>The order and the document it came as, to be saved; or what shows to be wrong when the products and their units are known.</summary>
    internal static async Task<(Order? Order, OrderDocument Document, IReadOnlyList<OrderFault> Faults)> AddAsync(
        Guid id, Guid consortiumId, OrderDocument received, IReadOnlyList<DocumentQuestion> questions, byte[]? file, AllocationDb db, DateTime now,
        CancellationToken ct)
    {
        var products = await Product.KnownAsync(db, consortiumId, received.Lines.Select(CodeOf), ct);
        var (document, faults) = Count(received, line => products.GetValueOrDefault(CodeOf(line)), isFile: file is not null);
        if (faults.Count > 0)
        {
            return (null, document, faults);
        }

        var order = Order.Place(id, consortiumId, document, line => products.GetValueOrDefault(CodeOf(line)), now);
        order.Ask(await IsForAnotherAsync(document.Seller, db, consortiumId, ct)
            ? [DocumentQuestion.OfSeller(document.Seller!, isFile: file is not null), .. questions]
            : questions);
        db.Add(order);
        db.Add(new ReceivedDocument { OrderId = order.Id, ConsortiumId = order.ConsortiumId, Json = ReceivedDocument.Write(document), File = file });
        return (order, document, faults);

        static string CodeOf(DocumentLine line) => line.Product ?? line.Item.SellersId?.Value ?? "";
    }

    // Quantities and prices in the units of the products. In JSON a price names its pieces itself: there is no unit to convert.
    private static (OrderDocument Document, List<OrderFault> Faults) Count(OrderDocument received, Func<DocumentLine, Product?> known, bool isFile)
    {
        var faults = new List<OrderFault>();
        var lines = received.Lines.Select((line, i) =>
        {
            var product = known(line);
            var (counted, fault) = CountLine.WithPricePerItsUnit($"lines[{i}]", line, isFile ? product : null);
            fault ??= product is null ? null : CountLine.Fault($"lines[{i}]", counted, product);
            faults.AddRange(fault is null ? [] : [fault]);
            return counted;
        }).ToList();
        if (faults.Count > 0 || !lines.Exists(line => line.HasPricePerAnotherUnit))
        {
            return (received, faults);
        }

        var converted = received with { Lines = lines };
        return (converted, CheckOrderDocument.Faults(converted, pricesConverted: true));
    }

    // As long as the consortium has not stated its party there is nothing to compare.
    private static async Task<bool> IsForAnotherAsync(DocumentParty? seller, AllocationDb db, Guid consortiumId, CancellationToken ct) =>
        seller is not null && (await db.ConsortiumAsync(consortiumId, ct)).Party is { } own && !OwnParty.Is(own, seller);
}
