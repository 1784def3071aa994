using System.Numerics;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Quantities and prices in the product's unit: exact, or refused.</summary>
public sealed class CountLineTests
{
    private static readonly string[] Units = ["C62", "DZN", "GRO", "SET", "PR", "GRM", "KGM", "TNE", "LBR", "ONZ", "LTR", "MTR"];

    [Theory]
    [InlineData(100, 1, "DZN", 1200)]
    [InlineData(15, 10, "DZN", 18)]
    [InlineData(7, 1, "C62", 7)]
    [InlineData(3, 1, "PR", 6)]
    public void A_quantity_is_counted_in_the_products_unit(long quantity, long piecesPerUnit, string unit, long counted)
    {
        var line = Line(quantity, piecesPerUnit, unit);
        Assert.Null(CountLine.Fault("lines[0]", line, Chair));
        Assert.Equal(counted, CountLine.WorthOf(line, Chair)!.ToProduct(quantity));
    }

    [Theory]
    [InlineData(5, 10, "C62", "0.5 C62 (one)")]
    [InlineData(123, 100, "DZN", "1.23 DZN (dozen)")]
    public void A_quantity_finer_than_the_products_unit_is_refused(long quantity, long piecesPerUnit, string unit, string shown)
    {
        var fault = CountLine.Fault("lines[0]", Line(quantity, piecesPerUnit, unit), Chair);
        Assert.Equal(("lines[0].quantity", OrderRule.ProductUnit), (fault?.Field, fault?.Rule));
        Assert.StartsWith(shown, fault!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_can_be_split_is_refused()
    {
        var fault = CountLine.Fault("lines[0]", Line(AllocationSnapshot.MaxPieces, 1, "DZN"), Chair);
        Assert.Equal("lines[0].quantity", fault?.Field);
    }

    [Fact]
    public void What_cant_be_said_in_the_buyers_unit_is_said_in_the_products()
    {
        var (line, written) = (new OrderLine { LineId = "1", Ordered = 0 }, Line(100, 1, "DZN"));
        Assert.Null(line.Become(Chair, written));
        Assert.Equal(1200, line.Ordered);
        Assert.Equal(new MeasuredQuantity(1005, 10, "DZN"), line.InBuyersUnit(1206, written));
        Assert.Equal(new MeasuredQuantity(1195, 1, "C62"), line.InBuyersUnit(1195, written));
    }

    [Fact]
    public void A_price_follows_the_quantity()
    {
        var line = new OrderLine { LineId = "1", Ordered = 0 };
        var written = Line(100, 1, "DZN") with { Price = new(57_600) };
        Assert.Null(line.Become(Chair, written));
        Assert.Equal(new UnitPrice(4800), line.PriceOf(written));

        // EUR 1.60 a kilogram, ordered by the tonne: 0.16 cents a gram.
        var tonnes = Line(90_000, 1000, "TNE") with { Price = new(160, 1000, new(1000, 1000, "KGM")) };
        var (counted, fault) = CountLine.WithPricePerItsUnit("lines[0]", tonnes, Rubber);
        Assert.Null(fault);
        var rubber = new OrderLine { LineId = "1", Ordered = 0 };
        Assert.Null(rubber.Become(Rubber, counted));
        Assert.Equal((90_000_000, new UnitPrice(4, 25)), (rubber.Ordered, rubber.PriceOf(counted)));
        Assert.Equal(160_000, (long)counted.Price!.MinorUnits * 1000 / counted.Price.PerQuantity);   // EUR 1,600.00 a tonne
    }

    [Fact]
    public void A_price_per_a_unit_without_conversion_is_refused_naming_both()
    {
        var line = Line(10, 1, "C62") with { Price = new(160, 1, new(1, 1, "KGM")) };
        var (_, fault) = CountLine.WithPricePerItsUnit("lines[0]", line, Chair);
        Assert.Equal(("lines[0].price.baseQuantity", OrderRule.PriceUnit), (fault?.Field, fault?.Rule));
        Assert.Contains("KGM (kilogram)", fault!.Sentence, StringComparison.Ordinal);
        Assert.Contains("C62 (one)", fault.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_unit_tables_and_orders_convert_without_loss() => RandomCases.Each(RandomCases.Of(100_000), seed =>
    {
        var random = new Random(seed);
        var units = Units.OrderBy(_ => random.Next()).ToArray();
        var product = new Product("P", "P", "p", units[0], [.. units.Skip(1).Take(random.Next(6)).Select(unit => new Contracts.ProductUnitConversion(
            unit, Factor(), random.Next(3) == 0 ? Factor() : 1))]);
        var line = Line(1 + random.NextInt64(1_000_000), (long)BigInteger.Pow(10, random.Next(4)), units[random.Next(units.Length)]) with
        {
            Price = new(random.NextInt64(1_000_000), 1 + random.Next(1000)),
        };
        var placed = new OrderLine { LineId = "1", Ordered = line.Quantity };

        var refusal = placed.Become(product, line);

        var known = line.Unit == product.Unit ? (1L, 1L) : product.Conversions.Where(c => c.Unit == line.Unit)
            .Select(c => (c.Numerator, c.Denominator)).SingleOrDefault();
        if (known == default)
        {
            Assert.Equal(("UNIT_UNKNOWN", null, line.Quantity), (refusal?.Code, placed.Product, placed.Ordered));
            return;
        }

        // Exactly: ordered / 1 = quantity / piecesPerUnit x numerator / denominator.
        var (above, below) = ((BigInteger)line.Quantity * known.Item1, (BigInteger)line.PiecesPerUnit * known.Item2);
        if (refusal is not null)
        {
            Assert.Equal("QUANTITY_TOO_FINE", refusal.Code);
            Assert.True(above % below != 0 || above / below > AllocationSnapshot.MaxPieces, $"{above} / {below} was refused.");
            return;
        }

        Assert.Equal(above, placed.Ordered * below);

        // All of it, said to the buyer, is what the buyer wrote.
        Assert.Equal(new MeasuredQuantity(line.Quantity, line.PiecesPerUnit, line.Unit), placed.InBuyersUnit(placed.Ordered, line));

        // A part, said to the buyer, is the same part.
        var part = random.NextInt64(placed.Ordered + 1);
        var said = placed.InBuyersUnit(part, line);
        if (said.Unit == line.Unit && line.Unit != product.Unit)
        {
            Assert.Equal((BigInteger)said.Pieces * known.Item1, (BigInteger)part * said.PiecesPerUnit * known.Item2);
        }
        else
        {
            Assert.Equal((BigInteger)said.Pieces, (BigInteger)part * said.PiecesPerUnit);
        }

        // The line costs the same in either unit.
        var price = placed.PriceOf(line)!;
        Assert.Equal(
            (BigInteger)line.Price!.MinorUnits * line.Quantity * price.PerQuantity,
            (BigInteger)price.MinorUnits * placed.Ordered * line.Price.PerQuantity);

        long Factor() => random.Next(4) switch { 0 => 1, 1 => 1 + random.Next(20), 2 => 1000, _ => 1 + random.Next(1_000_000) };
    });

    private static Product Chair { get; } = new("TK-12", "Chair", "chairs", "C62", [new("DZN", 12, 1), new("PR", 2, 1)]);

    private static Product Rubber { get; } = new("RB-01", "Rubber", "rubber", "GRM", [new("KGM", 1000, 1), new("TNE", 1_000_000, 1)]);

    private static DocumentLine Line(long quantity, long piecesPerUnit, string unit) =>
        new() { LineId = "1", Quantity = quantity, PiecesPerUnit = piecesPerUnit, Unit = unit };
}
