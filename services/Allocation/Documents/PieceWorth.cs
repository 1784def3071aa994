using System.Numerics;

namespace ExportConsortia.Allocation.Documents;

/// <summary>
/// The exact ratio from a piece as the buyer counts to the product's unit: <c>Numerator</c> / <c>Denominator</c>, without common factors. 100 DZN of
/// a product counted in C62 are 100 pieces as the buyer counts, worth 12 / 1 each. 2.5 KGM of a product counted in GRM are 2500 pieces, worth 1 / 1
/// each.
/// </summary>
/// <param name="Numerator">1 or more.</param>
/// <param name="Denominator">1 or more.</param>
public sealed record PieceWorth(long Numerator, long Denominator)
{
    /// <summary>Buyer and product list count alike.</summary>
    internal static PieceWorth Same { get; } = new(1, 1);

    /// <summary>The ratio without common factors; null if it has too many digits.</summary>
    internal static PieceWorth? Of(BigInteger numerator, BigInteger denominator)
    {
        var common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return ExactDecimal.Fits(numerator / common, out var above) && ExactDecimal.Fits(denominator / common, out var below)
            ? new(above, below)
            : null;
    }

    /// <summary>Converts the buyer's pieces to the product's unit; null if the result is not a whole number or is too large.</summary>
    internal long? ToProduct(long pieces)
    {
        var whole = BigInteger.DivRem((BigInteger)pieces * Numerator, Denominator, out var rest);
        return rest.IsZero && ExactDecimal.Fits(whole, out var quantity) ? quantity : null;
    }

    /// <summary>Converts a quantity in the product's unit to the buyer's; null if no decimal number is exact.</summary>
    /// <param name="quantity">The quantity in the product's unit.</param>
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

    /// <summary>Converts the buyer's price to a price per quantity in the product's unit; null if that has too many digits.</summary>
    internal UnitPrice? ToProduct(LinePrice price)
    {
        var exact = Of((BigInteger)price.MinorUnits * Denominator, (BigInteger)price.PerQuantity * Numerator);
        return exact is null ? null : new(exact.Numerator, exact.Denominator);
    }
}
