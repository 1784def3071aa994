using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Orders;

/// <summary>Writes what a member is told of an offer: the terms and the reasons, from the order and the member's own numbers.</summary>
internal static class IssueOffer
{
    /// <summary>With fewer members asked about a line, its size, a part of it, or the buyer's name would tell what another firm holds (H2).</summary>
    public const int Anonymous = 3;

    public static MemberOffer ViewOf(
        Offer offer, Order order, OrderDocument document, IEnumerable<Guid> round, IReadOnlyList<ExplanationStep> explanation, DateTime now,
        long? sealedPrice = null)
    {
        var told = order.Offers.Where(o => o.LineId == offer.LineId).Select(o => o.MemberId).Concat(round).Distinct().Count() >= Anonymous;
        // Whoever was awarded at a price of its own gets that price; what the buyer pays is another matter.
        var price = sealedPrice is { } own ? new UnitPrice(own, 1)
            : document.Lines.Single(l => l.LineId == offer.LineId).Price is { } buyers ? new UnitPrice(buyers.MinorUnits, buyers.PerQuantity) : null;
        return new MemberOffer
        {
            Id = offer.Id,
            OrderId = order.Id,
            ConsortiumId = order.ConsortiumId,
            MemberId = offer.MemberId,
            Family = order.Line(offer.LineId)!.Family,
            Kind = offer.Kind,
            Quantity = offer.Quantity,
            IssuedAt = now,
            ExpiresAt = offer.ExpiresAt,
            State = offer.State,
            Accepted = offer.Accepted,
            AnsweredAt = offer.AnsweredAt,
            Terms = TermsOf(order, offer.LineId, document, offer.LotSize, offer.MinLot, price, told) with { Subcontract = offer.Subcontract },
            Explanation = [.. explanation.Where(step => told || !step.Values.Any(v => v.Name is "ordered" or "concentrationRoom" or "probationRoom"))],
        };
    }

    /// <summary>What is wanted of a line; <paramref name="told"/>: enough members are asked to name its size and the buyer (H2).</summary>
    public static OfferTerms TermsOf(Order order, string lineId, OrderDocument document, long lotSize, long minLot, UnitPrice? price, bool told)
    {
        var line = order.Line(lineId)!;
        var written = document.Lines.Single(l => l.LineId == lineId);
        return new OfferTerms
        {
            LineId = lineId,
            Product = line.Product!,
            Description = written.Item.Name ?? written.Item.Description,
            Unit = written.Unit,
            PiecesPerUnit = written.PiecesPerUnit,
            LotSize = lotSize,
            MinLot = minLot,
            Price = price,
            Currency = order.Currency,
            DeliveryFrom = line.From,
            DeliveryBefore = line.Due,
            DeliveryTerms = document.DeliveryTerms is { } terms ? $"{terms.Incoterm} {terms.NamedPlace}".Trim() : null,
            Buyer = told ? order.BuyerName : null,
            OrderedQuantity = told ? line.Ordered : null,
        };
    }
}
