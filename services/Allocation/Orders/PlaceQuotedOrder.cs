using ExportConsortia.Allocation.Documents;
using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Orders;

/// <summary>
/// A buyer accepted a quotation: it becomes an order, which waits for screening as any other does. The order has the quotation's id, so that it is
/// placed once, however often the message comes. An item that is no longer listed stays as an unmatched line.
/// </summary>
internal sealed class PlaceQuotedOrder(AllocationDb db, TimeProvider clock) : IConsumer<QuotationAccepted>
{
    public async Task Consume(ConsumeContext<QuotationAccepted> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (message, ct) = (context.Message, context.CancellationToken);
        if (await db.Orders.AnyAsync(o => o.Id == message.QuotationId, ct))
        {
            await db.SaveChangesAsync(ct);
            return;
        }

        var received = DocumentOf(message, (await db.ConsortiumAsync(message.ConsortiumId, ct)).Day(message.OccurredAt));
        var (order, _, faults) = CheckOrderDocument.Faults(received) is { Count: > 0 } wrong
            ? (null, received, wrong)
            : await PlaceOrder.AddAsync(
                message.QuotationId, message.ConsortiumId, received, DocumentQuestion.OfJson(received), null, db, clock.GetUtcNow().UtcDateTime, ct);
        if (order is null)
        {
            // Nothing is dropped: it goes to the failed messages with its reason, and is sent again when the cause is removed.
            throw new InvalidOperationException(
                $"Quotation {message.QuotationNumber} can't become an order: {string.Join(" ", faults.Select(f => $"{f.Field}: {f.Sentence}"))}");
        }

        await db.SaveAsync(order, ct);
    }

    private static OrderDocument DocumentOf(QuotationAccepted message, DateOnly accepted) => new()
    {
        OrderNumber = message.QuotationNumber,
        QuotationReference = message.QuotationNumber,
        IssueDate = accepted,
        Notes = [$"From quotation {message.QuotationNumber}, version {message.Version}, accepted by the buyer. SHA-256: {message.ContentHash}"],
        Currency = message.Currency,
        Buyer = new() { Name = message.BuyerName, PostalAddress = message.BuyerCountry is { } country ? new(CountryCode: country) : null },
        Delivery = message.DeliverFrom is null && message.DeliverUntil is null
            ? null
            : new() { RequestedPeriod = new(StartDate: message.DeliverFrom, EndDate: message.DeliverUntil) },
        DeliveryTerms = message.Incoterm is null && message.NamedPlace is null
            ? null
            : new(Incoterm: message.Incoterm, NamedPlace: message.NamedPlace),
        Lines = [.. message.Lines.Select(line => new DocumentLine
        {
            LineId = line.LineId,
            Product = line.ProductCode,
            Quantity = line.Quantity,
            Unit = line.Unit,
            Price = new(line.UnitPriceMinor),
            Item = new() { Name = line.ProductName },
        })],
    };
}
