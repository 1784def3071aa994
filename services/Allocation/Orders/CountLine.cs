using System.Globalization;
using System.Numerics;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;

namespace ExportConsortia.Allocation.Orders;

/// <summary>Counts what the buyer wrote in the unit of the product, exactly. Nothing is rounded and nothing guessed.</summary>
internal static class CountLine
{
    /// <summary>What a piece of the line is worth in the product's unit; null if the list has no conversion from the line's unit.</summary>
    public static PieceWorth? WorthOf(DocumentLine line, Product product) => product.Worth(line.Unit) is { } unit
        ? PieceWorth.Of(unit.Numerator, (BigInteger)unit.Denominator * line.PiecesPerUnit)
        : null;

    /// <summary>Why the line can't be counted in the product's unit, although there is a conversion; null if it can.</summary>
    public static OrderFault? Fault(string field, DocumentLine line, Product product)
    {
        if (WorthOf(line, product) is not { } worth)
        {
            return null;
        }

        if (worth.ToProduct(line.Quantity) is not { } quantity)
        {
            var written = new ExactDecimal(line.Quantity, line.PiecesPerUnit.ToString(CultureInfo.InvariantCulture).Length - 1);
            return new(
                $"{field}.quantity", OrderRule.ProductUnit,
                $"{written.ToText()} {WaitingLine.Named(line.Unit)} is no whole number of {WaitingLine.Named(product.Unit)}, in which "
                + $"{product.Code} is counted.");
        }

        var unit = WaitingLine.Named(product.Unit);
        return quantity > AllocationSnapshot.MaxPieces
            ? new($"{field}.quantity", OrderRule.Number, $"No more than {AllocationSnapshot.MaxPieces} {unit} can be split.")
            : line.Price is { } price && worth.ToProduct(price) is null
                ? new($"{field}.price", OrderRule.Number, $"The price in {unit} has too many digits.")
                : null;
    }

    /// <summary>
    /// The line with its price per piece of the line, if the buyer stated it per another unit and the list converts both; else the fault that names
    /// both units.
    /// </summary>
    public static (DocumentLine Line, OrderFault? Fault) WithPricePerItsUnit(string field, DocumentLine line, Product? product)
    {
        if (!line.HasPricePerAnotherUnit)
        {
            return (line, null);
        }

        var (price, unit) = (line.Price!, line.Price!.BaseQuantity!.Unit!);
        if (product?.Worth(unit) is { } per && product.Worth(line.Unit) is { } own)
        {
            // One of the price's unit is so many of the line's unit.
            var (above, below) = ((BigInteger)per.Numerator * own.Denominator, (BigInteger)per.Denominator * own.Numerator);
            if (Times(price.MinorUnits, price.PerQuantity) is { } net
                && (price.Discount is not { } d || Times(d.MinorUnits, d.PerQuantity) is not null)
                && (price.ListPrice is not { } l || Times(l.MinorUnits, l.PerQuantity) is not null))
            {
                return (line with
                {
                    Price = price with
                    {
                        MinorUnits = net.MinorUnits,
                        PerQuantity = net.PerQuantity,
                        Discount = price.Discount is { } discount ? Times(discount.MinorUnits, discount.PerQuantity) : null,
                        ListPrice = price.ListPrice is { } list ? Times(list.MinorUnits, list.PerQuantity) : null,
                    },
                }, null);
            }

            UnitPrice? Times(long minorUnits, long perQuantity) =>
                PieceWorth.Of(minorUnits * below, perQuantity * above) is { } exact ? new(exact.Numerator, exact.Denominator) : null;
        }

        return (line, new(
            $"{field}.price.baseQuantity", OrderRule.PriceUnit,
            $"The price is per {WaitingLine.Named(unit)}, the quantity in {WaitingLine.Named(line.Unit)}, and the product list has no conversion "
            + "between them."));
    }
}
