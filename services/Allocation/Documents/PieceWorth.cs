using System.Numerics;

namespace ExportConsortia.Allocation.Documents;

/// <summary>
/// What a piece of a line, as the buyer counts, is worth in the product's unit, exactly: <c>Numerator</c> / <c>Denominator</c>, without common
/// factors. 100 DZN of a product counted in C62 are 100 pieces of the buyer's, each worth 12 / 1; 2.5 KGM, which are 2500 pieces, are of a product
/// counted in GRM worth 1 / 1 each.
/// </summary>
/// <param name="Numerator">1 or more.</param>
/// <param name="Denominator">1 or more.</param>
public sealed record PieceWorth(long Numerator, long Denominator)
{
    /// <summary>Both count alike.</summary>
    internal static PieceWorth Same { get; } = new(1, 1);

    /// <summary>The ratio without common factors; null if it has too many digits.</summary>
    internal static PieceWorth? Of(BigInteger numerator, BigInteger denominator)
    {
        var common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return ExactDecimal.Fits(numerator / common, out var above) && ExactDecimal.Fits(denominator / common, out var below)
            ? new(above, below)
            : null;
    }

    /// <summary>So many of the buyer's pieces in the product's unit; null if that is no whole number or too large.</summary>
    internal long? ToProduct(long pieces)
    {
        var whole = BigInteger.DivRem((BigInteger)pieces * Numerator, Denominator, out var rest);
        return rest.IsZero && ExactDecimal.Fits(whole, out var quantity) ? quantity : null;
    }

    /// <summary>So many of the product's unit as a decimal number of the buyer's unit; null if none says it exactly.</summary>
    /// <param name="quantity">How many of the product's unit.</param>
    /// <param name="line">The buyer's line.</param>
    internal MeasuredQuantity? ToBuyer(long quantity, DocumentLine line)
    {
        var (above, below) = ((BigInteger)quantity * Denominator, (BigInteger)Numerator * line.PiecesPerUnit);
        for (var places = line.PiecesPerUnit; places < 1_000_000_000_000_000_000; places *= 10)
        {
            var whole = BigInteger.DivRem(above * places, below, out var rest);
            if (rest.IsZero)
            {
                return ExactDecimal.Fits(whole, out var pieces) ? new(pieces, places, line.Unit, line.UnitListId) : null;
            }
        }

        return null;
    }

    /// <summary>The buyer's price for so many of the product's unit; null if that has too many digits.</summary>
    internal UnitPrice? ToProduct(LinePrice price)
    {
        var exact = Of((BigInteger)price.MinorUnits * Denominator, (BigInteger)price.PerQuantity * Numerator);
        return exact is null ? null : new(exact.Numerator, exact.Denominator);
    }
}
