using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Offers;

/// <summary>An offer as its member firm sees it: the firm's own terms and numbers, and the reasons.</summary>
public sealed record OfferView
{
    /// <summary>The offer.</summary>
    public required Guid OfferId { get; init; }

    /// <summary>The order that it is a part of.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>The member firm that it is for.</summary>
    public required Guid MemberId { get; init; }

    /// <summary>Where it comes from.</summary>
    public required OfferKind Kind { get; init; }

    /// <summary>Its state; an offer past its deadline shows as <c>Expired</c>.</summary>
    public required OfferState State { get; init; }

    /// <summary>UN/ECE code of the unit of the quantities, as in <see cref="OfferTerms.Unit"/>.</summary>
    public required string Unit { get; init; }

    /// <summary>How many of <see cref="Unit"/> are offered.</summary>
    public required long Quantity { get; init; }

    /// <summary>How many are accepted.</summary>
    public required long Accepted { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTime IssuedAt { get; init; }

    /// <summary>Deadline, UTC, exclusive: an answer at exactly this instant is late .</summary>
    public required DateTime ExpiresAt { get; init; }

    /// <summary>When it was answered, UTC.</summary>
    public DateTime? AnsweredAt { get; init; }

    /// <summary>The account of the person who answered for the firm; absent if nobody did, or before this was kept.</summary>
    public Guid? AnsweredBy { get; init; }

    /// <summary>
    /// When the firm gave an answer that waits, UTC: the consortium must finish a check of the order first. It was in time, and counts then.
    /// </summary>
    public DateTime? WaitingSince { get; init; }

    /// <summary>How many of <see cref="Unit"/> the answer that waits accepts; 0: it declines.</summary>
    public long? WaitingQuantity { get; init; }

    /// <summary>Why it was declined.</summary>
    public DeclineReason? Reason { get; init; }

    /// <summary>The note given with the refusal.</summary>
    public string? Note { get; init; }

    /// <summary>What is offered.</summary>
    public required OfferTerms Terms { get; init; }

    /// <summary>Why this quantity: the rules and the firm's own numbers, step by step.</summary>
    public required IReadOnlyList<ExplanationStep> Explanation { get; init; }

    internal static OfferView Of(MemberOffer offer, DateTime now) => new()
    {
        OfferId = offer.Id,
        OrderId = offer.OrderId,
        MemberId = offer.MemberId,
        Kind = offer.Kind,
        State = offer is { State: OfferState.Proposed, WaitingSince: null } && now >= offer.ExpiresAt ? OfferState.Expired : offer.State,
        Unit = offer.Terms.Unit,
        Quantity = offer.Quantity,
        Accepted = offer.Accepted,
        IssuedAt = offer.IssuedAt,
        ExpiresAt = offer.ExpiresAt,
        AnsweredAt = offer.AnsweredAt,
        AnsweredBy = offer.AnsweredBy,
        WaitingSince = offer.WaitingSince,
        WaitingQuantity = offer.WaitingQuantity,
        Reason = offer.Reason,
        Note = offer.Note,
        Terms = offer.Terms,
        Explanation = [.. Sentences.ForTheFirm(offer.Explanation)],   // older rows hold what the plan said
    };
}
