using System.Numerics;
using ExportConsortia.Marketing.Quotations;
using ExportConsortia.Platform;

namespace ExportConsortia.Marketing.Tests.Quotations;

public sealed class CompositionTests
{
    private static readonly QuotationLine Line = new("1", "TK-12", "Chair", 10, "C62");

    [Theory]
    [InlineData(10, 1, 0, 0, 10)]
    [InlineData(1, 2, 0, 0, 1)]        // 0.5
    [InlineData(249, 100, 0, 0, 2)]    // 2.49
    [InlineData(5, 2, 0, 0, 3)]        // 2.5: half away from zero
    [InlineData(9600, 1, 0, 400, 10_000)]
    [InlineData(4100, 1, 500, 400, 4484)]   // 4484.375
    public void A_price_is_rounded_once_half_away_from_zero(long minor, long per, int marginBp, int commissionBp, long expected) => Assert.Equal(
        expected,
        Composition.Compose(Line, [(Guid.CreateVersion7(), new(minor, per))], PriceRule.Cheapest, 1, marginBp, commissionBp)!.UnitPriceMinor);

    [Fact]
    public void A_price_is_exact_whatever_the_inputs()
    {
        var random = new Random(20_261_129);
        for (var run = 0; run < 5_000; run++)
        {
            var prices = Enumerable.Range(0, random.Next(1, 9)).Select(_ => (Guid.CreateVersion7(), Price: new SealedAmount(
                random.NextInt64(1, SealedAmount.MostMinor), random.NextInt64(1, random.Next(2) == 0 ? 2 : SealedAmount.MostPerQuantity)))).ToList();
            var (firms, margin, commission) = (random.Next(1, prices.Count + 1), random.Next(0, 100_001), random.Next(0, 9_001));

            var composed = Composition.Compose(Line, prices, PriceRule.AverageOfCheapest, firms, margin, commission)!;

            // The exact price is top / bottom, over a common denominator of all inputs: it is at most a half away, and a half goes up.
            var cheapest = prices.Select(p => p.Price).Order().Take(firms).ToList();
            var all = cheapest.Aggregate(BigInteger.One, (product, p) => product * p.PerQuantity);
            var top = cheapest.Aggregate(BigInteger.Zero, (sum, p) => sum + (p.Minor * (all / p.PerQuantity))) * (10_000 + margin);
            var bottom = all * firms * (10_000 - commission);
            var twice = 2 * (top - (composed.UnitPriceMinor * bottom));
            Assert.True(twice >= -bottom && twice < bottom, $"Run {run}: {composed}");
            Assert.Equal(firms, composed.Inputs.Count(input => input.Counts));
        }
    }

    [Fact]
    public void Fewer_prices_than_the_rule_needs_are_no_price() =>
        Assert.Null(Composition.Compose(Line, [(Guid.CreateVersion7(), new(10))], PriceRule.AverageOfCheapest, 2, 0, 0));
}
