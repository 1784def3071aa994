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
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long HeldBefore { get; init; }

    /// <summary>Reserved capacity behind the offer, then behind the accepted part.</summary>
    public List<CapacityDraw> Draws { get; init; } = [];

    [JsonInclude]
    public OfferState State { get; private set; } = OfferState.Proposed;

    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Accepted { get; private set; }

    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? AnsweredAt { get; private set; }

    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeclineReason? Reason { get; private set; }

    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; private set; }

    /// <summary>The account of the person who answered for the firm; null in older offers and for those that nobody answered.</summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? AnsweredBy { get; private set; }

    /// <summary>The firm's answer, if it waits for the screening of the order .</summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitingAnswer? Waiting { get; private set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Subcontract? Subcontract { get; init; }

    /// <summary>
    /// Its sealed price in minor units of the order's currency, if it was awarded by one; only the firm and the clean team may read it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SealedPrice { get; init; }

    /// <summary>How many of the product's unit the sealed price is for; null: one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SealedPerQuantity { get; init; }

    /// <summary>The sealed price at which it was awarded, if it was awarded by one.</summary>
    [JsonIgnore]
    public SealedAmount? Awarded => SealedPrice is { } minor ? SealedAmount.Of(minor, SealedPerQuantity) : null;

    /// <summary>The firm is asked to match the leader's price: <see cref="SealedPrice"/> isn't its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ToMatch { get; init; }

    /// <summary>The firm won't match the leader's price: its own sealed price still counts.</summary>
    [JsonIgnore]
    public bool OwnPriceStands => this is { ToMatch: true, State: OfferState.Declined, Reason: DeclineReason.Price };

    [JsonIgnore]
    public bool IsOpen => State == OfferState.Proposed;

    /// <summary>True if the firm has declined it, also by an answer that waits.</summary>
    [JsonIgnore]
    public bool IsDeclined => State == OfferState.Declined || Waiting is { Reason: not null };

    /// <summary>True if the firm has accepted just so much of it, also by an answer that waits.</summary>
    public bool IsAcceptedWith(long quantity) => Waiting is { } waiting
        ? waiting.Reason is null && waiting.Accepted == quantity
        : State is OfferState.Accepted or OfferState.PartiallyAccepted && Accepted == quantity;

    /// <summary>The firm accepts the offer or, in whole lots, a part of it. The rest of its reservation is released.</summary>
    public (Refusal? Refusal, IReadOnlyList<CapacityDraw> Released) Accept(long quantity, string? unit, DateTime now, Guid? by)
    {
        if (CannotBeAccepted(quantity, unit, now) is { } refusal)
        {
            return (refusal, []);
        }

        State = quantity == Quantity ? OfferState.Accepted : OfferState.PartiallyAccepted;
        Accepted = quantity;
        (AnsweredAt, AnsweredBy) = (now, by);
        return (null, Release(Quantity - quantity));
    }

    /// <summary>The firm declines the offer: no strike .</summary>
    public (Refusal? Refusal, IReadOnlyList<CapacityDraw> Released) Decline(DeclineReason reason, string? note, DateTime now, Guid? by)
    {
        if (CannotBeAnswered(now) is { } refusal)
        {
            return (refusal, []);
        }

        (Reason, Note) = (reason, note);
        var released = End(OfferState.Declined, now);
        AnsweredBy = by;
        return (null, released);
    }

    /// <summary>The firm accepts, and its answer waits for the screening: what it could not accept is refused at once.</summary>
    public Refusal? Wait(long quantity, string? unit, DateTime now, Guid? by)
    {
        var refusal = CannotBeAccepted(quantity, unit, now);
        Waiting = refusal is null ? new(quantity, null, null, now, by) : Waiting;
        return refusal;
    }

    /// <summary>The firm declines, and its answer waits for the screening.</summary>
    public Refusal? Wait(DeclineReason reason, string? note, DateTime now, Guid? by)
    {
        var refusal = CannotBeAnswered(now);
        Waiting = refusal is null ? new(0, reason, note, now, by) : Waiting;
        return refusal;
    }

    /// <summary>The answer that waited counts, from its own moment.</summary>
    public IReadOnlyList<CapacityDraw> TakeWaiting()
    {
        var answer = Waiting!;
        Waiting = null;
        return (answer.Reason is { } reason
            ? Decline(reason, answer.Note, answer.At, answer.By)
            : Accept(answer.Accepted, null, answer.At, answer.By)).Released;
    }

    /// <summary>The offer is declined, expires or is withdrawn: the whole reservation is released.</summary>
    public IReadOnlyList<CapacityDraw> End(OfferState state, DateTime now)
    {
        (State, Waiting) = (state, null);
        AnsweredAt = now;
        return Release(Quantity);
    }

    /// <summary>The deadline is exclusive: an answer at exactly that instant is late. An answer that waits was in time.</summary>
    public bool IsDue(DateTime now) => IsOpen && Waiting is null && now >= ExpiresAt;

    private Refusal? CannotBeAccepted(long quantity, string? unit, DateTime now) => this switch
    {
        _ when CannotBeAnswered(now) is { } refusal => refusal,
        _ when quantity != Quantity && quantity % LotSize != 0 =>
            new("LOT_MULTIPLE", $"{quantity} is not a multiple of the lot of {LotSize} {UnitWords.Many(unit)} (R-606)."),
        _ when quantity > Quantity => new("OVER_OFFER", $"{quantity} is more than the {Quantity} {UnitWords.Many(unit)} offered."),
        _ when quantity != Quantity && quantity + HeldBefore < MinLot =>
            new("BELOW_MIN_LOT", $"{quantity} is below the minimum lot of {MinLot} {UnitWords.Many(unit)} (R-609)."),
        _ => null,
    };

    private Refusal? CannotBeAnswered(DateTime now) => this switch
    {
        { State: OfferState.Expired } => Late(),
        { IsOpen: false } => new("ALREADY_DECIDED", $"This offer is already {State}."),
        { Waiting: not null } => new("ALREADY_DECIDED", "Your firm has answered this offer; the answer waits for a check of the order (R-620)."),
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
