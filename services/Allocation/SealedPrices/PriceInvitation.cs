using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>An invited firm's answer.</summary>
public enum PriceAnswer
{
    /// <summary>None yet.</summary>
    Awaited,

    /// <summary>The firm has handed in a price.</summary>
    HandedIn,

    /// <summary>The firm hands in no price, or has withdrawn it.</summary>
    Refused,
}

/// <summary>
/// A member firm may hand in a price for a line. Until the round is opened, the price is encrypted under <see cref="PriceSecret"/>, beside a
/// commitment that shows afterwards that the price is the one that was handed in.
/// </summary>
internal sealed class PriceInvitation
{
    public required Guid Id { get; init; }

    public required Guid RoundId { get; init; }

    public required Guid OrderId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string LineId { get; init; }

    public required string Family { get; init; }

    public required DateTime AskedAt { get; init; }

    /// <summary>Deadline, exclusive.</summary>
    public required DateTime ClosesAt { get; init; }

    public required OfferTerms Terms { get; init; }

    /// <summary>State of the round, copied from the order.</summary>
    public PriceRoundState Round { get; private set; }

    public DateTime? AnsweredAt { get; private set; }

    /// <summary>The account of the person who answered for the firm last.</summary>
    public Guid? AnsweredBy { get; private set; }

    /// <summary>Price and salt, encrypted; null once they are opened.</summary>
    public byte[]? Box { get; private set; }

    public string? Commitment { get; private set; }

    /// <summary>Set when the round is opened, never before.</summary>
    public long? UnitPriceMinor { get; private set; }

    /// <summary>How many of the product's unit the price is for; null with a price: one.</summary>
    public long? PerQuantity { get; private set; }

    /// <summary>The opened price.</summary>
    public SealedAmount? Price => UnitPriceMinor is { } minor ? SealedAmount.Of(minor, PerQuantity) : null;

    /// <summary>Set when the round is opened, never before: a firm that had it could prove its price to others.</summary>
    public string? Salt { get; private set; }

    public DateTime? OpenedAt { get; private set; }

    public PriceAnswer Answer => (AnsweredAt, Commitment) switch { (null, _) => PriceAnswer.Awaited, (_, null) => PriceAnswer.Refused, _ =>
        PriceAnswer.HandedIn };

    /// <summary>Why the firm can't hand in, replace or withdraw a price now; null if it can.</summary>
    public Refusal? CannotBeAnswered(DateTime now) => Round switch
    {
        PriceRoundState.Open when now < ClosesAt => null,
        PriceRoundState.Cancelled => new("ALREADY_DECIDED", "This price round was cancelled; its prices are never opened."),
        _ when Commitment is not null => new("SEALED", "The round has closed: your firm's price can't be changed (R-615)."),
        _ => new("OFFER_EXPIRED", $"The round has closed; its deadline was {ClosesAt:yyyy-MM-dd HH:mm:ss} UTC (R-615)."),
    };

    /// <summary>Encrypts a price in place of an earlier one. The same price again changes nothing.</summary>
    public void HandIn(SealedAmount price, PriceSecret secret, Guid by, DateTime now)
    {
        var before = Sealed;
        Sealed = before.HandIn(price, Id, secret, now);
        AnsweredBy = Sealed == before ? AnsweredBy : by;
    }

    /// <summary>Refuses to hand in a price, or withdraws it.</summary>
    public void Refuse(Guid by, DateTime now) => (Sealed, AnsweredBy) = (Sealed.Refuse(now), by);

    /// <summary>The price for the firm itself: it can read its price again as long as the secret has not changed.</summary>
    public SealedAmount? PriceFor(PriceSecret secret) => Sealed.AmountFor(Id, secret);

    /// <summary>The round has closed: price and salt are readable from now on.</summary>
    public void Open(PriceSecret secret, DateTime now) => Sealed = Sealed.Open(Id, secret, now);

    /// <summary>Copies the state of the round.</summary>
    public void CopyStateFrom(PriceRound round) => Round = round.State;

    /// <summary>See <see cref="SealedAnswer.CommitmentTo"/>.</summary>
    public static string CommitmentTo(string salt, Guid invitation, SealedAmount price) => SealedAnswer.CommitmentTo(salt, invitation, price);

    private SealedAnswer Sealed
    {
        get => new(AnsweredAt, Box, Commitment, UnitPriceMinor, PerQuantity, Salt, OpenedAt);
        set => (AnsweredAt, Box, Commitment, UnitPriceMinor, PerQuantity, Salt, OpenedAt) =
            (value.AnsweredAt, value.Box, value.Commitment, value.Minor, value.PerQuantity, value.Salt, value.OpenedAt);
    }
}
