using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Offers;

/// <summary>Writes what a member is told of an offer: the terms and the reasons, from the order and the member's own numbers.</summary>
internal static class IssueOffer
{
    /// <summary>With fewer members asked about a line, its size, a part of it, or the buyer's name would tell what another firm holds (H2).</summary>
    public const int Anonymous = 3;

    /// <param name="offer">The offer.</param>
    /// <param name="order">Its order.</param>
    /// <param name="document">What the buyer wrote.</param>
    /// <param name="rule">The rule of the line's family: where it goes by sealed prices, nobody is told what the buyer pays, or all would ask just that; but a part that was set by hand needs a price.</param>
    /// <param name="round">All whom the round asks about the line.</param>
    /// <param name="explanation">Why so much.</param>
    /// <param name="now">The moment, UTC.</param>
    public static MemberOffer ViewOf(
        Offer offer, Order order, OrderDocument document, AllocationRule rule, IEnumerable<Guid> round, IReadOnlyList<ExplanationStep> explanation, DateTime now)
    {
        var told = order.Offers.Where(o => o.LineId == offer.LineId).Select(o => o.MemberId).Concat(round).Distinct().Count() >= Anonymous;
        var price = offer.SealedPrice is { } awarded ? new UnitPrice(awarded, 1)
            : rule.Policy == nameof(SealedPrice) && offer.Kind != OfferKind.ByHand ? null
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
            Terms = TermsOf(order, offer.LineId, document, offer.LotSize, offer.MinLot, price, told) with { Subcontract = offer.Subcontract, PriceMatch = offer.ToMatch },
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
