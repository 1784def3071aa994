namespace ExportConsortia.Marketing.Quotations;

/// <summary>A firm's answer to a request for its price.</summary>
public enum QuotationAnswer
{
    /// <summary>None yet.</summary>
    Awaited,

    /// <summary>The firm has handed in a price.</summary>
    HandedIn,

    /// <summary>The firm hands in no price, or has withdrawn it.</summary>
    Refused,
}

/// <summary>
/// A member firm is asked for its price of a product for a quotation. Until the round is opened the price is encrypted under
/// <see cref="PriceSecret"/>, as sealed prices of orders are.
/// </summary>
internal sealed class QuotationPrice
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid QuotationId { get; init; }

    public required Guid RoundId { get; init; }

    public required Guid MemberId { get; init; }

    public required DateTime AskedAt { get; init; }

    /// <summary>Deadline, exclusive.</summary>
    public required DateTime ClosesAt { get; init; }

    public required AskedTerms Terms { get; init; }

    /// <summary>State of the round, copied from the quotation.</summary>
    public QuotationRoundState Round { get; set; }

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

    /// <summary>Set when the round is opened, never before.</summary>
    public string? Salt { get; private set; }

    public DateTime? OpenedAt { get; private set; }

    /// <summary>The opened price.</summary>
    public SealedAmount? Price => Sealed.Opened;

    public QuotationAnswer Answer => (AnsweredAt, Commitment) switch
    {
        (null, _) => QuotationAnswer.Awaited,
        (_, null) => QuotationAnswer.Refused,
        _ => QuotationAnswer.HandedIn,
    };

    /// <summary>Why the firm can't hand in, replace or withdraw a price now; null if it can.</summary>
    public Refusal? CannotBeAnswered(DateTime now) => Round switch
    {
        QuotationRoundState.Open when now < ClosesAt => null,
        QuotationRoundState.Cancelled => new("ALREADY_DECIDED", "These prices are no longer asked for; they are never opened."),
        _ when Commitment is not null => new("SEALED", "The prices are closed: your firm's price can't be changed."),
        _ => new("OFFER_EXPIRED", $"The prices are closed; the deadline was {ClosesAt:yyyy-MM-dd HH:mm:ss} UTC."),
    };

    public void HandIn(SealedAmount price, PriceSecret secret, Guid by, DateTime now)
    {
        var before = Sealed;
        Sealed = before.HandIn(price, Id, secret, now);
        AnsweredBy = Sealed == before ? AnsweredBy : by;
    }

    public void Refuse(Guid by, DateTime now) => (Sealed, AnsweredBy) = (Sealed.Refuse(now), by);

    /// <summary>The price for the firm itself, at any time.</summary>
    public SealedAmount? PriceFor(PriceSecret secret) => Sealed.AmountFor(Id, secret);

    public void Open(PriceSecret secret, DateTime now) => Sealed = Sealed.Open(Id, secret, now);

    private SealedAnswer Sealed
    {
        get => new(AnsweredAt, Box, Commitment, UnitPriceMinor, PerQuantity, Salt, OpenedAt);
        set => (AnsweredAt, Box, Commitment, UnitPriceMinor, PerQuantity, Salt, OpenedAt) =
            (value.AnsweredAt, value.Box, value.Commitment, value.Minor, value.PerQuantity, value.Salt, value.OpenedAt);
    }
}

/// <summary>What a firm must know to hand in a price. Never the buyer, nor what the buyer will pay.</summary>
public sealed record AskedTerms
{
    /// <summary>Number of the quotation.</summary>
    public required string QuotationNumber { get; init; }

    /// <summary>The consortium's product code.</summary>
    public required string Product { get; init; }

    /// <summary>Its name.</summary>
    public required string ProductName { get; init; }

    /// <summary>UN/ECE code of the product's unit.</summary>
    public required string Unit { get; init; }

    /// <summary>
    /// How many of <see cref="Unit"/> the buyer asks for; shown only if three or more firms are asked for this product, so that nobody's later part
    /// can be worked out (H2).
    /// </summary>
    public long? Quantity { get; init; }

    /// <summary>ISO 4217 code in which the price is to be handed in.</summary>
    public required string Currency { get; init; }

    /// <summary>The delivery term, for example <c>FOB</c>.</summary>
    public string? Incoterm { get; init; }

    /// <summary>Its place.</summary>
    public string? NamedPlace { get; init; }

    /// <summary>First day of the delivery window.</summary>
    public DateOnly? DeliverFrom { get; init; }

    /// <summary>Last day of the delivery window, inclusive.</summary>
    public DateOnly? DeliverUntil { get; init; }
}
