using System.Numerics;
using System.Text.Json.Serialization;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Members;

namespace ExportConsortia.Allocation.Orders;

/// <summary>One line of the order, as allocation needs it; what the buyer wrote is in the <see cref="OrderDocument"/>.</summary>
internal sealed class OrderLine
{
    public required string LineId { get; init; }

    /// <summary>The consortium's product code; null while nobody has matched the buyer's item.</summary>
    public string? Product { get; set; }

    public string? Family { get; set; }

    /// <summary>The product's name when the line was matched; null in lines from before names were kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ProductName { get; set; }

    /// <summary>Its name in the catalogue by language at that moment, if the catalogue had one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? ProductNames { get; set; }

    /// <summary>In the product's unit; while no product is matched, in pieces as the buyer counts them.</summary>
    public required long Ordered { get; set; }

    /// <summary>UN/ECE code of the product's unit; null while no product is matched, and in lines from before there were units.</summary>
    public string? Unit { get; set; }

    /// <summary>What a piece of the buyer's is worth in <see cref="Unit"/>; null where both count alike.</summary>
    public PieceWorth? Worth { get; set; }

    /// <summary>Set while the product's unit and the buyer's have no conversion.</summary>
    public WaitingLine? Waiting { get; set; }

    /// <summary>First day of the delivery window, if the buyer named one.</summary>
    public DateOnly? From { get; init; }

    /// <summary>First day after the delivery window, if the buyer named one.</summary>
    public DateOnly? Due { get; init; }

    public long ShortClosed { get; set; }

    public string? ShortCloseReason { get; set; }

    /// <summary>What the buyer is told of it; null: nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BuyerText { get; set; }

    /// <summary>Its parts are set by hand: runs skip it, and its open pieces wait for the manager.</summary>
    public bool ByHand { get; set; }

    /// <summary>The unit of a line with a product: lines from before there were units are counted in pieces.</summary>
    [JsonIgnore]
    public string CountedIn => Unit ?? UnitCode.Piece;

    /// <summary>The unit in which the line is counted now.</summary>
    public string UnitOf(DocumentLine written) => Unit ?? written.Unit;

    /// <summary>How many counted pieces make one <see cref="UnitOf"/>: 1, except in lines that count as the buyer does.</summary>
    public long PiecesPerUnitOf(DocumentLine written) => Unit is null ? written.PiecesPerUnit : 1;

    /// <summary>The buyer's price, per quantity as the line counts.</summary>
    public UnitPrice? PriceOf(DocumentLine written) => (written.Price, Worth) switch
    {
        (null, _) => null,
        ({ } price, null) => new(price.MinorUnits, price.PerQuantity),
        var (price, worth) => worth.ToProduct(price),
    };

    /// <summary>Converts a quantity of the line to the buyer's unit; in the product's unit if no decimal number is exact.</summary>
    public MeasuredQuantity InBuyersUnit(long quantity, DocumentLine written) =>
        (Worth ?? PieceWorth.Same).ToBuyer(quantity, written) ?? new(quantity, PiecesPerUnitOf(written), UnitOf(written));

    /// <summary>Matches the line to a product and counts it in the product's unit; null if that worked.</summary>
    public Refusal? Become(Product product, DocumentLine written)
    {
        if (CountLine.WorthOf(written, product) is not { } worth)
        {
            Waiting = new(product.Code, written.Unit, product.Unit);
            return Waiting.Refuse(LineId);
        }

        if (CountLine.Fault("", written, product) is { } fault)
        {
            return new("QUANTITY_TOO_FINE", $"Line {LineId}: {fault.Sentence}");
        }

        // What was closed short was counted as the line was until now.
        var before = Worth ?? PieceWorth.Same;
        var closed = BigInteger.DivRem(
            (BigInteger)ShortClosed * before.Denominator * worth.Numerator, (BigInteger)before.Numerator * worth.Denominator, out var rest);
        if (!rest.IsZero)
        {
            return new("QUANTITY_TOO_FINE", $"Line {LineId}: what was closed short is no whole number of {WaitingLine.Named(product.Unit)}.");
        }

        (Product, Family, Unit, Worth, Waiting) = (product.Code, product.Family, product.Unit, worth == PieceWorth.Same ? null : worth, null);
        (ProductName, ProductNames) = (product.Name, product.Names);
        (Ordered, ShortClosed) = (worth.ToProduct(written.Quantity)!.Value, (long)closed);
        return null;
    }
}
