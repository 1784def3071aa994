namespace ExportConsortia.Contracts;

/// <summary>A buyer's order was received and waits for screening.</summary>
public sealed record BuyerOrderReceived(Guid ConsortiumId, Guid OrderId, string BuyerReference, DateTime OccurredAt);

/// <summary>Screening is clear and the manager accepted the order: allocation may start.</summary>
public sealed record BuyerOrderAccepted(Guid ConsortiumId, Guid OrderId, DateTime OccurredAt);

/// <summary>Screening found a true hit: the order is blocked, its offers are withdrawn, its reservations released.</summary>
public sealed record OrderBlocked(Guid ConsortiumId, Guid OrderId, DateTime OccurredAt);

/// <summary>An allocation run over the open pieces of an order started; an order has at most one run at a time.</summary>
public sealed record AllocationRunStarted(Guid ConsortiumId, Guid OrderId, Guid RunId, int Round, DateTime OccurredAt)
{
    /// <summary>The orders that the run plans together, including this one; null if it plans this one alone.</summary>
    public IReadOnlyList<Guid>? Together { get; init; }
}

/// <summary>
/// A member firm was asked for its sealed price of an order line, in <c>Unit</c>; it may submit one before <paramref name="ClosesAt"/> (R-615).
/// <c>Unit</c> is a UN/ECE code, here and below; without it the line is counted in pieces.
/// </summary>
public sealed record PriceAsked(
    Guid ConsortiumId, Guid OrderId, string LineId, Guid InvitationId, Guid MemberId, DateTime ClosesAt, DateTime OccurredAt, string? Unit = null);

/// <summary>The sealed prices that a run waits for are closed: it may open them and continue. Never contains a price.</summary>
public sealed record PriceRoundClosed(Guid ConsortiumId, Guid OrderId, Guid RunId, Guid RoundId, DateTime OccurredAt);

/// <summary>A run was calculated and its offers are issued.</summary>
public sealed record AllocationRunCompleted(Guid ConsortiumId, Guid OrderId, Guid RunId, int Round, int Offers, DateTime OccurredAt);

/// <summary>A member firm was offered a part of an order line. Never contains a price.</summary>
public sealed record OfferIssued(
    Guid ConsortiumId, Guid OrderId, string LineId, Guid OfferId, Guid MemberId, long Quantity, DateTime ExpiresAt, DateTime OccurredAt,
    string? Unit = null);

/// <summary>A member firm answered its offer: <c>Accepted</c>, <c>PartiallyAccepted</c> or <c>Declined</c>.</summary>
public sealed record OfferAnswered(
    Guid ConsortiumId, Guid OrderId, string LineId, Guid OfferId, Guid MemberId, string Answer, long AcceptedQuantity, DateTime OccurredAt,
    string? Unit = null);

/// <summary>A member firm did not answer before the deadline: one strike, and <c>Quantity</c> is open again; 0 in older messages.</summary>
public sealed record OfferExpired(
    Guid ConsortiumId, Guid OrderId, string LineId, Guid OfferId, Guid MemberId, DateTime OccurredAt, long Quantity = 0, string? Unit = null);

/// <summary>A quantity became binding for a member firm.</summary>
public sealed record AllocationConfirmed(
    Guid ConsortiumId, Guid OrderId, string LineId, Guid AllocationId, Guid MemberId, long Quantity, DateTime OccurredAt, string? Unit = null);

/// <summary>Every piece of the order is allocated, or short-closed with the buyer.</summary>
public sealed record OrderAllocated(Guid ConsortiumId, Guid OrderId, DateTime OccurredAt);

/// <summary>
/// All rounds are used or no member is left to ask: the shortage procedure begins. <c>OpenQuantity</c> adds up all lines, whatever
/// their units; <c>Lines</c> says how much of each is open, and is null in older messages.
/// </summary>
public sealed record ShortageDeclared(
    Guid ConsortiumId, Guid OrderId, long OpenQuantity, DateTime OccurredAt, IReadOnlyList<LineShortage>? Lines = null);

/// <summary>What is open of a line.</summary>
/// <param name="LineId">The line.</param>
/// <param name="OpenQuantity">How many of <paramref name="Unit"/>, 1 or more.</param>
/// <param name="Unit">UN/ECE code of the unit in which the line is counted.</param>
public sealed record LineShortage(string LineId, long OpenQuantity, string Unit);
