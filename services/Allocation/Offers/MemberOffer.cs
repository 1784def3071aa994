using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Offers;

/// <summary>
/// An offer as its member firm may read it: the firm's own terms and numbers, and nothing of another firm (ORD-07). It is a projection saved with the
/// order, never the order itself filtered.
/// </summary>
internal sealed class MemberOffer
{
    public required Guid Id { get; init; }

    public required Guid OrderId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>The product family; the policy Balanced counts open offers by it; null on older offers.</summary>
    public string? Family { get; init; }

    public required OfferKind Kind { get; init; }

    public required long Quantity { get; init; }

    public required DateTime IssuedAt { get; init; }

    public required DateTime ExpiresAt { get; init; }

    public OfferState State { get; set; }

    public long Accepted { get; set; }

    public DateTime? AnsweredAt { get; set; }

    public DeclineReason? Reason { get; set; }

    public string? Note { get; set; }

    /// <summary>The account of the person who answered for the firm.</summary>
    public Guid? AnsweredBy { get; set; }

    /// <summary>When the firm gave the answer that waits for the screening of the order; null: none waits.</summary>
    public DateTime? WaitingSince { get; set; }

    /// <summary>How much it would accept; 0: it would decline.</summary>
    public long? WaitingQuantity { get; set; }

    public required OfferTerms Terms { get; init; }

    public required List<ExplanationStep> Explanation { get; init; }

    /// <summary>Describes an offer to its firm: the terms and the reasons.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="order">Its order.</param>
    /// <param name="document">What the buyer wrote.</param>
    /// <param name="rule">
    /// The rule of the line's family. If it goes by sealed prices, nobody learns what the buyer pays, or all would ask just that; a part set
    /// by hand needs a price all the same.
    /// </param>
    /// <param name="asked">All firms that are asked about the line at the same time.</param>
    /// <param name="explanation">Why this quantity.</param>
    /// <param name="now">The moment, UTC.</param>
    public static MemberOffer Of(
        Offer offer, Order order, OrderDocument document, AllocationRule rule, IEnumerable<Guid> asked,
        IReadOnlyList<ExplanationStep> explanation, DateTime now)
    {
        var isAnonymous = EnoughAreAsked(order, offer.LineId, asked);
        var price = offer.Awarded is { } awarded
            ? new UnitPrice(awarded.Minor, awarded.PerQuantity)
            : BuyersPrice(order, offer.LineId, offer.Kind, document, rule);
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
            AnsweredBy = offer.AnsweredBy,
            Terms = OfferTerms.Of(order, offer.LineId, document, offer.LotSize, offer.MinLot, price, isAnonymous) with
            {
                Subcontract = offer.Subcontract,
                PriceMatch = offer.ToMatch,
            },
            Explanation = [.. Sentences.ForTheFirm(explanation)],
        };
    }

    /// <summary>The terms that a claim of an open call is binding for.</summary>
    /// <param name="call">The call.</param>
    /// <param name="order">Its order.</param>
    /// <param name="document">What the buyer wrote.</param>
    /// <param name="own">The firm's own price, if the line is sold by sealed price.</param>
    public static OfferTerms TermsOf(OpenCall call, Order order, OrderDocument document, SealedAmount? own) => OfferTerms.Of(
        order, call.LineId, document, call.LotSize, call.MinLot,
        call.BySealedPrice ? own is { } price ? new UnitPrice(price.Minor, price.PerQuantity) : null
            : order.Line(call.LineId)!.PriceOf(document.Lines.Single(l => l.LineId == call.LineId)),
        EnoughAreAsked(order, call.LineId, call.Members));

    /// <summary>Copies the answer, or how else the offer ended.</summary>
    public void CopyAnswerFrom(Offer offer)
    {
        State = offer.State;
        Accepted = offer.Accepted;
        AnsweredAt = offer.AnsweredAt;
        Reason = offer.Reason;
        Note = offer.Note;
        AnsweredBy = offer.AnsweredBy ?? offer.Waiting?.By;
        (WaitingSince, WaitingQuantity) = (offer.Waiting?.At, offer.Waiting?.Accepted);
    }

    private static bool EnoughAreAsked(Order order, string lineId, IEnumerable<Guid> asked) =>
        order.Offers.Where(o => o.LineId == lineId).Select(o => o.MemberId).Concat(asked).Distinct().Count() >= OfferTerms.FirmsForAnonymity;

    private static UnitPrice? BuyersPrice(Order order, string lineId, OfferKind kind, OrderDocument document, AllocationRule rule) =>
        rule.Policy == nameof(SealedPrice) && kind is not (OfferKind.ByHand or OfferKind.OpenCall)
            ? null
            : order.Line(lineId)!.PriceOf(document.Lines.Single(l => l.LineId == lineId));
}
