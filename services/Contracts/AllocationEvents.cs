namespace ExportConsortia.Contracts;

/// <summary>A buyer's order came in and waits for screening.</summary>
public sealed record BuyerOrderReceived(Guid ConsortiumId, Guid OrderId, string BuyerReference, DateTime OccurredAt);

/// <summary>Screening is clear and the manager accepted the order: allocation may start.</summary>
public sealed record BuyerOrderAccepted(Guid ConsortiumId, Guid OrderId, DateTime OccurredAt);

/// <summary>Screening found a true hit: the order is frozen, its offers withdrawn, its reservations released.</summary>
public sealed record OrderBlocked(Guid ConsortiumId, Guid OrderId, DateTime OccurredAt);

/// <summary>A run over what is open of an order was asked for; at most one is under way an order.</summary>
public sealed record AllocationRunStarted(Guid ConsortiumId, Guid OrderId, Guid RunId, int Round, DateTime OccurredAt)
{
    /// <summary>The orders that the run plans together, this one among them; none if it plans this one alone.</summary>
    public IReadOnlyList<Guid>? Together { get; init; }
}

/// <summary>A member firm was asked for its sealed price of an order line; it may hand one in until <paramref name="ClosesAt"/>, exclusive .</summary>
public sealed record PriceAsked(
    Guid ConsortiumId, Guid OrderId, string LineId, Guid InvitationId, Guid MemberId, DateTime ClosesAt, DateTime OccurredAt);

/// <summary>No sealed price is taken any more for a run that waits for them: it may open them and go on. Never a price.</summary>
public sealed record PriceRoundClosed(Guid ConsortiumId, Guid OrderId, Guid RunId, Guid RoundId, DateTime OccurredAt);

/// <summary>A run has been calculated and its offers are out.</summary>
public sealed record AllocationRunCompleted(Guid ConsortiumId, Guid OrderId, Guid RunId, int Round, int Offers, DateTime OccurredAt);

/// <summary>A member firm was offered a part of an order line. Quantities in pieces; never a price.</summary>
public sealed record OfferIssued(
    Guid ConsortiumId, Guid OrderId, string LineId, Guid OfferId, Guid MemberId, long Quantity, DateTime ExpiresAt, DateTime OccurredAt);

/// <summary>A member firm answered its offer: <c>Accepted</c>, <c>PartiallyAccepted</c> or <c>Declined</c>.</summary>
public sealed record OfferAnswered(
    Guid ConsortiumId, Guid OrderId, string LineId, Guid OfferId, Guid MemberId, string Answer, long AcceptedQuantity, DateTime OccurredAt);

/// <summary>A member firm was silent until the deadline: one strike, the quantity is open again.</summary>
public sealed record OfferExpired(Guid ConsortiumId, Guid OrderId, string LineId, Guid OfferId, Guid MemberId, DateTime OccurredAt);

/// <summary>A quantity is binding for a member firm.</summary>
public sealed record AllocationConfirmed(
    Guid ConsortiumId, Guid OrderId, string LineId, Guid AllocationId, Guid MemberId, long Quantity, DateTime OccurredAt);

/// <summary>Every piece of the order is allocated, or short-closed with the buyer.</summary>
public sealed record OrderAllocated(Guid ConsortiumId, Guid OrderId, DateTime OccurredAt);

/// <summary>The rounds are used up or nobody is left to ask: the shortage procedure begins .</summary>
public sealed record ShortageDeclared(Guid ConsortiumId, Guid OrderId, long OpenQuantity, DateTime OccurredAt);
