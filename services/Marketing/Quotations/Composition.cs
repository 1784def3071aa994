using System.Numerics;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>Which of the firms' prices the buyer's price is made of.</summary>
public enum PriceRule
{
    /// <summary>The cheapest price.</summary>
    Cheapest,

    /// <summary>The average of the cheapest prices, as many as are stated.</summary>
    AverageOfCheapest,
}

/// <summary>
/// How the buyer's prices come about: price = base × (1 + margin) ÷ (1 − commission), exactly, and then rounded once, half away from zero, to the
/// currency's minor unit. The commission is a part of what the buyer pays, so that the firms' price and the margin are left when it is deducted.
/// </summary>
/// <param name="Rule">Which of the firms' prices are the base.</param>
/// <param name="Firms">How many of the cheapest prices the base is the average of; 1 for <c>Cheapest</c>.</param>
/// <param name="MarginBp">The consortium's margin on the base, in basis points (1 % = 100).</param>
/// <param name="CommissionBp">The commission, in basis points of the buyer's price.</param>
/// <param name="Lines">The steps for each line.</param>
public sealed record Composition(PriceRule Rule, int Firms, int MarginBp, int CommissionBp, IReadOnlyList<ComposedLine> Lines)
{
    private const int Whole = 10_000;

    /// <summary>Composes the buyer's price of one line from the firms' prices.</summary>
    /// <returns>The steps; null if fewer firms than needed have handed in a price.</returns>
    internal static ComposedLine? Compose(
        QuotationLine line, IEnumerable<(Guid MemberId, SealedAmount Price)> prices, PriceRule rule, int firms, int marginBp, int commissionBp)
    {
        var needed = rule == PriceRule.Cheapest ? 1 : firms;
        var sorted = prices.OrderBy(p => p.Price).ThenBy(p => p.MemberId).ToList();
        if (sorted.Count < needed)
        {
            return null;
        }

        var sum = sorted.Take(needed).Aggregate(Fraction.Zero, (total, p) => total.Plus(new Fraction(p.Price.Minor, p.Price.PerQuantity)));
        var average = sum.Times(1, needed);
        var withMargin = average.Times(Whole + marginBp, Whole);
        var withCommission = withMargin.Times(Whole, Whole - commissionBp);
        return new(
            line.LineId, line.Product, line.Unit,
            [.. sorted.Index().Select(p => new ComposedInput(
                p.Item.MemberId, p.Item.Price.Minor, p.Item.Price.PerQuantity, line.Unit, p.Index < needed))],
            $"{average}", $"{withMargin}", $"{withCommission}", (long)BigInteger.Min(withCommission.Rounded(), long.MaxValue));
    }

    // Always in lowest terms.
    private readonly record struct Fraction
    {
        private readonly BigInteger _top;
        private readonly BigInteger _bottom;

        public Fraction(BigInteger top, BigInteger bottom)
        {
            var common = BigInteger.GreatestCommonDivisor(top, bottom);
            (_top, _bottom) = (top / common, bottom / common);
        }

        public static Fraction Zero => new(0, 1);

        public Fraction Plus(Fraction other) => new((_top * other._bottom) + (other._top * _bottom), _bottom * other._bottom);

        public Fraction Times(long top, long bottom) => new(_top * top, _bottom * bottom);

        /// <summary>Half away from zero; prices are never negative.</summary>
        public BigInteger Rounded() => ((2 * _top) + _bottom) / (2 * _bottom);

        public override string ToString() => _bottom.IsOne ? $"{_top}" : $"{_top}/{_bottom}";
    }
}

/// <summary>How the buyer's price of a line came about; every fraction is exact, in minor units of the currency for one unit.</summary>
/// <param name="LineId">The line.</param>
/// <param name="Product">The product.</param>
/// <param name="Unit">UN/ECE code of the unit that prices are for.</param>
/// <param name="Inputs">The firms' prices, the cheapest first.</param>
/// <param name="Base">What the rule makes of them, for example <c>12650/3</c>.</param>
/// <param name="WithMargin">The base with the margin.</param>
/// <param name="WithCommission">The same with the commission.</param>
/// <param name="UnitPriceMinor">The same rounded: what the buyer pays for one unit.</param>
public sealed record ComposedLine(
    string LineId, string Product, string Unit, IReadOnlyList<ComposedInput> Inputs, string Base, string WithMargin, string WithCommission,
    long UnitPriceMinor);

/// <summary>A firm's price in a composition.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="UnitPriceMinor">Its price, in minor units of the currency for <paramref name="PerQuantity"/>.</param>
/// <param name="PerQuantity">How many of <paramref name="Unit"/> the price is for.</param>
/// <param name="Unit">UN/ECE code of the product's unit.</param>
/// <param name="Counts">True: the buyer's price is made of it.</param>
public sealed record ComposedInput(Guid MemberId, long UnitPriceMinor, long PerQuantity, string Unit, bool Counts);
