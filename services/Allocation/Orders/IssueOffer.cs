using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Orders;

/// <summary>Writes what a member is told of an offer: the terms and the reasons, from the order and the member's own numbers.</summary>
internal static class IssueOffer
{
    /// <summary>With fewer members asked about a line, its size, a part of it, or the buyer's name would tell what another firm holds (H2).</summary>
    public const int Anonymous = 3;

    public static MemberOffer ViewOf(
        Offer offer, Order order, OrderDocument document, IEnumerable<Guid> round, IReadOnlyList<ExplanationStep> explanation, DateTime now)
    {
        var told = order.Offers.Where(o => o.LineId == offer.LineId).Select(o => o.MemberId).Concat(round).Distinct().Count() >= Anonymous;
        var line = order.Line(offer.LineId)!;
        var written = document.Lines.Single(l => l.LineId == offer.LineId);
        return new MemberOffer
        {
            Id = offer.Id,
            OrderId = order.Id,
            ConsortiumId = order.ConsortiumId,
            MemberId = offer.MemberId,
            Family = line.Family,
            Kind = offer.Kind,
            Quantity = offer.Quantity,
            IssuedAt = now,
            ExpiresAt = offer.ExpiresAt,
            State = offer.State,
            Accepted = offer.Accepted,
            AnsweredAt = offer.AnsweredAt,
            Terms = new OfferTerms
            {
                LineId = offer.LineId,
                Product = line.Product!,
                Description = written.Item.Name ?? written.Item.Description,
                Unit = written.Unit,
                PiecesPerUnit = written.PiecesPerUnit,
                LotSize = offer.LotSize,
                MinLot = offer.MinLot,
                Price = written.Price is { } price ? new UnitPrice(price.MinorUnits, price.PerQuantity) : null,
                Currency = order.Currency,
                DeliveryFrom = line.From,
                DeliveryBefore = line.Due,
                DeliveryTerms = document.DeliveryTerms is { } terms ? $"{terms.Incoterm} {terms.NamedPlace}".Trim() : null,
                Buyer = told ? order.BuyerName : null,
                OrderedQuantity = told ? line.Ordered : null,
                Subcontract = offer.Subcontract,
            },
            Explanation = [.. explanation.Where(step => told || !step.Values.Any(v => v.Name is "ordered" or "concentrationRoom" or "probationRoom"))],
        };
    }
}
