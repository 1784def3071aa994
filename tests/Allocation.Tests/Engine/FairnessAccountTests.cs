using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>The arithmetic of the fairness account.</summary>
public sealed class FairnessAccountTests
{
    private static readonly Guid[] Firms = [.. Enumerable.Range(1, 7).Select(i => new Guid(i, 0, 0, new byte[8]))];

    [Fact]
    public void A_line_is_divided_to_the_last_piece()
    {
        Assert.Equal([(Firms[0], 34), (Firms[1], 33), (Firms[2], 33)], FairnessAccount.Entitled(100, [(Firms[2], 1), (Firms[0], 1), (Firms[1], 1)]));
        Assert.Equal([(Firms[0], 5), (Firms[2], 2)], FairnessAccount.Entitled(7, [(Firms[0], 700_000), (Firms[1], 0), (Firms[2], 300_000)]));
        Assert.Empty(FairnessAccount.Entitled(7, [(Firms[0], 0)]));
        Assert.All(FairnessAccount.Entitled(0, [(Firms[0], 3), (Firms[1], 4)]), part => Assert.Equal(0, part.Pieces));
    }

    [Fact]
    public void Entitlements_add_up_and_are_within_a_piece_of_the_exact_share()
    {
        var random = new Random(20261122);
        for (var i = 0; i < 20_000; i++)
        {
            var shares = Firms.Take(random.Next(1, 8)).Select(firm => (firm, (long)random.Next(1, 1_000_000))).ToList();
            var (pieces, all) = (random.NextInt64(0, 1_000_000_000_000), shares.Sum(share => share.Item2));

            var entitled = FairnessAccount.Entitled(pieces, shares).ToDictionary(part => part.MemberId, part => part.Pieces);

            Assert.Equal(pieces, entitled.Values.Sum());
            Assert.All(shares, share => Assert.True(Int128.Abs(((Int128)entitled[share.firm] * all) - ((Int128)pieces * share.Item2)) < all));
        }
    }

    [Theory]
    [InlineData(0, 1000, 900, 20, 100)]
    [InlineData(0, 1000, 500, 20, 200)]
    [InlineData(0, 1000, 1500, 20, -200)]
    [InlineData(150, 1000, 1000, 20, 150)]
    [InlineData(0, 0, 40, 20, 0)]
    [InlineData(0, 999, 0, 10, 99)]
    [InlineData(0, 1000, 0, 0, 0)]
    public void The_balance_is_carried_into_the_next_year_up_to_the_cap(long carried, long entitled, long received, int capPercent, long into) =>
        Assert.Equal(into, FairnessAccount.CarriedOver(new(2027, carried, entitled, received), capPercent));

    [Fact]
    public void Years_follow_each_other_each_with_its_own_cap() => Assert.Equal(
        [new(2026, 0, 1000, 400), new(2027, 200, 100, 500), new AccountYear(2029, -50, 0, 7)],
        FairnessAccount.Years([(2029, 0, 7), (2026, 1000, 400), (2027, 100, 500)], year => year == 2027 ? 20 : 50));

    [Theory]
    [InlineData(1000, 0, 500, 500, 50)]
    [InlineData(0, 0, 400, 0, 100)]
    [InlineData(0, 0, 400, 800, 0)]
    [InlineData(0, 0, 400, 4000, 0)]
    [InlineData(0, 0, 400, 300, 63)]     // 62.5
    [InlineData(0, 0, 400, 500, 38)]     // 37.5
    [InlineData(1000, 10, 0, 0, 51)]     // 50.5: in January, what was carried over is little of a year
    [InlineData(1000, -10, 0, 0, 50)]    // 49.5
    [InlineData(0, 0, 0, 30, 0)]         // entitled to nothing, and has some
    [InlineData(0, 0, 0, 0, 50)]
    public void Equity_is_the_balance_relative_to_a_years_entitlement(long lastYear, long carried, long entitled, long received, int equity) =>
        Assert.Equal(equity, WeightedScore.EquityOf(new(2026, 0, lastYear, 0), new(2027, carried, entitled, received)));

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(100, 1, 100)]
    [InlineData(179, 2, 90)]
    [InlineData(100, 3, 33)]
    [InlineData(200, 3, 67)]
    public void A_mean_is_rounded_half_up(long sum, int count, int mean) => Assert.Equal(mean, WeightedScore.Mean(sum, count));
}
