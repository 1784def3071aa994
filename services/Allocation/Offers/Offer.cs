using System.Text.Json.Serialization;
using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Offers;

/// <summary>One firm's part of an order line: proposed, then answered once, expired or withdrawn.</summary>
internal sealed class Offer
{
    public required Guid Id { get; init; }

    public required string LineId { get; init; }

    public required Guid MemberId { get; init; }

    public required OfferKind Kind { get; init; }

    public required int Round { get; init; }

    public required long Quantity { get; init; }

    public required long LotSize { get; init; }

    public required long MinLot { get; init; }

    public required DateTime ExpiresAt { get; init; }

    /// <summary>Pieces of the line that the firm held before; they count towards its minimum lot.</summary>
    public long HeldBefore { get; init; }

    /// <summary>Reserved capacity behind the offer, then behind the accepted part.</summary>
    public List<CapacityDraw> Draws { get; init; } = [];

    [JsonInclude]
    public OfferState State { get; private set; } = OfferState.Proposed;

    [JsonInclude]
    public long Accepted { get; private set; }

    [JsonInclude]
    public DateTime? AnsweredAt { get; private set; }

    [JsonInclude]
    public DeclineReason? Reason { get; private set; }

    [JsonInclude]
    public string? Note { get; private set; }

    public Subcontract? Subcontract { get; init; }

    /// <summary>
    /// Its sealed price in minor units of the order's currency, if it was awarded by one; only the firm and the clean team may read it.
    /// </summary>
    public long? SealedPrice { get; init; }

    /// <summary>How many of the product's unit the sealed price is for; null: one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SealedPerQuantity { get; init; }

    /// <summary>The sealed price at which it was awarded, if it was awarded by one.</summary>
    [JsonIgnore]
    public SealedAmount? Awarded => SealedPrice is { } minor ? SealedAmount.Of(minor, SealedPerQuantity) : null;

    /// <summary>The firm is asked to match the leader's price: <see cref="SealedPrice"/> isn't its own.</summary>
    public bool ToMatch { get; init; }

    /// <summary>The firm won't match the leader's price: its own sealed price still counts.</summary>
    [JsonIgnore]
    public bool OwnPriceStands => this is { ToMatch: true, State: OfferState.Declined, Reason: DeclineReason.Price };

    [JsonIgnore]
    public bool IsOpen => State == OfferState.Proposed;

    /// <summary>The firm accepts the offer or, in whole lots, a part of it. The rest of its reservation is released.</summary>
    public (Refusal? Refusal, IReadOnlyList<CapacityDraw> Released) Accept(long quantity, string? unit, DateTime now)
    {
        if (CannotBeAnswered(now) is { } refusal)
        {
            return (refusal, []);
        }

        if (quantity != Quantity && quantity % LotSize != 0)
        {
            return (new("LOT_MULTIPLE", $"{quantity} is not a multiple of the lot of {LotSize} {UnitWords.Many(unit)} (R-606)."), []);
        }

        if (quantity > Quantity)
        {
            return (new("OVER_OFFER", $"{quantity} is more than the {Quantity} {UnitWords.Many(unit)} offered."), []);
        }

        if (quantity != Quantity && quantity + HeldBefore < MinLot)
        {
            return (new("BELOW_MIN_LOT", $"{quantity} is below the minimum lot of {MinLot} {UnitWords.Many(unit)} (R-609)."), []);
        }

        State = quantity == Quantity ? OfferState.Accepted : OfferState.PartiallyAccepted;
        Accepted = quantity;
        AnsweredAt = now;
        return (null, Release(Quantity - quantity));
    }

    /// <summary>The firm declines the offer: no strike .</summary>
    public (Refusal? Refusal, IReadOnlyList<CapacityDraw> Released) Decline(DeclineReason reason, string? note, DateTime now)
    {
        if (CannotBeAnswered(now) is { } refusal)
        {
            return (refusal, []);
        }

        Reason = reason;
        Note = note;
        return (null, End(OfferState.Declined, now));
    }

    /// <summary>The offer is declined, expires or is withdrawn: the whole reservation is released.</summary>
    public IReadOnlyList<CapacityDraw> End(OfferState state, DateTime now)
    {
        State = state;
        AnsweredAt = now;
        return Release(Quantity);
    }

    /// <summary>The deadline is exclusive: an answer at exactly that instant is late .</summary>
    public bool IsDue(DateTime now) => IsOpen && now >= ExpiresAt;

    private Refusal? CannotBeAnswered(DateTime now) => this switch
    {
        { State: OfferState.Expired } => Late(),
        { IsOpen: false } => new("ALREADY_DECIDED", $"This offer is already {State}."),
        _ when IsDue(now) => Late(),
        _ => null,
    };

    private Refusal Late() =>
        new("OFFER_EXPIRED", $"The deadline was {ExpiresAt:yyyy-MM-dd HH:mm:ss} UTC; the manager may make a new offer (R-622).");

    // The latest periods are released first: the remaining pieces are made earlier.
    private List<CapacityDraw> Release(long quantity)
    {
        var released = new List<CapacityDraw>();
        for (var i = Draws.Count - 1; i >= 0 && quantity > 0; i--)
        {
            var part = Math.Min(quantity, Draws[i].Quantity);
            released.Add(Draws[i] with { Quantity = part });
            Draws[i] = Draws[i] with { Quantity = Draws[i].Quantity - part };
            quantity -= part;
        }

        Draws.RemoveAll(d => d.Quantity == 0);
        return released;
    }
}
