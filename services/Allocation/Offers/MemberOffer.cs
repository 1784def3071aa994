using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Offers;

/// <summary>
/// A member's own order: the one offer, in its words and its numbers, and nothing of anybody else (ORD-07). It is a projection saved with the
/// order, never the order itself filtered.
/// </summary>
internal sealed class MemberOffer
{
    public required Guid Id { get; init; }

    public required Guid OrderId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>The product family; open offers count for its policy Balanced; none on older offers.</summary>
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

    public required OfferTerms Terms { get; init; }

    public required List<ExplanationStep> Explanation { get; init; }

    /// <summary>Takes over what became of the offer.</summary>
    public void Follow(Offer offer)
    {
        State = offer.State;
        Accepted = offer.Accepted;
        AnsweredAt = offer.AnsweredAt;
        Reason = offer.Reason;
        Note = offer.Note;
    }
}
