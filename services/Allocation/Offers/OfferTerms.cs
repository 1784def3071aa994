using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Offers;

/// <summary>What the member must know to answer.</summary>
public sealed record OfferTerms
{
    /// <summary>The line of the buyer's order.</summary>
    public required string LineId { get; init; }

    /// <summary>The consortium's product code.</summary>
    public required string Product { get; init; }

    /// <summary>What the buyer calls it.</summary>
    public string? Description { get; init; }

    /// <summary>UN/ECE unit code; pieces are what quantities count.</summary>
    public required string Unit { get; init; }

    /// <summary>Pieces that make one unit.</summary>
    public long PiecesPerUnit { get; init; } = 1;

    /// <summary>A part must be a multiple of this many pieces .</summary>
    public required long LotSize { get; init; }

    /// <summary>A part must have at least this many pieces .</summary>
    public required long MinLot { get; init; }

    /// <summary>
    /// The price, exact: minor units of <see cref="Currency"/> for so many pieces. It is what the buyer pays or, where the firm was awarded its part by its
    /// sealed price, that price or, if it is to match that, the leader's. An invitation to hand in a price names none.
    /// </summary>
    public UnitPrice? Price { get; init; }

    /// <summary>
    /// On an invitation to hand in a price: true, if sources after the cheapest will be offered their part at the lowest
    /// price only, provided that three or more prices are handed in. On an offer: true, if
    /// <see cref="Price"/> is that lowest price and not the firm's own; taking the offer matches it, and declined with <c>Price</c> the firm's own sealed
    /// offer still stands for what is left, if the rulebook sets a ceiling for it.
    /// </summary>
    public bool PriceMatch { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>First day of the delivery window.</summary>
    public DateOnly? DeliveryFrom { get; init; }

    /// <summary>First day after the delivery window.</summary>
    public DateOnly? DeliveryBefore { get; init; }

    /// <summary>Incoterm and named place.</summary>
    public string? DeliveryTerms { get; init; }

    /// <summary>The buyer's name; told only where three or more members take part, so that nobody's part can be worked out.</summary>
    public string? Buyer { get; init; }

    /// <summary>Pieces of the whole line; told only where three or more members take part.</summary>
    public long? OrderedQuantity { get; init; }

    /// <summary>The approved subcontractor that is to make the pieces under the member's responsibility.</summary>
    public Subcontract? Subcontract { get; init; }
}
