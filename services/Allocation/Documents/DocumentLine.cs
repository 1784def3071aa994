using System.ComponentModel.DataAnnotations;

namespace ExportConsortia.Allocation.Documents;

/// <summary>One line of a buyer's order: an item, how much of it, and at which price.</summary>
public sealed record DocumentLine
{
    /// <summary>The buyer's id of the line, unique within the order.</summary>
    [Required]
    public string LineId { get; init => field = value ?? ""; } = "";

    /// <summary>The consortium's product code. In a file it is unknown: the manager matches the line.</summary>
    public string? Product { get; init; }

    /// <summary>
    /// Ordered quantity in pieces, the smallest part that can be split; more than zero. 2.5 kg are 2500 pieces of which 1000 make a unit.
    /// </summary>
    [Required]
    public long Quantity { get; init; }

    /// <summary>
    /// How many pieces make one <see cref="Unit"/>: 1 for counted goods, a power of ten for measured ones or where the buyer wrote decimals.
    /// </summary>
    public long PiecesPerUnit { get; init; } = 1;

    /// <summary>UN/ECE Recommendation 20 or 21 code, such as <c>C62</c> or <c>KGM</c>.</summary>
    [Required]
    public string Unit { get; init => field = value ?? ""; } = "";

    /// <summary>The code list that the buyer names for <see cref="Unit"/>.</summary>
    public string? UnitListId { get; init; }

    /// <summary>Expected amount of the line without tax, in minor units.</summary>
    public long? Amount { get; init; }

    /// <summary>False: the line must come in one shipment. Absent means that parts are welcome.</summary>
    public bool? PartialDeliveryAllowed { get; init; }

    /// <summary>The buyer's booking reference for the line.</summary>
    public string? AccountingCost { get; init; }

    /// <summary>Free text on the line.</summary>
    public string? Note { get; init; }

    /// <summary>Where and when the buyer wants this line, if different from the rest.</summary>
    public DeliveryRequest? Delivery { get; init; }

    /// <summary>Who in the buyer's organisation asked for this line.</summary>
    public DocumentParty? Originator { get; init; }

    /// <summary>Allowances and charges on the line.</summary>
    public IReadOnlyList<AllowanceOrCharge> AllowancesAndCharges { get; init => field = value ?? []; } = [];

    /// <summary>The price that the buyer expects.</summary>
    public LinePrice? Price { get; init; }

    /// <summary>What is ordered, in the buyer's words and numbers.</summary>
    public DocumentItem Item { get; init => field = value ?? new(); } = new();

    /// <summary>True if the buyer stated the price for a quantity in another unit than that of the line.</summary>
    internal bool HasPricePerAnotherUnit => Price?.BaseQuantity?.Unit is { } unit && unit != Unit;
}

/// <summary>The price of a line after discount, without tax.</summary>
/// <param name="MinorUnits">Minor units of the order's currency, zero or more.</param>
/// <param name="PerQuantity">The pieces that cost so much, one or more.</param>
/// <param name="BaseQuantity">The quantity for which the buyer stated the price; absent means one unit.</param>
/// <param name="Discount">The discount that is already off the price.</param>
/// <param name="ListPrice">The price before the discount.</param>
public sealed record LinePrice(
    long MinorUnits, long PerQuantity = 1, MeasuredQuantity? BaseQuantity = null, UnitPrice? Discount = null, UnitPrice? ListPrice = null);

/// <summary>An exact price: minor units for a number of pieces, never rounded. EUR 1.505 a piece is 1505 minor units per 10 pieces.</summary>
/// <param name="MinorUnits">Minor units of the order's currency, zero or more.</param>
/// <param name="PerQuantity">The pieces that cost so much, one or more.</param>
public sealed record UnitPrice(long MinorUnits, long PerQuantity = 1);

/// <summary>A quantity with its unit.</summary>
/// <param name="Pieces">Whole number of pieces.</param>
/// <param name="PiecesPerUnit">How many pieces make one unit, a power of ten.</param>
/// <param name="Unit">UN/ECE Recommendation 20 or 21 code.</param>
/// <param name="UnitListId">The code list that the buyer names for the unit.</param>
public sealed record MeasuredQuantity(long Pieces, long PiecesPerUnit = 1, string? Unit = null, string? UnitListId = null);
